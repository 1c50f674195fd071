"""廃棄: records of one kind, year and section, proposed, decided by another, carried out by one before the eyes of another."""

import hashlib
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from assets.models.numbering import RegisterSeries
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import Standing, day_of
from musashimurayama_isms.fiscal import fiscal_year, fiscal_year_label
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.trail.chain import canonical
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from ..hands import Hands, deciders
from ..kinds import Holder, Kind
from ..registry import KINDS
from .disposal_row import DisposalRow

CARRY_OUT = "retention.carry_out"
NOT_TO_DECIDE = "この廃棄を決めるのは、起案した人とは別の、決定する役割の人です。"
NOT_OF_CIRCLE = "廃棄の起案、立会い、実施ができるのは、その記録を所管する課の職員と、決められた役割の人です。"
SAME_PERSON = "立ち会った人は、自分で廃棄を行えません。別の人が行ってください。"
NO_WITNESS = "廃棄の前に、行う人とは別の人が、今日のうちに自分でログインして立会いを申し出てください。"


class DisposalQuerySet(models.QuerySet["Disposal"]):
    def visible_to(self, user: User, *, at: datetime | None = None, hands: Hands | None = None) -> Self:
        """Those of one's section, and those that one's roles answer for or look over."""
        hands = hands or Hands(user, at=at or timezone.now())
        return self.filter(hands.seen())

    def open(self) -> Self:
        """Neither done nor given up."""
        return self.filter(status__in=Disposal.OPEN)

    def for_list(self) -> Self:
        return self.select_related("department__parent", "proposed_by", "decided_by", "witnessed_by", "executed_by")


def _person(label: str, *, null: bool = True) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, null=null, blank=null, on_delete=models.PROTECT, related_name="+"
    )


class Disposal(models.Model):
    """One batch. Its rows are chosen when it is proposed and never exchanged; what changed since stays."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "決定待ち"
        PERMITTED = "permitted", "許可"
        REFUSED = "refused", "不許可"
        WITHDRAWN = "withdrawn", "取りやめ"
        RUNNING = "running", "実施中"
        DONE = "done", "実施済み"

    OPEN = (Status.PROPOSED, Status.PERMITTED, Status.RUNNING)
    TRANSITIONS: ClassVar[dict] = {
        Status.PROPOSED: {Status.PERMITTED, Status.REFUSED, Status.WITHDRAWN},
        Status.PERMITTED: {Status.RUNNING, Status.WITHDRAWN},
        Status.RUNNING: {Status.DONE},
        Status.REFUSED: set(),
        Status.WITHDRAWN: set(),
        Status.DONE: set(),
    }

    fiscal_year = models.PositiveSmallIntegerField("年度")
    sequence = models.PositiveIntegerField("番号")
    kind = models.CharField("記録の種類", max_length=32, choices=[(code, kind.word) for code, kind in KINDS.items()])
    ended_year = models.PositiveSmallIntegerField("完結した年度")
    holder = models.CharField("所管", max_length=16, choices=Holder)
    department = models.ForeignKey(
        Department, verbose_name="所管課", null=True, blank=True, on_delete=models.PROTECT, related_name="record_disposals"
    )
    years = models.PositiveSmallIntegerField("保存年限（年）")
    count = models.PositiveIntegerField("件数")
    digest = models.CharField("対象の一覧のSHA-256", max_length=64)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.PROPOSED, db_index=True)
    proposed_by = _person("起案した人", null=False)
    proposed_as = models.CharField("起案した人の役割", max_length=200)
    proposed_at = models.DateTimeField("起案日時")
    decided_by = _person("決定した人")
    decided_as = models.CharField("決定した人の役割", max_length=200, blank=True)
    decided_at = models.DateTimeField("決定日時", null=True, blank=True)
    reason = models.CharField("不許可・取りやめの理由", max_length=500, blank=True)
    witnessed_by = _person("立会者")
    witnessed_at = models.DateTimeField("立会いを申し出た日時", null=True, blank=True)
    executed_by = _person("実施した人")
    executed_at = models.DateTimeField("実施を始めた日時", null=True, blank=True)
    done_at = models.DateTimeField("実施を終えた日時", null=True, blank=True)

    objects = DisposalQuerySet.as_manager()

    class Meta:
        verbose_name = "記録の廃棄"
        verbose_name_plural = "記録の廃棄"
        ordering = ["-proposed_at", "-pk"]
        indexes = [models.Index(fields=["holder", "department"]), models.Index(fields=["-proposed_at", "-id"])]
        constraints = [
            models.UniqueConstraint(fields=["fiscal_year", "sequence"], name="retention_disposal_number_once"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="retention_disposal_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(executed_by=None) | Q(witnessed_by__isnull=False) & ~Q(witnessed_by=F("executed_by")),
                name="retention_disposal_witnessed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("running", "done")) | Q(executed_by__isnull=False, decided_by__isnull=False),
                name="retention_disposal_run_is_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"記録廃棄R{self.fiscal_year - 2018}-{self.sequence:03d}"

    def get_absolute_url(self) -> str:
        return reverse("retention:disposal", args=[self.pk])

    @property
    def declared(self) -> Kind:
        return KINDS[self.kind]

    @property
    def label(self) -> str:
        """インシデント（令和2年度に完結）"""
        return f"{self.get_kind_display()}（{fiscal_year_label(self.ended_year)}に完結）"

    @property
    def place(self) -> str:
        return self.department.full_name if self.department else Holder(self.holder).label

    # -- people ------------------------------------------------------------------------------------------------------
    def deciding_hat(self, user: User, *, at: datetime) -> Standing | None:
        """The hat under which a person decides now, for the button and the door alike."""
        found = deciders(self.holder, self.department, self.proposed_by, at=at)
        return next((hat for hat in found if hat.person.pk == user.pk), None)

    def is_witnessed(self, *, at: datetime) -> bool:
        """Whether somebody stands by: said on the same day."""
        return self.witnessed_at is not None and day_of(self.witnessed_at) == day_of(at)

    # -- transitions -------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def propose(cls, kind: Kind, year: int, department: Department | None, *, by: User, at: datetime) -> "Disposal":
        """A disposal of what is due of a kind, year and section, at most `AT_ONCE` records; those kept back are left out.

        PermissionDenied for who does not answer for them, InvalidTransition where nothing is left.
        """
        from ..choosing import choose  # the choice reads disposals too

        running = fiscal_year(day_of(at))
        RegisterSeries.hold(f"retention:{running}")  # of two who propose the same the second finds nothing
        holder, years, rows = choose(kind, year, department, at=at)
        hands = Hands(by, at=at)
        hat = hands.proposing_hat(holder, department)
        if hat is None:
            raise PermissionDenied(NOT_OF_CIRCLE)
        if not rows:
            raise InvalidTransition("廃棄できる記録がありません。ほかの人が先に起案したか、保存延長などで残されています。")
        facts: dict[str, Any] = {"kind": kind.code, "ended_year": year, "holder": holder, "department": department, "years": years}
        facts |= {"proposed_by": by, "proposed_as": hat.label, "proposed_at": at, "count": len(rows), "digest": set_digest(rows)}
        disposal = cls.objects.create(fiscal_year=running, sequence=RegisterSeries.take(f"retention:{running}"), **facts)
        for row in rows:
            row.disposal = disposal
        DisposalRow.objects.bulk_create(rows, batch_size=500)
        record(by, "retention.disposal.proposed", disposal, at=at, **disposal._told(), **hands.signed(hat))
        return disposal

    def _told(self) -> dict[str, Any]:
        return {"number": str(self), "kind": self.get_kind_display(), "year": self.ended_year, "count": self.count, "digest": self.digest}

    def lock(self) -> "Disposal":
        """This row as it is now, locked until the transaction ends."""
        Disposal.objects.select_for_update(no_key=True).get(pk=self.pk)
        return Disposal.objects.select_related("department__parent", "proposed_by").get(pk=self.pk)

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この廃棄は「{self.get_status_display()}」です。最新の状況を表示しました。")
        self.status = status

    @transaction.atomic
    def permit(self, *, by: User, at: datetime) -> None:
        """→ 許可, by the deciding role."""
        self._decide(self.Status.PERMITTED, "", by=by, at=at)

    @transaction.atomic
    def refuse(self, *, reason: str, by: User, at: datetime) -> None:
        """→ 不許可; the records are free for another disposal."""
        self._decide(self.Status.REFUSED, reason, by=by, at=at)

    def _decide(self, status: str, reason: str, *, by: User, at: datetime) -> None:
        disposal = self.lock()
        disposal.move_to(status)
        hat = disposal.deciding_hat(by, at=at)
        if hat is None:
            raise PermissionDenied(NOT_TO_DECIDE)
        disposal.decided_by, disposal.decided_as, disposal.decided_at, disposal.reason = by, hat.label, at, reason
        disposal.save(update_fields=["status", "decided_by", "decided_as", "decided_at", "reason"])
        if status == self.Status.REFUSED:
            disposal.rows.update(state=DisposalRow.State.RELEASED)
        verb = "retention.disposal.permitted" if status == self.Status.PERMITTED else "retention.disposal.refused"
        record(by, verb, disposal, at=at, **disposal._told(), role=hat.label, in_place_of=hat.in_place_of)

    @transaction.atomic
    def withdraw(self, *, reason: str, by: User, at: datetime) -> None:
        """→ 取りやめ, until it is carried out; by whoever may propose it."""
        disposal, hands = self.lock(), Hands(by, at=at)
        disposal.move_to(self.Status.WITHDRAWN)
        hat = hands.proposing_hat(disposal.holder, disposal.department)
        if hat is None:
            raise PermissionDenied(NOT_OF_CIRCLE)
        disposal.reason = reason
        disposal.save(update_fields=["status", "reason"])
        disposal.rows.update(state=DisposalRow.State.RELEASED)
        record(by, "retention.disposal.withdrawn", disposal, at=at, number=str(disposal), **hands.signed(hat))

    def _locked_for(self, by: User, *, at: datetime) -> "Disposal":
        disposal = self.lock()
        if disposal.status != self.Status.PERMITTED:
            raise InvalidTransition(f"この廃棄は「{disposal.get_status_display()}」です。最新の状況を表示しました。")
        if not Hands(by, at=at).is_of_circle(disposal.holder, disposal.department):
            raise PermissionDenied(NOT_OF_CIRCLE)
        return disposal

    @transaction.atomic
    def witness(self, *, by: User, at: datetime) -> None:
        """A second person says in the own log-in that they stand by; good for the day."""
        disposal = self._locked_for(by, at=at)
        disposal.witnessed_by, disposal.witnessed_at = by, at
        disposal.save(update_fields=["witnessed_by", "witnessed_at"])
        record(by, "retention.disposal.witnessed", disposal, at=at, number=str(disposal))

    @transaction.atomic
    def carry_out(self, *, by: User, at: datetime) -> Job:
        """→ 実施中: the worker destroys row by row, each whole or not at all. Cannot be undone.

        InvalidTransition without a witness of today, or where the witness does it.
        """
        disposal = self._locked_for(by, at=at)
        if not disposal.is_witnessed(at=at):
            raise InvalidTransition(NO_WITNESS)
        if disposal.witnessed_by_id == by.pk:
            raise InvalidTransition(SAME_PERSON)
        disposal.move_to(self.Status.RUNNING)
        disposal.executed_by, disposal.executed_at = by, at
        disposal.save(update_fields=["status", "executed_by", "executed_at"])
        record(by, "retention.disposal.begun", disposal, at=at, **disposal._told(), witness=disposal.witnessed_by.name)
        return enqueue(CARRY_OUT, by=by, subject=disposal, disposal=disposal.pk)

    @transaction.atomic
    def go_on(self, *, by: User, at: datetime) -> Job:
        """Send the work again that was taken back or failed; what is destroyed stays so, the rest follows."""
        disposal = self.lock()
        if disposal.status != self.Status.RUNNING or disposal.is_at_work:
            raise InvalidTransition("この廃棄は、いま続きを行えません。処理の進み具合を確かめてください。")
        if not Hands(by, at=at).is_of_circle(disposal.holder, disposal.department):
            raise PermissionDenied(NOT_OF_CIRCLE)
        record(by, "retention.disposal.gone_on", disposal, at=at, number=str(disposal))
        return enqueue(CARRY_OUT, by=by, subject=disposal, disposal=disposal.pk)

    @property
    def is_at_work(self) -> bool:
        """Whether a job of it waits or runs."""
        return Job.objects.open().filter(kind=CARRY_OUT, params__disposal=self.pk).exists()

    @transaction.atomic
    def finish(self, *, at: datetime) -> None:
        """→ 実施済み once no row is left to be done; harmless when done again."""
        disposal = self.lock()
        if disposal.status != self.Status.RUNNING or disposal.rows.filter(state=DisposalRow.State.LISTED).exists():
            return
        disposal.move_to(self.Status.DONE)
        disposal.done_at = at
        disposal.save(update_fields=["status", "done_at"])
        destroyed = disposal.rows.destroyed().count()
        record(
            disposal.executed_by, "retention.disposal.done", disposal, at=at, number=str(disposal), destroyed=destroyed,
            left_count=disposal.count - destroyed,
        )  # fmt: skip


def set_digest(rows: list[DisposalRow]) -> str:
    """Over keys and contents of all records of a disposal: what was decided on."""
    return hashlib.sha256(canonical(sorted([row.kind, row.key, row.digest] for row in rows))).hexdigest()
