"""The register of assets as ten years fill it: each row as `Asset.register` writes it, corrected now and then."""

import math
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from assets.classification import AssetClass
from assets.models import Asset
from assets.models.series import AssetSeries
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of

from .chain import act
from .rows import Row, Rows, row_of
from .staff import Place

NAMES = ("申請書のつづり", "台帳の電子データ", "窓口の記録", "業務の手引", "委託の成果物", "調査の回答", "会議の資料", "設定の一覧")
PLACES = ("鍵の掛かる書庫", "共有フォルダ", "事務室のロッカー", "電算室", "窓口の引き出し")
KINDS = (Asset.Kind.DATA, Asset.Kind.DATA, Asset.Kind.PAPER, Asset.Kind.PAPER, Asset.Kind.MEDIUM, Asset.Kind.SYSTEM_DOCUMENT)
LOST = 0.002


class Register:
    """The assets made so far, and their corrections, of which each has the same number."""

    def __init__(self, places: list[Place], rows: Rows, *, at: datetime, edits: int) -> None:
        self.places, self.rows, self.at, self.edits = places, rows, at, edits
        self._chance = random.Random(rows.chance.getrandbits(64))  # noqa: S311  sample data
        self._numbers: Counter[int] = Counter()
        self._made: list[tuple[Asset, Place, bool]] = []

    def enter(self, numbers: range, *, since: datetime, until: datetime) -> list[Row]:
        """Write the assets with these numbers, entered between the two moments; gives what the trail says of it."""
        span = (until - since) / max(1, len(numbers))
        made = [self._asset(number, since + span * place) for place, number in enumerate(numbers)]
        self.rows.write(Asset, (row_of(asset) for asset, _, _ in made))
        self._made += made
        return [_registered(asset, asset.registered_by) for asset, _, _ in made]

    def corrections(self, *, since: datetime, until: datetime) -> Iterator[Row]:
        """The corrections between the two moments, and the losses at the end, of all assets entered so far."""
        for asset, place, is_lost in self._made:
            gap = self._gap(asset)
            first = max(1, math.ceil((since - asset.registered_at) / gap))
            last = min(self.edits + is_lost, math.ceil((until - asset.registered_at) / gap) - 1)
            for turn in range(first, last + 1):
                by, moment = place.staff[turn % len(place.staff)], asset.registered_at + gap * turn
                if turn > self.edits:
                    yield act(by, "assets.asset.lost", asset, at=moment, number=asset.number, asset_class=int(asset.asset_class))
                else:
                    yield act(by, "assets.asset.edited", asset, at=moment, fields=["保管場所"])

    def settle(self) -> None:
        """The sections' running numbers go on after those that were given."""
        series = [AssetSeries(department_id=pk, last=last) for pk, last in self._numbers.items()]
        AssetSeries.objects.bulk_create(series)

    def _gap(self, asset: Asset) -> timedelta:
        """Between its entry, its corrections, its loss and today: always the same."""
        return (self.at - asset.registered_at) / (self.edits + 2)

    def _asset(self, number: int, moment: datetime) -> tuple[Asset, Place, bool]:
        chance, place = self._chance, self.places[number % len(self.places)]
        by: User = place.staff[number // len(self.places) % len(place.staff)]
        has_personal = chance.random() < 0.35
        has_my_number = has_personal and chance.random() < 0.1
        is_lost, is_unfinished = chance.random() < LOST, chance.random() < 0.01
        asset = Asset(
            id=self.rows.key(Asset),
            department=place.department,
            name=f"見本 {NAMES[number % len(NAMES)]}{number + 1}",
            kind=chance.choice(KINDS),
            asset_class=AssetClass.I if has_personal else chance.choice((AssetClass.II, AssetClass.III, AssetClass.IV)),
            origin=chance.choice(Asset.Origin.values),
            has_personal=has_personal,
            has_my_number=has_my_number,
            people_count=chance.randrange(10, 50_000) if has_personal else None,
            network=chance.choice(Asset.Network.values),
            place=chance.choice(PLACES),
            retention_years=chance.choice((1, 3, 5, 10, 30)),
            keep_until=_keep_until(moment, chance),
            is_unfinished=is_unfinished,
            unfinished_until=day_of(moment) + timedelta(days=90) if is_unfinished else None,
            status=Asset.Status.LOST if is_lost else Asset.Status.IN_USE,
            registered_by=by,
            registered_at=moment,
            last_checked_by=by,
            last_checked_on=day_of(moment),
        )
        asset.changed_at = moment + self._gap(asset) * (self.edits + is_lost)
        self._numbers[place.department.pk] += 1
        asset.take_number(self._numbers[place.department.pk])
        asset.fold()
        return asset, place, is_lost


def _keep_until(moment: datetime, chance: random.Random) -> date | None:
    return date(moment.year + chance.choice((5, 10, 30)), 3, 31) if chance.random() < 0.5 else None


def _registered(asset: Asset, by: User) -> Row:
    department = asset.department.code
    changes = {"number": asset.number, "department": department, "asset_class": int(asset.asset_class)}
    return act(by, "assets.asset.registered", asset, at=asset.registered_at, **changes)
