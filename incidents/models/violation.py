"""ポリシー違反: what was found, who has been told, how it stands (3.11.2.3, 3.11.6.2).

Found by one of the staff it is told at once to the union of those whom the clauses name, and the officer is asked to see
to it; found by the 総括管理者 it is the 中央管理者 who notifies the officer. Guidance follows, and where it does not help the
right of use may be suspended. Whoever is the matter is kept from it: the act falls to the next one up.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse

from assets.models.numbering import RegisterSeries
from incidents.chain import ONE_UP, Party
from incidents.parties import Actor, able, actors
from incidents.violations.kinds import SPECS, Finder, KindSpec, ViolationKind, kinds_for
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of, holders
from musashimurayama_isms.fiscal import add_working_time, closing_after, fiscal_year
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .incident import Incident
from .violation_guidance import Guidance
from .violation_oversight import Oversight
from .violation_record import ViolationRecord
from .violation_set import ViolationQuerySet
from .violation_word import ViolationWord

FOUND_BY_OFFICE = {Finder.CENTRAL: (Party.SECTION_OFFICER,), Finder.GENERAL: (Party.CENTRAL_MANAGER,)}


class Violation(Guidance, Oversight, models.Model):
    """One matter; its acts stand in ViolationRecord, its receipts in ViolationWord."""

    class Status(models.TextChoices):
        FOUND = "found", "通知待ち"
        NOTIFIED = "notified", "対応待ち"
        GUIDED = "guided", "改善の確認待ち"
        NOT_IMPROVED = "not_improved", "改善されず（判断待ち）"
        SUSPENDED = "suspended", "利用停止中"
        IMPROVED = "improved", "改善済"
        LIFTED = "lifted", "停止解除"
        UNFOUNDED = "unfounded", "違反なし"

    TRANSITIONS = {
        Status.FOUND: {Status.NOTIFIED, Status.UNFOUNDED},
        Status.NOTIFIED: {Status.GUIDED, Status.IMPROVED, Status.UNFOUNDED},
        Status.GUIDED: {Status.GUIDED, Status.IMPROVED, Status.NOT_IMPROVED, Status.UNFOUNDED},
        Status.NOT_IMPROVED: {Status.NOTIFIED, Status.SUSPENDED, Status.UNFOUNDED},
        Status.SUSPENDED: {Status.LIFTED},
        Status.IMPROVED: set(),
        Status.LIFTED: set(),
        Status.UNFOUNDED: set(),
    }
    OPEN = (Status.FOUND, Status.NOTIFIED, Status.GUIDED, Status.NOT_IMPROVED, Status.SUSPENDED)
    TIMED = (Status.FOUND, Status.NOTIFIED, Status.GUIDED, Status.NOT_IMPROVED)
    OF_HANDLER = (Status.NOTIFIED, Status.GUIDED)
    OF_OVERSEER = (Status.FOUND, Status.NOT_IMPROVED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fiscal_year = models.PositiveSmallIntegerField("年度", db_index=True)
    sequence = models.PositiveIntegerField("番号")
    status = models.CharField("状態", max_length=16, choices=Status, db_index=True)
    kind = models.CharField("種別", max_length=16, choices=ViolationKind, db_index=True)
    finder = models.CharField("発見した立場", max_length=16, choices=Finder)
    department = models.ForeignKey(Department, verbose_name="違反のあった課", on_delete=models.PROTECT, related_name="violations")
    happened_at = models.DateTimeField("いつのことか", null=True, blank=True)
    what = models.TextField("見つけたこと", max_length=4000)
    whose = models.CharField("だれの行いか", max_length=200, blank=True)
    clauses = models.JSONField("反する条項", default=list, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="違反した人", null=True, blank=True, on_delete=models.PROTECT, related_name="violations_of"
    )
    told_person_at = models.DateTimeField("本人に伝えた日時", null=True, blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="報告した人", on_delete=models.PROTECT, related_name="reported_violations"
    )
    reporter_as = models.CharField("報告した人の役割", max_length=200, blank=True)
    hides_reporter = models.BooleanField("課に報告者の名前を見せない", default=False)
    is_narrow = models.BooleanField("知る人を限る", default=False)
    kept_from = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name="知らせない人", blank=True, related_name="violations_kept_from"
    )
    handler = models.CharField("指導する役割", max_length=32, choices=Party, db_index=True)
    overseer = models.CharField("判断する役割", max_length=32, choices=Party, db_index=True)
    reported_at = models.DateTimeField("報告日時", db_index=True)
    due_at = models.DateTimeField("次の期限", null=True, blank=True, db_index=True)
    guided_at = models.DateTimeField("指導した日時", null=True, blank=True)
    ended_at = models.DateTimeField("終了日時", null=True, blank=True)
    is_grave = models.BooleanField("直ちに重大な影響", null=True, blank=True)
    handed_over_on = models.DateField("職員課へ引き継いだ日", null=True, blank=True)
    incident = models.OneToOneField(
        Incident, verbose_name="報告したインシデント", null=True, blank=True, on_delete=models.SET_NULL, related_name="violation"
    )

    objects = ViolationQuerySet.as_manager()

    class Meta:
        verbose_name = "違反の記録"
        verbose_name_plural = "違反の記録"
        ordering = ["-reported_at"]
        indexes = [
            models.Index(fields=["department", "status"]),
            models.Index(fields=["status", "due_at"]),
            models.Index(fields=["reporter", "status"]),
        ]
        constraints = [models.UniqueConstraint(fields=["fiscal_year", "sequence"], name="incidents_violation_number_once")]

    def __str__(self) -> str:
        return f"違反の記録 {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:violation", args=[self.pk])

    @property
    def number(self) -> str:
        """R8-012: the 12th of 令和8年度."""
        return f"R{self.fiscal_year - 2018}-{self.sequence:03d}"

    @property
    def spec(self) -> KindSpec:
        return SPECS[ViolationKind(self.kind)]

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    def is_overdue(self, *, at: datetime) -> bool:
        return self.status in self.TIMED and self.due_at is not None and self.due_at <= at

    # -- people ----------------------------------------------------------------------------------------------------
    def kept_out(self) -> set[int]:
        """From whom it is kept; requests about it ask as well (assets.requests.office)."""
        return set(self.kept_from.values_list("pk", flat=True))

    def people(self, party: str, *, at: datetime) -> list[Actor]:
        """Who acts for a party here: never one from whom it is kept; where nobody else is there, the next one up."""
        return able(party, self.department, at=at, without=tuple(self.kept_out()))

    def actor(self, party: str, user: User, *, at: datetime) -> Actor | None:
        return next((actor for actor in self.people(party, at=at) if actor.person.pk == user.pk), None)

    def need(self, party: str, user: User, *, at: datetime, words: str) -> Actor:
        """The person as an actor of the party; PermissionDenied with the words for anyone else."""
        actor = self.actor(party, user, at=at)
        if actor is None:
            raise PermissionDenied(words)
        return actor

    def resolve(self, party: str, *, at: datetime) -> str:
        """The party that really can be told: one up as long as all who hold it are kept from the matter."""
        kept = self.kept_out()
        while kept and party in ONE_UP and (own := self._holding(party, at=at)) and own <= kept:
            party = ONE_UP[Party(party)]
        return str(party)

    def _holding(self, party: str, *, at: datetime) -> set[int]:
        return _persons(party, self.department, at=at)

    @staticmethod
    def finder_of(user: User, *, at: datetime) -> str:
        """As whom a person reports: an office of the whole city goes before the member of staff."""
        for finder, party in ((Finder.CENTRAL, Party.CENTRAL_MANAGER), (Finder.GENERAL, Party.GENERAL_MANAGER)):
            if any(actor.person.pk == user.pk for actor in actors(party, None, at=at)):
                return finder
        return Finder.STAFF

    # -- transitions -----------------------------------------------------------------------------------------------
    def lock(self) -> "Violation":
        """This row, locked until the transaction ends; every change starts here, and a request about it locks it before the trail."""
        Violation.objects.select_for_update(no_key=True).get(pk=self.pk)
        return Violation.objects.with_people().get(pk=self.pk)

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(
                f"この件は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。最新の状況を表示しました。"
            )
        self.status = status

    @classmethod
    @transaction.atomic
    def report(
        cls,
        *,
        by: User,
        at: datetime,
        department: Department,
        kind: str,
        what: str,
        whose: str = "",
        clauses: Iterable[str] = (),
        happened_at: datetime | None = None,
        person: User | None = None,
        concerns: Iterable[str] = (),
        hides_reporter: bool = False,
    ) -> "Violation":
        """Say that somebody has broken the policy. `concerns` are the parties that are the matter or stand too near to it.

        The persons who hold them, and the one named, are kept from it. ValidationError where this person may not report the
        kind, or the time has not come yet.
        """
        finder, concerns = cls.finder_of(by, at=at), list(concerns)
        if ViolationKind(kind) not in [spec.code for spec in kinds_for(finder)]:
            raise ValidationError({"kind": "この種別を報告できるのは、条項が定める役割の方だけです。「ポリシー違反」を選んでください。"})
        if happened_at and happened_at > at:
            raise ValidationError({"happened_at": "日時が未来になっています。実際の日時を入力してください。"})
        year = fiscal_year(day_of(at))
        facts = {"what": what, "whose": whose, "clauses": list(clauses), "happened_at": happened_at, "person": person}
        row = cls(kind=kind, finder=finder, department=department, reporter=by, hides_reporter=hides_reporter, **facts)
        row.fiscal_year, row.sequence = year, RegisterSeries.take(f"violation:{year}")
        row.reported_at, row.reporter_as = at, Finder(finder).label
        row.status = cls.Status.FOUND if finder == Finder.GENERAL else cls.Status.NOTIFIED
        row.handler, row.overseer = Party.SECTION_OFFICER, Party.CENTRAL_MANAGER
        row.save()
        row._keep_from(concerns, at=at)
        row._tell_finders(by=by, at=at)
        row.write(ViolationRecord.Kind.REPORT, what, by=by, at=at, as_role=row.reporter_as)
        changes = {"number": row.number, "kind": row.get_kind_display(), "department": department.code, "narrow": row.is_narrow}
        record(by, "incidents.violation.reported", row, role=row.reporter_as, at=at, **changes)
        return row

    def _keep_from(self, concerns: list[str], *, at: datetime) -> None:
        """Those who are the matter are left out, and their acts fall to the next one up."""
        kept = {pk for party in concerns for pk in self._holding(party, at=at)} | ({self.person_id} if self.person_id else set())
        self.kept_from.set(kept)
        self.handler = self.resolve(Party.SECTION_OFFICER, at=at)
        self.overseer = self.resolve(Party.CENTRAL_MANAGER, at=at)
        self.is_narrow = bool(concerns) or self.handler != Party.SECTION_OFFICER
        self.restart_clock(at=at)
        self.save(update_fields=["handler", "overseer", "is_narrow", "due_at"])

    def _tell_finders(self, *, by: User, at: datetime) -> None:
        """Tell whom the clauses name for this finder; of a party that is kept out, the next one up."""
        named = FOUND_BY_OFFICE.get(Finder(self.finder)) or value("incidents.violation_recipients")
        if self.finder == Finder.STAFF and Party.SECTION_OFFICER not in named:
            named = [Party.SECTION_OFFICER, *named]  # who is to guide has to know (3.11.6.2.2)
        self.tell(named, ViolationWord.Occasion.FOUND, by=by, at=at)

    # -- what every act does ---------------------------------------------------------------------------------------
    def tell(self, parties: Iterable[str], occasion: str, *, by: User, at: datetime) -> None:
        """Words to the parties that really can be told, each once."""
        for party in dict.fromkeys(self.resolve(party, at=at) for party in parties):
            ViolationWord.tell(self, party, by=by, at=at, is_grave=bool(self.is_grave), occasion=occasion)

    def write(self, kind: str, text: str, *, by: User | None, at: datetime, as_role: str = "", is_for_person: bool = False):
        """An entry of the file. ValidationError for an empty one."""
        if not text.strip():
            raise ValidationError({"text": "内容を入力してください。"})
        return ViolationRecord.objects.create(
            violation=self, kind=kind, text=text, by=by, by_as=as_role, at=at, is_for_person=is_for_person
        )

    def restart_clock(self, *, at: datetime) -> None:
        """When the next act is due: the notice as soon as a word is read, guidance and decision within the city's days."""
        if self.status == self.Status.FOUND:
            self.due_at = add_working_time(at, value("incidents.acknowledge_minutes"))
        elif self.status in (self.Status.NOTIFIED, self.Status.NOT_IMPROVED):
            self.due_at = closing_after(at, value("incidents.violation_working_days"))
        elif self.status not in self.OPEN or self.status == self.Status.SUSPENDED:
            self.due_at = None


def _persons(party: str, department: Department, *, at: datetime) -> set[int]:
    """Everyone who holds a party or acts for it now."""
    found = {actor.person.pk for actor in actors(party, department, at=at)}
    if party in (Party.COMMITTEE, Party.SERVICE_MANAGER, Party.REPORTER):
        return found
    return found | set(holders(party, on=day_of(at), department=department).values_list("pk", flat=True))
