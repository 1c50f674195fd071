"""Several requests decided with one word: each is an act of its own, with its own checks, on the content that was on the screen."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.transitions import InvalidTransition

from .forms import DecisionForm
from .models import Decision, Request
from .waiting import DECIDE, waiting_for

AT_MOST = 20  # more than one can look at
SHARED = ("outcome", "comment")


@dataclass
class Case:
    """One of the picked requests: what the decider reads of it, and its own part of the form."""

    request: Request
    form: DecisionForm

    @property
    def facts(self) -> list[tuple[str, object]]:
        return self.request.matter.facts(self.request, self.request.current_version.content)

    @property
    def is_alone(self) -> bool:
        """Whether its decision settles something of its own, so that it cannot be decided together with others."""
        return self.request.matter.ruling(self.request) is not None


class Together:
    """The picked requests that wait for a decision of this person now; the others are left out."""

    def __init__(self, user: User, picked: list[str], *, at: datetime, data: QueryDict | None = None) -> None:
        self.user, self.picked, self.at, self.data = user, set(picked), at, data

    @cached_property
    def all(self) -> list[Case]:
        waiting = [row.request.pk for row in waiting_for(self.user, at=self.at) if row.act == DECIDE and str(row.request.pk) in self.picked]
        rows = {row.pk: row for row in Request.objects.with_run().filter(pk__in=waiting[:AT_MOST])}
        return [Case(rows[pk], self._form(rows[pk])) for pk in waiting[:AT_MOST]]

    @property
    def cases(self) -> list[Case]:
        return [case for case in self.all if not case.is_alone]

    @property
    def alone(self) -> list[Case]:
        return [case for case in self.all if case.is_alone]

    def _form(self, request: Request) -> DecisionForm:
        prefix = f"r{request.pk.hex}"
        seen = {"digest": request.current_version.digest, "step": request.open_step.position}
        data = None if self.data is None else self.data.copy()
        for name in SHARED if data is not None else ():
            data[f"{prefix}-{name}"] = data.get(name, "")
        return DecisionForm(data, prefix=prefix, checks=request.matter.checks_for(request), initial=seen)

    @property
    def is_valid(self) -> bool:
        return bool(self.cases) and sum(case.form.is_valid() for case in self.cases) == len(self.cases)  # every form says what is wrong

    def decide(self) -> tuple[list[Request], list[str]]:
        """Decide each; gives those decided, and in words why others were not."""
        done, refused = [], []
        for case in self.cases:
            try:
                Decision.take(case.request, by=self.user, at=self.at, **case.form.words())
            except (InvalidTransition, PermissionDenied, ValidationError) as error:
                refused.append(f"{case.request}：{' '.join(getattr(error, 'messages', [str(error)]))}")
            else:
                done.append(case.request)
        return done, refused
