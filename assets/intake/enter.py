"""Entering the rows of a table, inside the caller's transaction, with numbers taken once a section."""

from collections import defaultdict
from datetime import datetime

from assets.models.asset import Asset
from assets.models.series import AssetSeries
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.transitions import InvalidTransition

from .plan import Draft, plan

AT_ONCE = 500


def enter(imported, *, only_good: bool, by: User, at: datetime) -> int:
    """Make an asset of each row as it fits the register now, and give how many; InvalidTransition says which rows do not."""
    drafts = plan(imported.lines.values_list("number", "cells"), imported, by=by, at=at)
    wrong = [draft for draft in drafts if draft.problems]
    good = [draft for draft in drafts if not draft.problems]
    if wrong and not only_good:
        told = "、".join(f"{draft.number}行目: {draft.problems[0]}" for draft in wrong[:3])
        raise InvalidTransition(f"{len(wrong)}行に誤りがあるため、登録していません。{told}")
    if not good:
        raise InvalidTransition("登録できる行がありません。ファイルを直して、もう一度取り込んでください。")
    _hold_originals(good)
    Asset.objects.bulk_create(_numbered(good, imported, by=by, at=at), batch_size=AT_ONCE)
    return len(good)


def _hold_originals(drafts: list[Draft]) -> None:
    """Lock the originals in the register: raised meanwhile, a copy below it would slip in (3.5.2.1.2)."""
    copies = [draft for draft in drafts if isinstance(draft.links.get("copy_of"), Asset)]
    rows = Asset.objects.select_for_update(no_key=True).filter(pk__in={draft.links["copy_of"].pk for draft in copies}).order_by("pk")
    classes = {row.pk: row.asset_class for row in rows}
    if any(draft.values["asset_class"] > classes[draft.links["copy_of"].pk] for draft in copies):
        raise InvalidTransition("複製の元の分類が、たった今変わりました。もう一度確かめてから登録してください。")


def _numbered(drafts: list[Draft], imported, *, by: User, at: datetime) -> list[Asset]:
    """The assets in the order of the table; the series are locked in the order of their keys, so two imports do not cross."""
    by_section: dict = defaultdict(list)
    made: dict[int, Asset] = {}
    for draft in drafts:
        asset = Asset(department=draft.department, imported_in=imported, registered_by=by, registered_at=at, changed_at=at, **draft.values)
        asset.has_personal = asset.has_personal or asset.has_my_number or asset.has_sensitive
        made[id(draft)] = asset
        by_section[draft.department.pk].append(asset)
    for draft in drafts:
        for name, target in draft.links.items():
            setattr(made[id(draft)], f"{name}_id", target.pk if isinstance(target, Asset) else made[id(target)].pk)
    for key in sorted(by_section):
        first = AssetSeries.take(by_section[key][0].department, len(by_section[key]))
        for place, asset in enumerate(by_section[key]):
            asset.take_number(first + place)
            asset.fold()
    return [asset for key in sorted(by_section) for asset in by_section[key]]
