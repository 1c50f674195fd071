"""The list of reviews as one person sees it."""

from django.db.models import Count, Q, QuerySet

from audits.models import PolicyReview
from audits.review.hands import Hands
from musashimurayama_isms.accounts.models import User


def reviews_of(user: User, hands: Hands) -> QuerySet[PolicyReview]:
    """All of them, the newest 年度 first, each with how many inputs it has and how many of them are undecided."""
    rows = PolicyReview.objects.visible_to(user, at=hands.at, hands=hands).annotate(
        total=Count("inputs"), open=Count("inputs", filter=Q(inputs__decision=""))
    )
    return rows.select_related("revision", "begun_by").order_by("-fiscal_year", "-pk")  # a grouped query forgets the order of the model
