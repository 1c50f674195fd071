"""The portal's time as a parameter of a test that drives a browser: `clock.set(2026, 12, 28, 10)`, `clock.forward(days=3)`.

The live server runs in a thread of the test's process and asks `django.utils.timezone.now`, so it lives at the clock's
time, which stands still until it is told to go on. Sessions end by it: whoever comes back after half an hour logs in
again, which `at_desk(user)` does.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.fiscal import TOKYO

from .browser import Visitor


class Clock:
    """What the portal takes for now; calling it gives that moment."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def set(self, *moment: int) -> datetime:
        """Put the clock to a moment in Tokyo (year, month, day, hour, minute) and give it."""
        self.now = datetime(*moment, tzinfo=TOKYO)
        return self.now

    def forward(self, **span: float) -> datetime:
        """Let time pass (`hours=2`) and give the moment then."""
        self.now += timedelta(**span)
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """The portal's clock, at the real time until it is set; set it before the rows of the test are made."""
    real = timezone.now
    found = Clock(real())
    monkeypatch.setattr(timezone, "now", found)
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.default is real:  # bound when the model was read
                monkeypatch.setattr(field, "_get_default", found)
    return found


@pytest.fixture
def at_desk(clock, visit) -> Callable[[User], Visitor]:
    """`at_desk(user)` is the screen of a person, who logs in at the clock's time where the last session has ended by it."""
    seated: dict[int, tuple[Visitor, datetime]] = {}

    def seat(user: User) -> Visitor:
        visitor, since = seated.get(user.pk, (None, clock.now))
        if visitor and clock.now - since < settings.SESSION_IDLE:
            return visitor
        if visitor:
            visitor.close()
        seated[user.pk] = visit(user), clock.now
        return seated[user.pk][0]

    return seat
