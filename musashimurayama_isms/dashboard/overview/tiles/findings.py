"""Findings of audits not yet dealt with: how old they are, and whose (3.13.1.10)."""

from datetime import timedelta

from django.db.models import Count, Q

from audits.models import CorrectiveAction, Finding
from musashimurayama_isms.accounts.models import Department

from ..charts import Bar, Bars
from ..look import Look
from ..tile import Figure, Tile, address

MONTH = timedelta(days=30)
SECTIONS = 3


def findings(look: Look) -> Tile:
    """By age since the order, then the sections that have most of them; what nobody was ordered to deal with as well."""
    rows = CorrectiveAction.objects.visible_to(look.user, at=look.at).open().order_by()
    young, old, older = (look.at - MONTH * months for months in (1, 3, 6))
    found = rows.aggregate(
        all=Count("pk"),
        young=Count("pk", filter=Q(ordered_at__gt=young)),
        old=Count("pk", filter=Q(ordered_at__lte=young, ordered_at__gt=old)),
        older=Count("pk", filter=Q(ordered_at__lte=old, ordered_at__gt=older)),
        oldest=Count("pk", filter=Q(ordered_at__lte=older)),
    )
    late = rows.overdue(on=look.on).count()
    unordered = Finding.objects.visible_to(look.user, at=look.at).unordered().count()
    bars = [
        Bar("30日以内に指示", found["young"]),
        Bar("90日以内", found["old"]),
        Bar("180日以内", found["older"]),
        Bar("181日以上", found["oldest"], tone="late"),
        *_sections(look, rows),
    ]
    words = "改善の済んでいない指摘はありません。"
    if unordered:
        words = f"対処の指示を待つ指摘が{unordered}件あります。"
    elif found["all"]:
        words = f"指示から半年を超えたものが{found['oldest']}件あります。" if found["oldest"] else "指示から半年を超えたものはありません。"
    return Tile(
        slug="findings",
        title="監査の指摘",
        sentence=words,
        url=address("audits:actions", status="open"),
        figures=(
            Figure(found["all"], "改善中", address("audits:actions", status="open")),
            Figure(unordered, "未指示", address("audits:unordered")),
            Figure(late, "期限超過", address("audits:actions", late="yes"), tone="late"),
        ),
        chart=Bars("指示からの日数と、所管ごとの件数", bars) if found["all"] else None,
        clause="3.13.1.10",
    )


def _sections(look: Look, rows) -> list[Bar]:
    """Where most of it lies; the own 課 alone needs no such line."""
    counts = list(rows.values_list("finding__department").annotate(count=Count("pk")).order_by("-count", "finding__department")[:SECTIONS])
    names = dict(Department.objects.filter(pk__in=[pk for pk, _ in counts]).values_list("pk", "name"))
    if len(counts) < 2:
        return []
    return [Bar(names[pk], count, address("audits:actions", status="open", department=pk)) for pk, count in counts]
