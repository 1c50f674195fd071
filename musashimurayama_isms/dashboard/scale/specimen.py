"""A specimen: every row that a few real acts have left in the tables, taken out again and copied as often as one likes."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from assets.models.numbering import RegisterSeries
from assets.models.series import AssetSeries
from incidents.models import NumberSeries
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.approvals.models.request import CODE_ALPHABET
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.search.models import SearchText
from musashimurayama_isms.trail.models import Entry, Head, Reading

from .rows import Row, Rows, row_of

# Counters, which the copies move on by themselves, and the words of search, which are made of the copies.
NOT_COPIED = (Head, Reading, NumberSeries, RegisterSeries, AssetSeries, SearchText)
DAYS = r"20\d\d-\d\d-\d\d"
CHAIN = ("number", "key_id", "segment", "previous", "digest")
IS_DAY = re.compile(DAYS)

Key = tuple[type[models.Model], Any]
Change = Callable[["Copy", models.Field, Row], Any]
Plan = tuple[Row, list[tuple[models.Field, Change]]]


def take(make: Callable[[], models.Model], *, at: datetime, words: Iterable[str] = (), is_over: bool = False) -> "Specimen":
    """Run the acts of `make`, keep what they left, and take it back out of the database.

    `at` is the moment of its first act. `words` are texts that differ from copy to copy, beside the keys and the number of the row
    that `make` gives; a name that stands for a person of the specimen belongs to them. Of what `is_over` the notices are read.
    """
    began = timezone.now()
    with transaction.atomic():
        before = {model: set(model._base_manager.values_list("pk", flat=True)) for model in _models()}
        root = make()
        found = {model: [row_of(row) for row in model._base_manager.exclude(pk__in=before[model]).order_by("pk")] for model in before}
        words = [*words, getattr(root, "number", ""), *_digests(found)]
        transaction.set_rollback(True)
    for row in found[Notification] if is_over else ():
        row["read_at"] = row["created_at"]
    return Specimen(root, {model: rows for model, rows in found.items() if rows}, words, at=at, began=began)


def _models() -> list[type[models.Model]]:
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.managed and not model._meta.proxy and model not in NOT_COPIED]


def _digests(found: Mapping[type[models.Model], list[Row]]) -> list[str]:
    return [row["digest"] for model, rows in found.items() if model._meta.label == "approvals.Version" for row in rows]


class Specimen:
    """The rows by model, each with the list of what changes from copy to copy."""

    def __init__(
        self, root: models.Model, found: dict[type[models.Model], list[Row]], words: list[str], *, at: datetime, began: datetime
    ) -> None:
        self.root, self.at = root, at
        self.acts = [{name: value for name, value in row.items() if name not in CHAIN} for row in found.pop(Entry, [])]
        self.found = found
        own = [(model, model._meta.pk) for model in found if not model._meta.pk.remote_field]  # the others go by what they hang on
        self.keys: dict[Key, None] = {(model, row[pk.attname]): None for model, pk in own for row in found[model]}
        self.things = {(model, str(key)): (model, key) for model, key in self.keys}
        self.names = {str(key) for model, key in self.keys if isinstance(model._meta.pk, models.UUIDField)}
        self._date(began)
        ordered = sorted({*words, *self.names} - {""}, key=len, reverse=True)
        self.pattern = re.compile("|".join([*map(re.escape, ordered), DAYS]))
        self.plans = {model: [self._plan(model, row) for row in rows] for model, rows in found.items()}
        self.act_plans = [self._plan(Entry, row) for row in self.acts]
        self.last_at = max((row["at"] for row in self.acts), default=at)

    def rows_of(self, model: type[models.Model]) -> list[Row]:
        return self.found.get(model, [])

    def _date(self, began: datetime) -> None:
        """What the clock of the machine has stamped happened with the act that it belongs to: made with the first, saved with the last."""
        told = {(row["verb"], row["object_id"]): row["at"] for row in self.acts}
        for model, rows in self.found.items():
            made = {field.attname for field in model._meta.concrete_fields if getattr(field, "auto_now_add", False)}
            for row in rows:
                moments = {name: value for name, value in row.items() if isinstance(value, datetime)}
                own = [value for value in moments.values() if value < began] or [self.at]
                act = told.get((row.get("verb"), row.get("object_id")))
                row.update({name: act or (min if name in made else max)(own) for name, value in moments.items() if value >= began})

    def _plan(self, model: type[models.Model], row: Row) -> Plan:
        fields = [field for field in model._meta.concrete_fields if row.get(field.attname) is not None]
        return row, [(field, change) for field in fields if (change := self.change_of(field, row))]

    def change_of(self, field: models.Field, row: Row) -> Change | None:
        """How this column is changed in a copy; None where it stays."""
        value = row[field.attname]
        if field.remote_field:
            return _link if (field.remote_field.model, value) in self.keys or field.remote_field.model in (User, Department) else None
        if field.primary_key:
            return _key
        if isinstance(field, models.DateField):
            return _moment
        if field.attname in ("object_id", "object_pk") and (_kind(row), value) in self.things:
            return _thing
        if isinstance(field, models.JSONField):
            return _json if self.pattern.search(json.dumps(value, ensure_ascii=False)) else None
        if isinstance(field, models.CharField) and field.unique:
            return _code
        return _text if isinstance(value, str) and self.pattern.search(value) else None


def _kind(row: Row) -> type[models.Model] | None:
    """The model that a link to a row of any kind points to."""
    pk = row.get("content_type_id")
    return ContentType.objects.get_for_id(pk).model_class() if pk else None


class Copy:
    """One copy of a specimen: its keys, people, sections, days and words."""

    def __init__(
        self,
        specimen: Specimen,
        rows: Rows,
        *,
        people: Mapping[int, int] | None = None,
        sections: Mapping[int, int] | None = None,
        days: int = 0,
        words: Mapping[str, str] | None = None,
        columns: Mapping[type[models.Model], Row] | None = None,
    ) -> None:
        """`people` and `sections` are keys old → new, `days` how much later it happened, `columns` what a table's rows hold instead."""
        self.specimen, self.shift, self.columns = specimen, timedelta(days=days), dict(columns or {})
        self.keys: dict[Key, Any] = {key: rows.key(key[0]) for key in specimen.keys}
        self.words = {str(key): str(self.keys[model, key]) for model, key in specimen.keys if str(key) in specimen.names}
        self.words.update(words or {})
        self.keys |= {(User, old): new for old, new in (people or {}).items()}
        self.keys |= {(Department, old): new for old, new in (sections or {}).items()}
        self.chance = rows.chance

    def write_into(self, found: dict[type[models.Model], list[Row]]) -> list[Row]:
        """Add its rows to those that wait to be written; gives its acts for the trail."""
        for model, plans in self.specimen.plans.items():
            columns = self.columns.get(model, {})
            found.setdefault(model, []).extend({**self._made(plan), **columns} for plan in plans)
        return [self._made(plan) for plan in self.specimen.act_plans]

    def column(self, model: type[models.Model], name: str, row: Row) -> Any:
        """What one column of a row of the specimen becomes."""
        field = model._meta.get_field(name)
        change = row[field.attname] is not None and self.specimen.change_of(field, row)
        return change(self, field, row) if change else row[field.attname]

    def _made(self, plan: Plan) -> Row:
        row, changes = plan
        made = dict(row)
        for field, change in changes:
            made[field.attname] = change(self, field, row)
        return made

    def say(self, text: str) -> str:
        """The text with the names, keys and days of this copy."""
        return self.specimen.pattern.sub(self._word, text)

    def _word(self, found: re.Match[str]) -> str:
        word = found[0]
        if word in self.words:
            return self.words[word]
        return (date.fromisoformat(word) + self.shift).isoformat() if IS_DAY.fullmatch(word) else word


# -- how a column is changed: the copy, the column, the row of the specimen → the value ------------------------------------
def _key(copy: Copy, field: models.Field, row: Row) -> Any:
    return copy.keys[field.model, row[field.attname]]


def _link(copy: Copy, field: models.Field, row: Row) -> Any:
    """The key that a foreign key points to; whoever stays the same in the copy is not among the keys."""
    value = row[field.attname]
    return copy.keys.get((field.remote_field.model, value), value)


def _thing(copy: Copy, field: models.Field, row: Row) -> str:
    """The key in a link to a row of any kind, as text."""
    return str(copy.keys[copy.specimen.things[_kind(row), row[field.attname]]])


def _moment(copy: Copy, field: models.Field, row: Row) -> Any:
    return row[field.attname] + copy.shift


def _json(copy: Copy, field: models.Field, row: Row) -> Any:
    return json.loads(copy.say(json.dumps(row[field.attname], ensure_ascii=False)))


def _text(copy: Copy, field: models.Field, row: Row) -> str:
    return copy.say(row[field.attname])[: field.max_length]


def _code(copy: Copy, field: models.Field, row: Row) -> str:
    """A code that no other row has, such as that of a permit."""
    return "".join(copy.chance.choices(CODE_ALPHABET, k=len(row[field.attname])))
