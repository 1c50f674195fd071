"""What the tests of policy reviews need: a review put to the committee, and its 議決 through the real doors."""

from datetime import datetime, timedelta

from audits.models import PolicyReview, ReviewInput
from audits.review.following import follow_all
from musashimurayama_isms.approvals.models import Meeting, Resolution
from musashimurayama_isms.fiscal import TOKYO

MARCH = datetime(2027, 3, 1, 9, 0, tzinfo=TOKYO)
MEMBERS = ("general_manager", "member", "division_officer")


def begun(cast, at=MARCH, kind=PolicyReview.Kind.YEARLY, **fields) -> PolicyReview:
    return PolicyReview.begin(kind=kind, by=cast.secretary, at=at, **fields)


def by_hand(review, cast, at=MARCH, **fields) -> ReviewInput:
    given = {"source": "other", "title": "窓口の端末", "words": "配置が変わった", "clauses": ["3.8.1.1"]} | fields
    return ReviewInput.add(review, by=cast.member, at=at, **given)


def put(cast, at=MARCH, **fields) -> PolicyReview:
    """With one input by hand, before the committee."""
    review = begun(cast, at=at, **fields)
    by_hand(review, cast, at=at)
    review.put(explanation="審議をお願いします。", by=cast.secretary, at=at)
    return review


def decide_all(review, cast, decision="keep", at=MARCH) -> None:
    for row in review.undecided:
        row.decide(decision=decision, reason="今のままでよいため", by=cast.secretary, at=at)


def resolve(review, cast, outcome=Resolution.Outcome.PASSED, at=MARCH, reason="") -> None:
    """A meeting treats it; what follows is what the hourly task would do."""
    item = PolicyReview.objects.get(pk=review.pk).item
    meeting = Meeting.call(review.item.committee, Meeting.Kind.COMMITTEE, planned_at=at, items=[item], by=cast.secretary, at=at)
    present = {getattr(cast, name).pk: ("present", None) for name in MEMBERS}
    meeting.hold(held_at=at, members=present, by=cast.secretary, at=at)
    row = meeting.agenda.get(item=item)
    Resolution.enter(row, outcome, by=cast.secretary, at=at + timedelta(hours=1), reason=reason)
    follow_all(at=at + timedelta(hours=2))
    review.refresh_from_db()


def decided(cast, at=MARCH, decision="keep", **fields) -> PolicyReview:
    review = put(cast, at=at, **fields)
    decide_all(review, cast, decision, at=at)
    resolve(review, cast, at=at)
    return review
