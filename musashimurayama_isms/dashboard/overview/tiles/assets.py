"""情報資産: how many of each class, and what is outside tonight (3.5.1, 3.5.2.7)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from assets.classification import AssetClass
from assets.models import Asset, Move
from assets.reach import Reach
from musashimurayama_isms.prepared import Prepared, in_one_row

from ..charts import Bar, Bars
from ..look import Look
from ..tile import Figure, Tile, address

ROMAN = {AssetClass.I: "分類Ⅰ", AssetClass.II: "分類Ⅱ", AssetClass.III: "分類Ⅲ", AssetClass.IV: "分類Ⅳ"}


@dataclass(frozen=True)
class Register:
    """What a person of this reach sees of the register on a day."""

    reach: Reach
    on: date

    def kept(self) -> QuerySet[Asset]:
        return Asset.objects.within(self.reach, on=self.on).kept().order_by()

    def raised(self) -> QuerySet[Asset]:
        """Those that are handled under a higher class than their own, because of what they hold (3.5.2.5.3)."""
        holding = Asset.objects.kept().filter(contained_in__isnull=False).order_by().values("contained_in")
        return self.kept().filter(pk__in=holding).with_effective_class().filter(effective__lt=F("asset_class"))


# rows, not keys, are counted: then the index of state and class answers alone
_CLASSES = Prepared(lambda register: register.kept().values_list("asset_class").annotate(count=Count("*")))
_RAISED = Prepared(lambda register: register.raised().values_list("asset_class", "effective").annotate(count=Count("pk")))
_OUTSIDE = Prepared(
    lambda reach, on: in_one_row(
        Move.objects.within(reach).outside(), Count("pk", distinct=True), Count("pk", distinct=True, filter=Q(due_on__lt=on))
    )
)


def assets(look: Look) -> Tile:
    """By the class under which they are handled; the moves out of the house with those past their day."""
    counts = _by_class(look)
    ((outside, late),) = _OUTSIDE(reach=look.registers, on=look.on)
    page = address("assets:outside")
    words = "いま庁外に出ているものはありません。"
    if outside:
        words = f"いま庁外に{outside}件が出ています。"
        words += f"{late}件が期日を過ぎています。" if late else "期日を過ぎたものはありません。"
    bars = [Bar(word, counts[rank], address("assets:asset_list", asset_class=int(rank), status="kept")) for rank, word in ROMAN.items()]
    return Tile(
        slug="assets",
        title="情報資産と庁外にあるもの",
        sentence=words,
        url=address("assets:asset_list", status="kept"),
        figures=(
            Figure(counts.total(), "登録", address("assets:asset_list", status="kept")),
            Figure(outside, "庁外", page, tone="soon"),
        ),
        chart=Bars("分類ごとの件数", bars) if counts else None,
        clause="3.5.1",
    )


def _by_class(look: Look) -> Counter:
    """Two questions: the classes themselves, then only what is raised."""
    register = Register(look.registers, look.on)
    counts = Counter(dict(_CLASSES(register=register)))
    for own, effective, count in _RAISED(register=register):
        counts[own] -= count
        counts[effective] += count
    return counts
