"""How the plan and the net are kept: for the map of the policy, and for the register of what has to be made."""

from datetime import date, datetime

from django.urls import reverse

from incidents.continuity.net import Net
from incidents.models import NetRecord, PlanReview, PlanVersion, net_record, plan_review
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties import figures as duty_figures
from musashimurayama_isms.duties.intervals import horizon
from musashimurayama_isms.parameters.values import value
from policy.mechanisms import Figures
from policy.regulations import Holding, register_keeper


def duty(mechanism: str, *, at: datetime) -> Figures:
    """The rounds of the duty that keeps a mechanism."""
    found = duty_figures.figures(mechanism, at=at)
    return Figures(found.open, found.late, found.total, found.url)


def net(*, at: datetime) -> Figures:
    """The net itself: seats that are empty or without a number are open, persons who have not confirmed are late."""
    found = Net(day_of(at), with_numbers=False)
    unreachable = len(found.vacant) + len(found.without_number)
    return Figures(unreachable, len(found.unconfirmed), len(found.seats), reverse("incidents:net"))


def next_review(version: PlanVersion) -> date:
    """When a version is to be reviewed: the city's interval after its last review, or after it was approved."""
    last = PlanReview.objects.filter(version=version).order_by("-at").first()
    begin = last.on if last else max(version.effective_on, day_of(version.approved_at))
    return horizon(begin, value("duties.bcp_review_every_months"))


def plan_holding(on: date) -> Holding | None:
    version = PlanVersion.objects.in_force(on).first()
    return Holding(version.effective_on, next_review(version)) if version else None


def net_holding(on: date) -> Holding | None:
    """The net stands once somebody has looked it through."""
    first = NetRecord.objects.checks().order_by("at").values_list("at", flat=True).first()
    return Holding(day_of(first)) if first and day_of(first) <= on else None


register_keeper("ict-bcp", plan_holding)
register_keeper("contact-list", net_holding)
MECHANISMS = {
    "duty:bcp-review": lambda *, at: duty(plan_review.MECHANISM, at=at),
    "duty:contact-list": lambda *, at: duty(net_record.MECHANISM, at=at),
    "ledger:contact-list": net,
}
