"""A later text of the policy on its whole way into force, through the real transitions: for tests about something else."""

from datetime import date, datetime

from policy.carrying import come_into_force
from policy.models import Decision, Revision

from .cast import Cast

WORDING = {
    "kind": "conduct",
    "summary": "試験の義務です。",
    "question": "試験の義務を守っていますか。",
    "mechanism": "inspection",
    "bearers": ["TERMINAL_USER"],
}
ANSWERS = {
    Decision.KEEP: {},
    Decision.RETIRE: {"reason": "条項がなくなったため"},
    Decision.EXEMPT: {"reason": "考え方を述べるだけの定め"},
}


def settle(draft: Revision, cast: Cast, *, at: datetime) -> None:
    """Decide everything that is open in the plainest way: keep, or retire what is gone; new clauses oblige nobody."""
    for review in draft.reviews.open().with_all():
        decision = next(choice for choice in review.choices if choice in ANSWERS)
        review.decide(decision, by=cast.central_manager, at=at, **ANSWERS[decision])


def adopt(draft: Revision, cast: Cast, *, effective_on: date, at: datetime) -> Revision:
    """Review, decision and, where the day has come, the day itself."""
    settle(draft, cast, at=at)
    draft.begin_review(by=cast.central_manager, effective_on=effective_on, at=at)
    draft.adopt(by=cast.ciso, at=at, role="最高情報セキュリティ責任者")
    come_into_force(draft, at=at)
    draft.refresh_from_db()
    return draft
