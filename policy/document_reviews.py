"""A review that was recorded among the duties counts for the document too: its next day follows by the city's interval."""

from django.dispatch import receiver

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties.models.occurrence import DONE
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.trail.signals import recorded
from policy.document_days import months_later
from policy.models import SectionDocument
from policy.models.document_review import CODE


def next_review(day):
    """The day of the review after one on `day`, by the city's interval (policy.document_review_months)."""
    return months_later(day, value("policy.document_review_months"))


@receiver(recorded, dispatch_uid="policy.document_reviews")
def reviewed(sender, entry, subject, by, **kwargs) -> None:
    """Within the transaction of the record; the document's own page has set `reviewed_on` before, then nothing is left to do."""
    if entry.verb != DONE or subject.duty.code != CODE:
        return
    document, today = SectionDocument.objects.select_for_update().get(pk=subject.duty.object_id), day_of(entry.at)
    if document.reviewed_on == today:
        return
    document.reviewed_on = today
    document.save(update_fields=["reviewed_on"])
    document.set_review(next_review(today), at=entry.at)
