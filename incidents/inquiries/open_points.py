"""An incident whose 横展開 still gathers answers, or has found what is not mended, is not at its end (3.9.3.3)."""

from collections.abc import Iterable
from datetime import datetime

from incidents.models import Incident, Inquiry, InquiryPlace
from incidents.open_points import OpenPoint, leaves_open


@leaves_open
def inquiries(incident: Incident, at: datetime) -> Iterable[OpenPoint]:
    """Inquiries that came from this incident: open ones, and measures not done in the closed ones."""
    rows = Inquiry.objects.about(incident)
    for row in rows.open():
        yield OpenPoint(f"{row}の回答を集めています", row.get_absolute_url())
    for row in InquiryPlace.objects.with_measure().filter(inquiry__in=rows.filter(status=Inquiry.Status.CLOSED)).for_list():
        yield OpenPoint(f"{row.inquiry}で見つかったことへの対策が終わっていません（{row.department.full_name}）", row.get_absolute_url())
