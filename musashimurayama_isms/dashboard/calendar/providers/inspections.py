"""Until when an inspection is answered (3.13.2.1), and what is to be bettered by when (3.13.2.3.1)."""

from collections.abc import Iterator

from audits.models import Campaign, Improvement, Sheet

from ..entries import Asked, Entry, Kind, Scope, shows


@shows(Kind.INSPECTION, only_if=lambda since, until: Campaign.objects.filter(due_on__range=(since, until)))
def inspections(asked: Asked) -> Iterator[Entry]:
    """The terms of the inspections; one's own where a sheet of one's own is in them."""
    rows = Campaign.objects.visible_to(asked.user, at=asked.at).filter(due_on__range=(asked.since, asked.until))
    sheets = Sheet.objects.mine(asked.user, at=asked.at).filter(campaign__in=rows)
    unsent = set(sheets.filter(submitted_at=None).values_list("campaign", flat=True))
    if asked.scope == Scope.MINE:
        rows = rows.filter(pk__in=sheets.values("campaign"))
    for campaign in rows.exclude(status=Campaign.Status.DROPPED):
        is_open = campaign.is_open and (asked.scope != Scope.MINE or campaign.pk in unsent)
        yield Entry(campaign.due_on, f"{campaign.title}の回答期限", campaign.get_absolute_url(), Kind.INSPECTION, is_open=is_open)


@shows(Kind.INSPECTION, only_if=lambda since, until: Improvement.objects.filter(due_on__range=(since, until)))
def improvements(asked: Asked) -> Iterator[Entry]:
    """What departments have promised to better."""
    rows = Improvement.objects.visible_to(asked.user, at=asked.at).filter(due_on__range=(asked.since, asked.until))
    for row in asked.narrowed(rows, "result__department").select_related("result__department"):
        yield Entry(
            row.due_on,
            f"改善策：{row}",
            row.get_absolute_url(),
            Kind.INSPECTION,
            place=row.result.department.name,
            is_open=row.done_on is None,
            is_public=False,
        )
