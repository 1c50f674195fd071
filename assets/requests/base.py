"""What the matters of the registers share: title, class, rows that they are about, what must stand before an act."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.forms import ModelChoiceField
from django.utils import timezone

from assets.classification import AssetClass
from assets.ledgers import write
from assets.models import LedgerEntry
from assets.models.numbering import RegisterSeries
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.forms import RequestForm
from musashimurayama_isms.approvals.matters import Matter
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.files.fields import UploadsField
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.transitions import InvalidTransition

EMPTY = (None, "", [], False)


class KindMatter(Matter):
    """The declarative base: a type says its form, its headline, its checks; hooks say what follows.

    `about` are the names of form fields that choose a row of a register, `mark` the class where the form asks for none,
    `ledger` the ledger into which its completion writes.
    """

    form: ClassVar[type[RequestForm]]
    done: ClassVar[type[RequestForm] | None] = None
    headline: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    mark: AssetClass | None = None
    ledger: str = ""
    is_running = True

    def title(self, request: Request) -> str:
        """The words of the headline's fields, those that are filled in."""
        asked = {name: request.content[name] for name in self.headline if request.content.get(name) not in EMPTY}
        return "　".join(str(words) for _, words in self.form.facts_of(asked)) or request.type.name

    def facts(self, request: Request, content: dict[str, Any]) -> list[tuple[str, Any]]:
        """What was asked and answered, in the order of the screen; empty answers are left out."""
        names = dict.fromkeys([*(self.form.field_order or ()), *self.form.base_fields, *content])
        asked = [pair for name in names if name in content for pair in self.form.facts_of({name: content[name]})]
        return [(word, value) for word, value in asked if value not in ("", None, "いいえ")]

    def classification(self, request: Request) -> str:
        chosen = request.content.get("asset_class") or self.mark
        return AssetClass(chosen).label if chosen else ""

    def completion(self, request: Request) -> type[RequestForm] | None:
        return self.done

    def chosen(self, request: Request) -> list[models.Model] | None:
        """The rows of the registers that the form has chosen."""
        if not self.about:
            return None
        rows = [self.row(request, name) for name in self.about]
        return [row for row in rows if row is not None]

    def row(self, request: Request, name: str) -> Any:
        """The row that a field has chosen, or None."""
        field, key = self.form.base_fields[name], request.content.get(name)
        if key in EMPTY or not isinstance(field, ModelChoiceField):
            return None
        return field.queryset.model._base_manager.filter(pk=key).first()

    def need(self, request: Request, name: str) -> Any:
        """The row that a field has chosen. InvalidTransition where it is there no more."""
        row = self.row(request, name)
        if row is None:
            raise InvalidTransition(f"「{self.form.base_fields[name].label}」の行が見つかりません。差し戻して、選び直してください。")
        return row

    def hold(self, request: Request) -> None:
        """The number of the ledger row, before anything is recorded."""
        if self.ledger:
            RegisterSeries.hold(f"ledger:{self.ledger}:{fiscal_year(timezone.localdate())}")

    def guard(self, request: Request, *, at: datetime) -> None:
        """Whole, and not over before it has begun."""
        missing = [field.label for name, field in self.form.base_fields.items() if _lacks(request, name, field)]
        if missing:
            raise InvalidTransition(f"「{missing[0]}」が入力されていません。申請の画面で入力してください。")
        if request.ends_on and request.ends_on < day_of(at):
            raise InvalidTransition("終わりの日が過ぎています。期間を直してから進めてください。")

    def write(self, request: Request, data: dict[str, Any], *, by: User, at: datetime, subjects: tuple = ()) -> LedgerEntry:
        """A row of the ledger, with the number of the request; what the ledger refuses is said in words."""
        with in_words():
            return write(self.ledger, department=request.department, data=data, by=by, at=at, subjects=(request, *subjects))


def _lacks(request: Request, name: str, field: Any) -> bool:
    return field.required and not isinstance(field, UploadsField) and request.content.get(name) in EMPTY


@contextmanager
def in_words() -> Iterator[None]:
    """What a register refuses by field, as one sentence for the person who has just decided or completed."""
    try:
        yield
    except ValidationError as error:
        raise InvalidTransition(" ".join(error.messages)) from error


def as_day(value: str | None) -> date | None:
    """A day as it stands in a content."""
    return date.fromisoformat(value) if value else None


def as_moment(value: str) -> datetime:
    return datetime.fromisoformat(value)
