"""The lists of this room: their pages and their tables are both drawn from here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404

from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.fiscal import fiscal_year_label

from .due import Batch, batches, holder_of, of_batch, sees
from .hands import Hands
from .kinds import Kind
from .models import Disposal, Hold
from .registry import KINDS

NOT_HERE = "この画面はありません。"


def _wanted(form: forms.Form) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}


def entered(user: Any, *, at: datetime) -> Hands:
    """Who enters the room; 404 for a stranger."""
    hands = Hands(user, at=at)
    if not hands.enters:
        raise Http404(NOT_HERE)
    return hands


def due_batches(form: forms.Form, hands: Hands) -> list[Batch]:
    """What is due and the person may see, as the form narrows it."""
    kind = _wanted(form).get("kind")
    return [batch for batch in batches(hands, at=hands.at) if kind in (None, batch.kind.code)]


def disposals(form: forms.Form, hands: Hands) -> QuerySet[Disposal]:
    """The disposals that the person sees, the newest first."""
    return Disposal.objects.visible_to(hands.user, at=hands.at, hands=hands).filter(**_wanted(form)).for_list()


def holds(form: forms.Form, hands: Hands) -> QuerySet[Hold]:
    """The holds that the person sees, the newest first."""
    rows = Hold.objects.visible_to(hands.user, at=hands.at, hands=hands).filter(**_wanted(form))
    return rows.select_related("set_by", "lifted_by")


@dataclass(frozen=True)
class DueList:
    """One batch as a list: the kind, the year, the section, for one person."""

    kind: Kind
    year: int
    department: Department | None
    hands: Hands

    @classmethod
    def open(cls, kind: str, year: str, department: str, hands: Hands) -> "DueList":
        """404 for a kind that there is not, a year or section that is none, and for who may not see it."""
        if kind not in KINDS or not year.isdecimal() or (department and not department.isdecimal()):
            raise Http404(NOT_HERE)
        place = Department.objects.select_related("parent").filter(pk=department).first() if department else None
        if (department and place is None) or not 1900 < int(year) < 2200 or not sees(hands, KINDS[kind], place):
            raise Http404(NOT_HERE)
        return cls(KINDS[kind], int(year), place, hands)

    @property
    def label(self) -> str:
        return fiscal_year_label(self.year)

    @property
    def rows(self) -> QuerySet:
        return of_batch(self.kind, self.year, self.department, at=self.hands.at)

    @property
    def may_propose(self) -> bool:
        return self.hands.proposing_hat(holder_of(self.kind, self.department), self.department) is not None
