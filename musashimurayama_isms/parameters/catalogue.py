"""What the policy leaves open or says in two ways: one entry a gap, read from fixtures/parameters.json.

The definitions change with a release, never by a person, so they are no rows; what the city has chosen is (models.py).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from .environment import IN_FORCE
from .kinds import KINDS, Kind


@dataclass(frozen=True)
class Parameter:
    """A gap of the policy with the default that fills it until the city chooses.

    `gap` says what is open, `used_by` what reads the value already, `planned` what will.
    """

    code: str
    group: str
    name: str
    clauses: tuple[str, ...]
    gap: str
    kind: str
    default: Any
    unit: str = ""
    at_least: int = 0
    at_most: int = 0
    options: tuple[tuple[str, str], ...] = ()
    request_type: str = ""  # of a route
    setting: str = ""  # of a value in the environment file
    used_by: str = ""
    planned: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def rules(self) -> Kind:
        return KINDS[self.kind]

    def check(self, value: Any) -> None:
        """ValidationError in Japanese where the value cannot be chosen."""
        self.rules.check(self, value)

    def accepts(self, value: Any) -> bool:
        try:
            self.check(value)
        except ValidationError:
            return False
        return True

    def say(self, value: Any) -> str:
        """The value in words."""
        return self.rules.say(self, value)

    @property
    def in_environment(self) -> Any:
        """The value that the environment file gives to this process; None for what does not stand there."""
        return IN_FORCE[self.setting]() if self.setting else None

    @property
    def default_words(self) -> str:
        return self.say(self.default)


def read(rows: list[dict]) -> dict[str, Parameter]:
    """Entries of the catalogue from plain rows, in their order; ValueError where one is not sound."""
    found: dict[str, Parameter] = {}
    for row in rows:
        options = tuple((value, word) for value, word in row.get("options", ()))
        parameter = Parameter(**{**row, "clauses": tuple(row["clauses"]), "options": options})
        if parameter.code in found:
            raise ValueError(f"{parameter.code} stands twice")
        if parameter.kind not in KINDS or not parameter.accepts(parameter.default):
            raise ValueError(f"{parameter.code} has an unknown kind or a default that nobody could choose")
        found[parameter.code] = parameter
    return found


@cache
def catalogue() -> Mapping[str, Parameter]:
    """All parameters by code, in the order of the page."""
    rows = json.loads((Path(settings.FIXTURE_DIRS[0]) / "parameters.json").read_text(encoding="utf-8"))
    return MappingProxyType(read(rows))


def get(code: str) -> Parameter:
    """The parameter with this code; LookupError where there is none."""
    try:
        return catalogue()[code]
    except KeyError:
        raise LookupError(f"fixtures/parameters.json has no {code!r}") from None
