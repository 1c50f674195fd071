"""The values of a row between form, JSON and screen: cleaned by declaration, stored plain, shown in words."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from assets.classification import AssetClass
from musashimurayama_isms.fiscal import TOKYO, wareki
from musashimurayama_isms.jobs.subjects import key_of

from .declaration import Field, Kind, Ledger

EMPTY = (None, "", [])


def clean(ledger: Ledger, fields: Iterable[Field], data: dict[str, Any], *, at: datetime, whole: bool = True) -> dict[str, Any]:
    """Every field cleaned as its form would; ValidationError by field with Japanese words. `whole` runs the ledger's own check."""
    from .fields import form_field  # form fields read the models, which read the declarations

    cleaned: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for field in fields:
        try:
            cleaned[field.name] = form_field(field).clean(data.get(field.name))
        except ValidationError as error:
            errors[field.name] = error.messages
    unknown = data.keys() - {field.name for field in fields}
    if unknown:
        raise LookupError(f"The ledger {ledger.code} has no fields {sorted(unknown)}")
    if errors:
        raise ValidationError(errors)
    guard_times(fields, cleaned, at=at)
    if whole:
        ledger.run_check(cleaned, at=at)
    return cleaned


def guard_times(fields: Iterable[Field], cleaned: dict[str, Any], *, at: datetime) -> None:
    """A moment says what has happened: ValidationError where it lies in the future."""
    late = {
        field.name: "日時が未来になっています。" for field in fields if field.kind == Kind.MOMENT and (cleaned.get(field.name) or at) > at
    }
    if late:
        raise ValidationError(late)


def stored(fields: Iterable[Field], cleaned: dict[str, Any]) -> dict[str, Any]:
    """Cleaned values as plain JSON; what is empty is left out."""
    return {field.name: plain(cleaned[field.name]) for field in fields if cleaned.get(field.name) not in EMPTY}


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(TOKYO).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return {"key": key_of(value), "label": str(value)}
    if isinstance(value, list | tuple | models.QuerySet):
        return [plain(item) for item in value]
    return value


def typed(field: Field, value: Any) -> Any:
    """A stored value as its form field begins with it."""
    if field.kind == Kind.DATE:
        return date.fromisoformat(value)
    if field.kind == Kind.MOMENT:
        return datetime.fromisoformat(value)
    return value


def words(field: Field, value: Any) -> Any:
    """A stored value as people read it; "" for an empty one."""
    if value in EMPTY:
        return ""
    if field.kind == Kind.PEOPLE:
        return "、".join(person["label"] for person in value)
    if field.is_reference:
        return value["label"]
    return _spoken(field, value)


def _spoken(field: Field, value: Any) -> Any:
    if field.kind == Kind.DATE:
        return wareki(date.fromisoformat(value))
    if field.kind == Kind.MOMENT:
        local = datetime.fromisoformat(value).astimezone(TOKYO)
        return f"{wareki(local.date())} {local:%H:%M}"
    if field.kind == Kind.CHOICE:
        return dict(field.choices).get(value, value)
    if field.kind == Kind.CLASS:
        return AssetClass(value).label
    if field.kind == Kind.YES:
        return "はい" if value else "いいえ"
    return value


def cell(field: Field, value: Any) -> Any:
    """A stored value as a table holds it: days and moments as such, so that they sort; the rest in words."""
    if value not in EMPTY and field.kind == Kind.DATE:
        return date.fromisoformat(value)
    if value not in EMPTY and field.kind == Kind.MOMENT:
        return datetime.fromisoformat(value)
    return words(field, value)


def picked(fields: Iterable[Field], cleaned: dict[str, Any]) -> dict[str, Any]:
    return {field.name: cleaned.get(field.name) for field in fields}


def references(ledger: Ledger, cleaned: dict[str, Any]) -> list[tuple[str, models.Model]]:
    """(field, row) of every row that the values name."""
    found = []
    for name, value in cleaned.items():
        if ledger.all_fields[name].is_reference and value not in EMPTY:
            found += [(name, row) for row in (value if isinstance(value, list) else [value])]
    return found


def moment(value: date | datetime | None) -> datetime | None:
    """A day as its first minute in the city; a moment as it is."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=TOKYO)
    return value


def faults(ledger: Ledger, data: dict[str, Any], *, at: datetime) -> list[str]:
    """What is wrong with the values, sentence by sentence, each after the label of its field; [] where nothing is."""
    try:
        clean(ledger, ledger.fields, data, at=at)
    except ValidationError as error:
        labels = {field.name: field.label for field in ledger.fields}
        return [f"{labels.get(name, '')}：{words}" for name, sentences in error.message_dict.items() for words in sentences]
    return []
