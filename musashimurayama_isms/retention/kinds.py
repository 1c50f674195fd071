"""A kind of record: which rows have ended, for how long they are kept, what hangs on them, who answers for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable


class Holder(models.TextChoices):
    """Who answers for the records of a kind."""

    SECTION = "section", "所管課"
    CENTRAL = "central", "中央電子計算組織管理者"
    AUDIT = "audit", "情報セキュリティ監査総括責任者"


@dataclass(frozen=True)
class Block:
    """What keeps a row from going although its time is over: rows of `model` that meet `when` and reach it by `path`."""

    words: str
    model: str
    path: str
    when: Q = field(default_factory=Q)

    def keys(self, keys: list[int]) -> set[int]:
        """Those of `keys` that are kept back."""
        rows = apps.get_model(self.model)._base_manager.filter(self.when, **{f"{self.path}__in": keys})
        return set(rows.values_list(self.path, flat=True))


@dataclass(frozen=True)
class Kind:
    """Declared once in `declared/`.

    `ended` is the column (or expression) with the day or moment of the end; without one a row has not ended. `over` narrows to
    rows that cannot go on. `members` are the rows that go with it: model → the way from there to the record.
    """

    code: str
    word: str
    model_name: str
    parameter: str
    holder: Holder
    ended: str | Combinable
    over: Q = field(default_factory=Q)
    department: str = ""
    members: Mapping[str, str] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()

    @cached_property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.model_name)

    @cached_property
    def parts(self) -> dict[type[models.Model], str]:
        """Every model of which rows are destroyed, the record itself first, with its way to the record."""
        return {self.model: "pk", **{apps.get_model(name): path for name, path in self.members.items()}}

    def rows(self) -> models.QuerySet:
        """All records of the kind that have ended, with `record_end`; those of every section."""
        ended = F(self.ended) if isinstance(self.ended, str) else self.ended
        return self.model._base_manager.filter(self.over).annotate(record_end=ended).filter(record_end__isnull=False)

    @cached_property
    def is_by_moment(self) -> bool:
        """Whether the end is a moment, not a day."""
        return isinstance(self.rows().query.annotations["record_end"].output_field, models.DateTimeField)

    def number(self, row: Any) -> str:
        """What the record is called once it has no words any more."""
        return str(getattr(row, "number", "") or f"{self.word} {row.pk}")[:60]
