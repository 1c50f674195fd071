"""Until when a hole of a system is dealt with, and an inquiry is answered (3.10.6); titles name systems and stay in the portal."""

from collections.abc import Iterator

from django.db.models import QuerySet

from incidents.models import InquiryPlace, VulnerabilityTarget

from ..entries import Asked, Entry, Kind, shows


@shows(Kind.WARNING, only_if=lambda since, until: VulnerabilityTarget.objects.unended().filter(due_on__range=(since, until)))
def holes(asked: Asked) -> Iterator[Entry]:
    """One line a hole and day, however many systems."""
    rows = VulnerabilityTarget.objects.visible_to(asked.user, at=asked.at).unended().filter(due_on__range=(asked.since, asked.until))
    rows = asked.narrowed(rows, "system__department").select_related("vulnerability", "system__department")
    found: dict[tuple, list[VulnerabilityTarget]] = {}
    for row in rows:
        found.setdefault((row.vulnerability_id, row.due_on), []).append(row)
    for group in found.values():
        first, one = group[0], len(group) == 1
        place = first.system.department.name if one else ""
        url = (first if one else first.vulnerability).get_absolute_url()
        yield Entry(first.due_on, f"{first.vulnerability}：{first.vulnerability.title}", url, Kind.WARNING, place=place, count=len(group))


@shows(Kind.WARNING, only_if=lambda since, until: InquiryPlace.objects.awaited().filter(inquiry__due_on__range=(since, until)))
def inquiries(asked: Asked) -> Iterator[Entry]:
    """One line an inquiry: who asked sees how many sections are awaited."""
    rows = InquiryPlace.objects.visible_to(asked.user, at=asked.at).awaited()
    yield from _of_inquiries(asked.narrowed(rows.filter(inquiry__due_on__range=(asked.since, asked.until))))


def _of_inquiries(rows: QuerySet[InquiryPlace]) -> Iterator[Entry]:
    found: dict[int, list[InquiryPlace]] = {}
    for row in rows.select_related("inquiry", "department"):
        found.setdefault(row.inquiry_id, []).append(row)
    for group in found.values():
        first = group[0]
        place = first.department.name if len(group) == 1 else ""
        title = f"{first.inquiry.mark}照会への回答：{first.inquiry.title}"
        yield Entry(first.inquiry.due_on, title, first.get_absolute_url(), Kind.WARNING, place=place, count=len(group))
