"""情報資産: how many of each class, and what is outside tonight (3.5.1, 3.5.2.7)."""

from collections import Counter

from django.db.models import Count, F, Q

from assets.classification import AssetClass
from assets.models import Asset, Move

from ..charts import Bar, Bars
from ..look import Look
from ..tile import Figure, Tile, address

ROMAN = {AssetClass.I: "分類Ⅰ", AssetClass.II: "分類Ⅱ", AssetClass.III: "分類Ⅲ", AssetClass.IV: "分類Ⅳ"}


def assets(look: Look) -> Tile:
    """By the class under which they are handled; the moves out of the house with those past their day."""
    counts = _by_class(look)
    moves = Move.objects.visible_to(look.user, at=look.at, reach=look.registers).outside().order_by()
    outside = moves.aggregate(all=Count("pk", distinct=True), late=Count("pk", distinct=True, filter=Q(due_on__lt=look.on)))
    page = address("assets:outside")
    words = "いま庁外に出ているものはありません。"
    if outside["all"]:
        words = f"いま庁外に{outside['all']}件が出ています。"
        words += f"{outside['late']}件が期日を過ぎています。" if outside["late"] else "期日を過ぎたものはありません。"
    bars = [Bar(word, counts[rank], address("assets:asset_list", asset_class=int(rank), status="kept")) for rank, word in ROMAN.items()]
    return Tile(
        slug="assets",
        title="情報資産と庁外にあるもの",
        sentence=words,
        url=address("assets:asset_list", status="kept"),
        figures=(
            Figure(counts.total(), "登録", address("assets:asset_list", status="kept")),
            Figure(outside["all"], "庁外", page, tone="soon"),
        ),
        chart=Bars("分類ごとの件数", bars) if counts else None,
        clause="3.5.1",
    )


def _by_class(look: Look) -> Counter:
    """Two questions: the classes themselves, then only what is raised by what it holds (3.5.2.5.3)."""
    kept = Asset.objects.visible_to(look.user, at=look.at, reach=look.registers).kept().order_by()
    counts = Counter(dict(kept.values_list("asset_class").annotate(Count("pk"))))
    holding = Asset.objects.kept().filter(contained_in__isnull=False).order_by().values("contained_in")
    raised = kept.filter(pk__in=holding).with_effective_class().filter(effective__lt=F("asset_class"))
    for own, effective, count in raised.values_list("asset_class", "effective").annotate(count=Count("pk")):
        counts[own] -= count
        counts[effective] += count
    return counts
