"""A review that was decided and is not closed: who prepares is reminded, each word once."""

from datetime import datetime

from audits.models import PolicyReview
from audits.review.notices import preparing
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.notifications.notices import notify

EVERY_DAYS = 30


def remind_of_reviews(*, at: datetime) -> int:
    """Every thirty days after the 議決; of several missed ones only the latest. Gives how many reviews are still to be closed."""
    on, count = day_of(at), 0
    for review in PolicyReview.objects.filter(status=PolicyReview.Status.DECIDED):
        turn = (on - day_of(review.decided_at)).days // EVERY_DAYS
        if turn < 1:
            continue
        count += 1
        notify(
            to=preparing(on=on),
            title="ポリシーの見直しが終わっていません",
            body="取扱いを決めていない材料と、改定の版を確かめて、終了してください。",
            url=review.get_absolute_url(),
            subject=review,
            key=f"policy-review:{review.pk}:{turn}",
            at=at,
        )
    return count
