"""An existing list taken into a ledger: read and tried first, written when it has been looked at."""

import hashlib
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from assets.ledgers import registry, values
from assets.ledgers.declaration import Ledger
from assets.ledgers.table import Line
from assets.registers import RegisterReach
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .ledger_entry import LedgerEntry, LedgerSubject
from .numbering import RegisterSeries


class LedgerImportQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """Whoever brought the file."""
        return self.filter(by=user)


class LedgerImport(models.Model):
    """One file for one section and ledger. Rows with faults are told and left out; the others are written at once."""

    class Status(models.TextChoices):
        CHECKED = "checked", "確認待ち"
        DONE = "done", "取込み済"
        DISCARDED = "discarded", "破棄"

    ledger = models.SlugField("台帳", max_length=32)
    department = models.ForeignKey(Department, verbose_name="所管課", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField("ファイル名", max_length=200)
    lines = models.JSONField("行", default=list)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.CHECKED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="取り込む人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("読み込んだ日時")
    written = models.PositiveIntegerField("登録した行", default=0)

    objects = LedgerImportQuerySet.as_manager()

    class Meta:
        verbose_name = "台帳の取込み"
        verbose_name_plural = "台帳の取込み"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.declared.name}の取込み（{self.file_name}）"

    @property
    def declared(self) -> Ledger:
        return registry.get(self.ledger)

    @property
    def wrong(self) -> list[dict[str, Any]]:
        """The rows with faults: number in the file, cells, sentences."""
        return [line for line in self.lines if line["faults"]]

    @property
    def good(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if not line["faults"]]

    @classmethod
    @transaction.atomic
    def read(cls, code: str, lines: list[Line], *, department: Department, file_name: str, by: User, at: datetime) -> "LedgerImport":
        """Try every row and keep what was found; nothing is written into the ledger. PermissionDenied as for entering a row."""
        ledger = registry.get(code)
        _guard(ledger, department, by, at=at)
        tried = [
            {"number": line.number, "cells": line.cells, "faults": line.faults or values.faults(ledger, line.cells, at=at)}
            for line in lines
        ]
        return cls.objects.create(ledger=code, department=department, file_name=file_name[:200], lines=tried, by=by, at=at)

    @transaction.atomic
    def apply(self, *, by: User, at: datetime) -> int:
        """Write the good rows; gives their number. One entry in the trail for all, with a digest of what was written."""
        row = LedgerImport.objects.select_for_update(no_key=True).get(pk=self.pk)
        if row.status != self.Status.CHECKED:
            raise InvalidTransition(f"この取込みは「{row.get_status_display()}」です。")
        _guard(row.declared, row.department, by, at=at)
        cleaned = [values.clean(row.declared, row.declared.fields, line["cells"], at=at) for line in row.good]
        entries = row._write(cleaned, by=by, at=at)
        row.status, row.written, row.lines = self.Status.DONE, len(entries), row.wrong  # no second copy of what is in the ledger now
        row.save(update_fields=["status", "written", "lines"])
        first = f"{entries[0].number}～{entries[-1].number}" if entries else ""
        facts = {"ledger": row.declared.name, "department": row.department.full_name, "count": len(entries), "number": first}
        digest = hashlib.sha256(repr([entry.data for entry in entries]).encode()).hexdigest()
        record(by, "assets.ledger.imported", row, at=at, digest=digest, **facts)
        return len(entries)

    def _write(self, cleaned: list[dict[str, Any]], *, by: User, at: datetime) -> list[LedgerEntry]:
        if not cleaned:
            raise InvalidTransition("取り込める行がありません。ファイルを直してから、もう一度読み込んでください。")
        ledger, year = self.declared, fiscal_year(day_of(at))
        first = RegisterSeries.take(f"ledger:{self.ledger}:{year}", count=len(cleaned))
        known = {"department": self.department, "year": year, "by": by, "at": at}
        entries = [LedgerEntry.made(ledger, row, number=first + place, **known) for place, row in enumerate(cleaned)]
        LedgerEntry.objects.bulk_create(entries)
        pairs = [
            (entry, name, about) for entry, row in zip(entries, cleaned, strict=True) for name, about in values.references(ledger, row)
        ]
        LedgerSubject.objects.bulk_create([LedgerSubject.of(entry, about, name) for entry, name, about in pairs], ignore_conflicts=True)
        return entries

    @transaction.atomic
    def discard(self, *, by: User, at: datetime) -> None:
        """Forget the file without writing anything."""
        row = LedgerImport.objects.select_for_update(no_key=True).get(pk=self.pk)
        if row.status != self.Status.CHECKED:
            raise InvalidTransition(f"この取込みは「{row.get_status_display()}」です。")
        row.status, row.lines = self.Status.DISCARDED, []
        row.save(update_fields=["status", "lines"])


def _guard(ledger: Ledger, department: Department, by: User, *, at: datetime) -> None:
    if not LedgerEntry.allows(ledger.keeper, department, RegisterReach.of(by, at=at)):
        raise PermissionDenied(f"この台帳に登録できるのは、{ledger.keeper}だけです。")
