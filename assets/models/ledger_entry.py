"""A row of a ledger and its history. One mechanism for all ledgers: what a row holds is declared (assets.ledgers.declared).

The data are JSON, shaped by a form made from the declaration. A dozen ledgers share list, search, acts, import and export,
and differ in their columns only: a table each would be the same code twelve times, and every column that the city adds a
migration. What is asked of all of them alike stands in real, indexed columns: ledger, section, state, whether it is open,
when it is due, when it happened; what a row is about stands in rows of its own, so that a system, a device or a person finds
its ledger rows. A value is checked when it is written, by its declaration; a reference keeps the name of that day.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse

from assets.ledgers import registry, values
from assets.ledgers.declaration import Act, Ledger, Party, State
from assets.registers import RegisterReach, signed
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.japanese import fold
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .ledger_entry_set import LedgerEntryQuerySet
from .ledger_history import LedgerAct, LedgerSubject
from .numbering import RegisterSeries


class LedgerEntry(models.Model):
    """A row. It is never deleted; a log's row is never changed, a correction is a new row that points to it."""

    ledger = models.SlugField("台帳", max_length=32)
    fiscal_year = models.PositiveSmallIntegerField("年度")
    sequence = models.PositiveIntegerField("番号")
    department = models.ForeignKey(Department, verbose_name="所管課", on_delete=models.PROTECT, related_name="ledger_entries")
    status = models.SlugField("状態", max_length=32)
    is_open = models.BooleanField("続いている", default=True)
    title = models.CharField("見出し", max_length=200)
    data = models.JSONField("内容", default=dict)
    search = models.TextField(blank=True, editable=False)
    due_on = models.DateField("期日", null=True, blank=True)
    happened_at = models.DateTimeField("できごとの日時")
    corrects = models.OneToOneField(
        "self", verbose_name="訂正した行", null=True, blank=True, on_delete=models.PROTECT, related_name="correction"
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="登録した人", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("登録日時")
    changed_at = models.DateTimeField("最終更新")

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "台帳の行"
        verbose_name_plural = "台帳の行"
        ordering = ["-happened_at", "-pk"]
        indexes = [
            models.Index(fields=["ledger", "department", "status"]),
            models.Index(fields=["ledger", "-happened_at"]),
            models.Index(fields=["is_open", "due_on"]),
        ]
        constraints = [models.UniqueConstraint(fields=["ledger", "fiscal_year", "sequence"], name="assets_ledgerentry_number_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("assets:ledger_entry", args=[self.ledger, self.pk])

    # -- what it says ----------------------------------------------------------------------------------------------
    @property
    def declared(self) -> Ledger:
        return registry.get(self.ledger)

    @property
    def state(self) -> State:
        return self.declared.state(self.status)

    @property
    def number(self) -> str:
        """R8-012 of its ledger."""
        return f"R{self.fiscal_year - 2018}-{self.sequence:03d}"

    @property
    def facts(self) -> list[tuple[str, Any]]:
        """(label, words) of everything that the row says now."""
        fields = self.declared.all_fields.values()
        return [
            (field.label, values.words(field, self.data[field.name])) for field in fields if self.data.get(field.name) not in (None, "", [])
        ]

    @property
    def initial(self) -> dict[str, Any]:
        """What a form to correct the row begins with."""
        return {field.name: values.typed(field, self.data[field.name]) for field in self.declared.fields if field.name in self.data}

    def cell(self, name: str) -> Any:
        """One column in words."""
        return values.words(self.declared.all_fields[name], self.data.get(name))

    @property
    def cells(self) -> list[tuple[str, Any]]:
        """(label, words) of the columns that a list shows."""
        return [(self.declared.all_fields[name].label, self.cell(name)) for name in self.declared.columns]

    @property
    def due_words(self) -> str:
        """What is asked on its day."""
        return next((due.words for due in self.declared.dues if self.data.get(due.field)), "")

    # -- people ----------------------------------------------------------------------------------------------------
    @staticmethod
    def allows(party: Party, department: Department, reach: RegisterReach) -> bool:
        """Whether a person of this reach is of the party, for a section."""
        if party == Party.CENTRAL_SECTION:
            return reach.is_central_staff
        return reach.decides(department) if party == Party.OFFICER else reach.keeps(department)

    def can_correct(self, user: User, *, at: datetime, reach: RegisterReach | None = None) -> bool:
        """Who keeps the ledger; a row that has ended or was corrected before is left as it is."""
        if not (self.is_open or self.declared.is_append_only) or hasattr(self, "correction"):
            return False
        return self.allows(self.declared.keeper, self.department, reach or RegisterReach.of(user, at=at))

    def can_act(self, act: Act, user: User, *, at: datetime, reach: RegisterReach | None = None) -> bool:
        if self.status not in act.sources or hasattr(self, "correction"):
            return False
        return self.allows(act.by or self.declared.keeper, self.department, reach or RegisterReach.of(user, at=at))

    # -- transitions -----------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def enter(cls, code: str, *, department: Department, data: dict, by: User, at: datetime, subjects: Iterable = ()) -> Self:
        """A person writes a row. PermissionDenied for who does not keep the ledger, ValidationError by field."""
        keeper = registry.get(code).keeper
        if not cls.allows(keeper, department, RegisterReach.of(by, at=at)):
            raise PermissionDenied(f"この台帳に登録できるのは、{keeper}だけです。")
        return cls.write(code, department=department, data=data, by=by, at=at, subjects=subjects, by_hand=True)

    @classmethod
    @transaction.atomic
    def write(
        cls,
        code: str,
        *,
        department: Department,
        data: dict,
        by: User,
        at: datetime,
        subjects: Iterable = (),
        corrects: "LedgerEntry | None" = None,
        by_hand: bool = False,
    ) -> Self:
        """Write a row without guarding the person; see assets.ledgers.write. Written by hand it passes the ledger's gate."""
        ledger = registry.get(code)
        cleaned = values.clean(ledger, ledger.fields, data, at=at)
        if by_hand:
            ledger.run_gate(cleaned, at=at)
        year = fiscal_year(day_of(at))
        entry = cls.made(ledger, cleaned, department=department, year=year, number=_number(code, year), by=by, at=at)
        if corrects is not None:
            entry.take_over(corrects)
        entry.save(force_insert=True)
        entry.link(cleaned, subjects)
        changes = {"corrects": corrects.number} if corrects else {}
        record(
            by,
            "assets.ledger.entered",
            entry,
            at=at,
            **signed(by, entry.department, at=at),
            ledger=ledger.name,
            number=entry.number,
            department=department.full_name,
            **changes,
        )
        return entry

    @classmethod
    def made(cls, ledger: Ledger, cleaned: dict, *, department: Department, year: int, number: int, by: User, at: datetime) -> Self:
        """A row not yet saved, for `write` and for the import of many."""
        entry = cls(ledger=ledger.code, fiscal_year=year, sequence=number, department=department, made_by=by, made_at=at, changed_at=at)
        entry.data = values.stored(ledger.fields, cleaned)
        entry.status, entry.is_open = ledger.first_state.code, ledger.first_state.is_open
        entry.happened_at = values.moment(cleaned.get(ledger.happened)) or at
        entry.derive()
        return entry

    def take_over(self, former: "LedgerEntry") -> None:
        """Stand in the place of a row that this one corrects: its state, and what its acts have brought."""
        own = {field.name for field in self.declared.fields}
        self.corrects, self.status, self.is_open = former, former.status, former.is_open
        self.data = {**{name: given for name, given in former.data.items() if name not in own}, **self.data}
        self.derive()

    def derive(self) -> None:
        """What is read from the data: heading, search text, the day that is due."""
        ledger = self.declared
        self.title = "　".join(text for name in ledger.title if (text := str(self.cell(name) or "")))[:200] or ledger.name
        self.search = "\n".join(fold(str(word)) for _, word in [("", self.number), *self.facts])
        days = [date.fromisoformat(self.data[due.field][:10]) for due in ledger.dues if self.data.get(due.field)]
        self.due_on = min(days) if days and self.is_open else None

    def link(self, cleaned: dict, subjects: Iterable = ()) -> None:
        """Say what the row is about: the references among its values, and further subjects."""
        found = {(type(row), row.pk): (name, row) for name, row in values.references(self.declared, cleaned)}
        found |= {(type(row), row.pk): ("", row) for row in subjects if (type(row), row.pk) not in found}
        LedgerSubject.objects.bulk_create([LedgerSubject.of(self, row, name) for name, row in found.values()], ignore_conflicts=True)

    @transaction.atomic
    def correct(self, *, data: dict, by: User, at: datetime) -> "LedgerEntry":
        """Correct the row and give it; of a log a new row, which points to this one."""
        entry = self.lock()
        if not (entry.is_open or entry.declared.is_append_only) or hasattr(entry, "correction"):
            raise InvalidTransition("この行はすでに終わっているか、訂正されています。最新の状況を表示しました。")
        if not entry.can_correct(by, at=at):
            raise PermissionDenied(f"訂正できるのは、{entry.declared.keeper}だけです。")
        if entry.declared.is_append_only:
            return LedgerEntry.write(entry.ledger, department=entry.department, data=data, by=by, at=at, corrects=entry, by_hand=True)
        return entry._rewrite(data, by=by, at=at)

    def _rewrite(self, data: dict, *, by: User, at: datetime) -> "LedgerEntry":
        """The same row with other values; the former ones stay in its history."""
        fields = self.declared.fields
        cleaned = values.clean(self.declared, fields, data, at=at)
        new = values.stored(fields, cleaned)
        former = {field.name: self.data.get(field.name) for field in fields if self.data.get(field.name) != new.get(field.name)}
        if not former:
            return self
        self.data = {**self.data, **new}
        self.changed_at = at
        self.derive()
        self.save(update_fields=["data", "title", "search", "due_on", "changed_at"])
        self.subjects.filter(field__in=[field.name for field in fields if field.is_reference]).delete()
        self.link(cleaned)
        LedgerAct.objects.create(entry=self, code=LedgerAct.CORRECTION, was=self.status, became=self.status, data=former, by=by, at=at)
        labels = [field.label for field in fields if field.name in former]
        record(
            by,
            "assets.ledger.corrected",
            self,
            at=at,
            **signed(by, self.department, at=at),
            ledger=self.declared.name,
            number=self.number,
            fields=labels,
        )
        return self

    @transaction.atomic
    def act(self, code: str, *, data: dict | None = None, by: User, at: datetime) -> "LedgerEntry":
        """An act of the row's life. LookupError, InvalidTransition, PermissionDenied, ValidationError by field."""
        entry = self.lock()
        act = entry.declared.act(code)
        if entry.status not in act.sources or hasattr(entry, "correction"):
            raise InvalidTransition(f"「{entry}」は「{entry.state.label}」のため、「{act.label}」はできません。最新の状況を表示しました。")
        if not entry.can_act(act, by, at=at):
            raise PermissionDenied(f"「{act.label}」ができるのは、{act.by or entry.declared.keeper}だけです。")
        cleaned = values.clean(entry.declared, act.fields, data or {}, at=at, whole=False)
        if act.guard is not None:
            act.guard(entry, cleaned, at=at)
        return entry._carry_out(act, cleaned, by=by, at=at)

    @transaction.atomic
    def close_as_disposed(self, data: dict, *, permit: Request, by: User, at: datetime) -> "LedgerEntry":
        """A medium after a permitted disposal (3.5.2.9.3), whose record stands in the ledger of disposals already."""
        entry = self.lock()
        act = entry.declared.act("dispose")
        if entry.status not in act.sources:
            raise InvalidTransition(f"「{entry}」は「{entry.state.label}」のため、廃棄済にできません。先に返却などを記録してください。")
        if not permit.permits("disposal", entry):
            raise InvalidTransition("廃棄の許可がないため、「廃棄済」にできません。先に廃棄の申請をしてください。")
        return entry._carry_out(replace(act, after=None), values.clean(entry.declared, act.fields, data, at=at, whole=False), by=by, at=at)

    def _carry_out(self, act: Act, cleaned: dict, *, by: User, at: datetime) -> "LedgerEntry":
        was = self.state
        given = values.stored(act.fields, cleaned)
        self.data = {name: value for name, value in {**self.data, **given}.items() if name not in act.clears}
        self.status, self.changed_at = act.target, at
        self.is_open = self.state.is_open
        self.derive()
        self.save(update_fields=["data", "status", "is_open", "title", "search", "due_on", "changed_at"])
        self.subjects.filter(field__in=act.clears).delete()
        self.link(values.picked(act.fields, cleaned))
        LedgerAct.objects.create(entry=self, code=act.code, was=was.code, became=act.target, data=given, by=by, at=at)
        if act.after is not None:
            act.after(self, cleaned, by=by, at=at)
        moved = {"act": act.label, "state_was": was.label, "state": self.state.label}
        record(
            by,
            "assets.ledger.acted",
            self,
            at=at,
            **signed(by, self.department, at=at),
            ledger=self.declared.name,
            number=self.number,
            **moved,
        )
        return self

    def lock(self) -> "LedgerEntry":
        """This row, read again and locked until the transaction ends."""
        LedgerEntry.objects.select_for_update(no_key=True).get(pk=self.pk)
        return LedgerEntry.objects.select_related("department__parent", "correction").get(pk=self.pk)


def _number(code: str, year: int) -> int:
    return RegisterSeries.take(f"ledger:{code}:{year}")
