"""The list of exceptions as a person sees it: what waits for the person on top, then one state at a time, narrowed."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page, Paginator

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year_label
from policy.citations import parse
from policy.coverage import CHAPTERS
from policy.exception_days import review_months
from policy.exception_waiting import Waiting, waiting_for
from policy.forms import ALL, FilterForm
from policy.models import PolicyException
from policy.models.exception_set import ExceptionQuerySet
from policy.visits import Visit

PER_PAGE = 50
OPEN, EVERY = "open", "all"

States = dict[str, tuple[str, Callable[[ExceptionQuerySet, date], ExceptionQuerySet]]]
STATES: States = {
    OPEN: ("終わっていないもの", lambda rows, on: rows.open()),
    "running": ("実施中", lambda rows, on: rows.running(on=on)),
    "soon": ("30日以内に終わる", lambda rows, on: rows.ending_soon(on=on)),
    "waiting": ("CISOの確認待ち", lambda rows, on: rows.unacknowledged()),
    "review": ("見直しが必要", lambda rows, on: rows.due_for_review(on=on)),
    "over": ("期間満了（完了報告待ち）", lambda rows, on: rows.over(on=on)),
    "closed": ("終わったもの", lambda rows, on: rows.closed()),
    EVERY: ("全て", lambda rows, on: rows.all()),
}


class ExceptionFilterForm(FilterForm):
    """Narrows the list; the choices are what is there."""

    state = forms.ChoiceField(label="状態", required=False, choices=[(code, word) for code, (word, _) in STATES.items()])
    department = forms.ChoiceField(label="所属", required=False)
    section = forms.ChoiceField(label="節", required=False)
    kind = forms.ChoiceField(label="種別", required=False, choices=[ALL, *PolicyException.Kind.choices])
    year = forms.ChoiceField(label="年度", required=False)
    clause = forms.CharField(label="条項", required=False, max_length=40, widget=forms.TextInput({"size": 12}))

    def __init__(self, data, *, departments, sections, years) -> None:
        super().__init__(data)
        self.fields["department"].choices = [ALL, *departments]
        self.fields["section"].choices = [ALL, *sections]
        self.fields["year"].choices = [ALL, *((str(year), fiscal_year_label(year)) for year in years)]
        self.initial["state"] = OPEN


class ExceptionList:
    """One person's list at a moment, narrowed by the address."""

    def __init__(self, user: User, *, at: datetime, data) -> None:
        self.user, self.at, self.on = user, at, day_of(at)
        self.visible = PolicyException.objects.visible_to(user, at=at)
        self.form = ExceptionFilterForm(data, departments=self._departments(), sections=self._sections(), years=self._years())
        self.wanted = self.form.wanted()

    def _departments(self) -> list[tuple[str, str]]:
        rows = Department.objects.filter(pk__in=self.visible.order_by().values("department")).select_related("parent")
        return [(str(row.pk), row.full_name) for row in rows]

    def _sections(self) -> list[tuple[str, str]]:
        rows = Visit(self.user, at=self.at).clauses.headings()
        return [
            (row.number, f"{row.citation} {row.heading.replace('*', '')}")
            for row in rows
            if row.depth == 2 and row.number.split(".")[0] in CHAPTERS
        ]

    def _years(self) -> list[int]:
        return sorted(set(self.visible.order_by().values_list("request__fiscal_year", flat=True)), reverse=True)

    @property
    def query(self) -> str:
        """The filter as the address line keeps it."""
        return urlencode(self.wanted)

    @property
    def state(self) -> str:
        return self.wanted.get("state", OPEN)

    @property
    def state_word(self) -> str:
        return STATES[self.state][0]

    @cached_property
    def rows(self) -> ExceptionQuerySet:
        """What matches, the earliest end first; what has ended, the latest first."""
        rows = STATES[self.state][1](self._narrowed, self.on).for_list()
        return rows.order_by("-until", "-pk") if self.state in ("closed", EVERY) else rows.order_by("until", "pk")

    @property
    def _narrowed(self) -> ExceptionQuerySet:
        rows, wanted = self.visible, self.wanted
        fields = {"department": "department", "kind": "kind", "year": "request__fiscal_year"}
        rows = rows.filter(**{field: wanted[name] for name, field in fields.items() if name in wanted})
        for number in filter(None, (wanted.get("section"), parse(wanted.get("clause", "")))):
            rows = rows.touching(number)
        return rows.none() if wanted.get("clause") and not parse(wanted["clause"]) else rows

    def page(self, number) -> Page:
        return Paginator(self.rows, PER_PAGE).get_page(number)

    @cached_property
    def review_months(self) -> int:
        return review_months()

    @cached_property
    def waiting(self) -> list[Waiting]:
        """What waits for the person, on top of the list."""
        return waiting_for(self.user, at=self.at)

    @cached_property
    def counts(self) -> list[tuple[str, str, int]]:
        """How many there are of each state, as cards: code, word, count."""
        shown = ("running", "soon", "waiting", "review", "over")
        return [(code, STATES[code][0], STATES[code][1](self.visible, self.on).count()) for code in shown]
