"""What every floor above reads: the city's choice, or the default until it chooses. Nothing is kept longer than a page is read.

value("approvals.step_working_days")            # one query
values = Values(); values["duties.remind_days_before"], values["duties.remind_every_days"]     # one query for all
"""

from copy import copy
from datetime import datetime
from functools import cached_property
from typing import Any

from musashimurayama_isms.accounts.memory import is_remembering, once
from musashimurayama_isms.prepared import Prepared

from . import catalogue
from .catalogue import Parameter
from .models import ParameterChoice

_IN_FORCE = Prepared(lambda: ParameterChoice.objects.in_force())


def value(code: str) -> Any:
    """The value in force: a number, word, truth value or list, by the kind of the parameter.

    LookupError for an unknown code, and for a route or a note, which are no values.
    """
    if is_remembering():
        return all_values()[code]
    parameter = _readable(code)
    return in_force(parameter, ParameterChoice.objects.of(code).last())


_CURRENT = Prepared(lambda: ParameterChoice.objects.in_force())


def all_values() -> "Values":
    """All values of now; while a page is only read they are asked once."""
    return once("parameters", Values)


class Values:
    """All values at once, in one query when the first is asked; `at` gives those of an earlier moment."""

    def __init__(self, *, at: datetime | None = None) -> None:
        self._at = at

    @cached_property
    def _choices(self) -> dict[str, ParameterChoice]:
        rows = _CURRENT() if self._at is None else ParameterChoice.objects.in_force(at=self._at)
        return {choice.code: choice for choice in rows}

    def __getitem__(self, code: str) -> Any:
        """Like `value`, LookupError included."""
        return in_force(_readable(code), self._choices.get(code))


def _readable(code: str) -> Parameter:
    parameter = catalogue.get(code)
    if not parameter.rules.is_confirmable:
        raise LookupError(f"{code!r} is a {parameter.kind}: nothing reads it as a value")
    return parameter


def in_force(parameter: Parameter, choice: ParameterChoice | None) -> Any:
    """The value of a parameter whose latest choice is `choice`; what comes out is the caller's own."""
    if parameter.setting:
        return parameter.in_environment
    return copy(choice.value if choice is not None and choice.decides else parameter.default)
