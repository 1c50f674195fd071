"""What the portal keeps already on the floors below this one: their figures for policy.mechanisms."""

from datetime import datetime

from django.urls import reverse

from musashimurayama_isms.accounts.models import Appointment, HandoverItem, RoleCode
from musashimurayama_isms.accounts.standing import day_of, posts
from policy.mechanisms import Figures


def handover(*, at: datetime) -> Figures:
    """Things to be returned and handed on (3.9.1.9): late once the person has left the section."""
    rows = HandoverItem.objects.open()
    return Figures(
        open=rows.count(),
        late=rows.filter(leaves_on__lt=day_of(at)).count(),
        total=HandoverItem.objects.count(),
        url=reverse("accounts:handover"),
    )


def naming(*, at: datetime) -> Figures:
    """Sections whose 情報化推進員 (3.4.2.8) is still to be named are open."""
    on = day_of(at)
    places = posts(RoleCode.PROMOTER, on=on)
    filled = Appointment.objects.in_force(on).serving(on)
    vacant = places.exclude(pk__in=filled.values("post"))
    return Figures(open=vacant.count(), total=places.count(), url=reverse("accounts:role", args=[RoleCode.PROMOTER]))


# What the floors below keep today, and no more: applications, ledgers and inspections register with their own apps.
KEEPERS = {
    "portal:handover": handover,
    "portal:naming": naming,
    "portal:roles": "accounts:roles",
    "portal:committee": "accounts:committees",
    "portal:log-in": "desk",  # the last log-in stands there (accounts.entrance), idle sessions end (accounts.middleware)
    "portal:second-factor": "account_factors",  # asked by role (accounts.entrance.factors); each sees there what is asked of the own hats
}
