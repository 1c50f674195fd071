"""What the page of a system, a device or a development shows of everything that points to it."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Model, Q, QuerySet

from assets.development_items import ORDER, Phase
from assets.ledgers import registry
from assets.models import Connection, DevelopmentFile, DevelopmentItem, LedgerEntry, System
from assets.registers import RegisterReach
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.trail.models import Entry

SHOWN = 10


class SubjectPage:
    """A thing before one person: its history and its rows in the ledgers."""

    def __init__(self, subject: Any, reach: RegisterReach, *, at: datetime) -> None:
        self.subject, self.reach, self.at = subject, reach, at
        self.user, self.today = reach.user, day_of(at)

    @cached_property
    def rows(self) -> QuerySet[LedgerEntry]:
        return LedgerEntry.objects.visible_to(self.user, at=self.at, reach=self.reach).about(self.subject).current()

    @cached_property
    def newest(self) -> list[LedgerEntry]:
        """The latest rows of any ledger about it."""
        return list(self.rows.select_related("department")[:SHOWN])

    @cached_property
    def tallies(self) -> list[tuple[Any, int, int]]:
        """(ledger, all rows, open ones) for each ledger with rows about it."""
        counted = self.rows.values("ledger").order_by().annotate(total=Count("pk"), open=Count("pk", filter=Q(is_open=True)))
        figures = {row["ledger"]: (row["total"], row["open"]) for row in counted}
        return [(ledger, *figures[ledger.code]) for ledger in registry.ledgers() if ledger.code in figures]

    @cached_property
    def entries(self) -> Iterable[Entry]:
        return Entry.objects.about(self.subject)

    @property
    def can_change(self) -> bool:
        return self.subject.can_change(self.user, at=self.at, reach=self.reach)

    @property
    def can_decide(self) -> bool:
        return self.subject.can_decide(self.user, at=self.at, reach=self.reach)

    @property
    def is_support_over(self) -> bool:
        return self.subject.is_support_over(on=self.today)


class SystemPage(SubjectPage):
    subject: System

    @cached_property
    def logs(self) -> QuerySet:
        return self.subject.logs.all()

    @cached_property
    def connections(self) -> list[tuple[Connection, list[tuple[str, str, str]]]]:
        """Each connection with the acts that are open to the person: (code, label, kind of the button)."""
        found = list(self.subject.connections.all())
        for row in found:
            row.system = self.subject
        return [(row, list(self._acts(row))) for row in found]

    def _acts(self, row: Connection) -> Iterable[tuple[str, str, str]]:
        keeps = self.can_keep_connections and row.status != Connection.Status.ENDED
        if keeps:
            yield "confirm", "今も必要なことを確かめた", "outline"
        if row.can_cut(self.user, at=self.at, reach=self.reach):
            yield "cut", "遮断する", "danger"
        if row.status == Connection.Status.CUT and self.reach.is_central:
            yield "restore", "接続を再開する", "outline"
        if keeps:
            yield "end", "接続を終える", "outline"

    @property
    def can_keep_connections(self) -> bool:
        return Connection.may_keep(self.user, at=self.at, reach=self.reach)

    @cached_property
    def vulnerabilities(self) -> QuerySet:
        """The holes that its section was asked to look at, and how each stands (3.10.6.1)."""
        return self.subject.vulnerability_targets.select_related("vulnerability").order_by("-asked_at", "-pk")[:SHOWN]

    @cached_property
    def developments(self) -> QuerySet:
        return self.subject.developments.all()

    @cached_property
    def devices(self) -> list[Model]:
        return list(self.subject.devices.visible_to(self.user, at=self.at, reach=self.reach)[: SHOWN + 1])


class DevelopmentPage(SubjectPage):
    subject: DevelopmentFile

    @property
    def can_decide(self) -> bool:
        return self.subject.can_advance(self.user, at=self.at, reach=self.reach)

    @cached_property
    def phases(self) -> list[tuple[Phase, bool, list[DevelopmentItem]]]:
        """(step, whether it is the present one, its items), in order."""
        items = list(self.subject.items.select_related("by"))
        for item in items:
            item.development = self.subject
        return [(phase, phase == self.subject.phase, [item for item in items if item.phase == phase]) for phase in ORDER[:-1]]

    @cached_property
    def lacking(self) -> list[str]:
        return self.subject.lacking()

    @cached_property
    def devices(self) -> QuerySet:
        return self.subject.devices.all()

    @cached_property
    def files(self) -> dict[str, list[StoredFile]]:
        """Attached evidence by item, in one query."""
        from django.contrib.contenttypes.models import ContentType

        kind = ContentType.objects.get_for_model(DevelopmentItem)
        keys = [str(item.pk) for _, _, items in self.phases for item in items]
        found: dict[str, list[StoredFile]] = {}
        for file in StoredFile.objects.filter(content_type=kind, object_id__in=keys).order_by("pk"):
            found.setdefault(file.object_id, []).append(file)
        for _, _, items in self.phases:
            for item in items:
                item.evidence_files = found.get(str(item.pk), [])
        return found
