"""What the 部 have answered when they were asked for their opinion (3.4.2.6.2)."""

from collections.abc import Iterator

from audits.models import Found, Source
from musashimurayama_isms.approvals.models import Circulation
from musashimurayama_isms.approvals.models.reply import Reply

from .base import Window, gathers


@gathers
def opinions(window: Window) -> Iterator[Found]:
    """One input a reply that holds an opinion, in the words of the 部."""
    rows = Reply.objects.filter(circulation__kind=Circulation.Kind.OPINION, has_opinion=True, answered_at__gte=window.begins_at)
    for row in rows.select_related("circulation", "department").order_by("circulation", "department__position"):
        yield Found(
            Source.OPINION,
            f"reply:{row.pk}",
            f"{row.department.name}の意見（{row.circulation.title}）",
            row.text,
            (),
            row.circulation.get_absolute_url(),
        )
