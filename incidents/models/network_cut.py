"""7c: the outside network is cut on the 中央管理者's judgement, and who has to hear of it (3.10.1.10.5)."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q

from assets.models import Connection
from incidents.chain import Party
from incidents.handling import Spoken, acted, actor_of, demand, guard_open, guard_time
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .incident import Incident
from .oral import OralEntry

CUTTERS = (Party.SECTION_OFFICER, Party.CENTRAL_MANAGER)


class NetworkCut(models.Model):
    """One cut of one outside network: judged, cut, told to the 総括管理者 and through the mayor to the 審議会, restored."""

    incident = models.ForeignKey(Incident, verbose_name="インシデント", on_delete=models.PROTECT, related_name="cuts")
    network = models.CharField("遮断した外部ネットワーク", max_length=200)
    connection = models.ForeignKey(
        Connection, verbose_name="登録されている接続", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField("認められた問題と脅威", max_length=2000)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="判断した人", on_delete=models.PROTECT, related_name="+")
    judged_as = models.CharField("役割", max_length=200)
    cut_at = models.DateTimeField("遮断した日時")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="遮断した人", on_delete=models.PROTECT, related_name="+")
    by_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("記録日時")
    general_told_at = models.DateTimeField("総括管理者への報告日時", null=True, blank=True)
    council_told_at = models.DateTimeField("審議会への報告日時", null=True, blank=True)
    council_words = models.TextField("市長を通じて審議会に報告した内容", max_length=2000, blank=True)
    restored_at = models.DateTimeField("復旧日時", null=True, blank=True)
    restored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="復旧を記録した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    restored_note = models.CharField("復旧を判断した理由", max_length=500, blank=True)

    class Meta:
        verbose_name = "外部ネットワークの遮断"
        verbose_name_plural = "外部ネットワークの遮断"
        ordering = ["cut_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(council_told_at__isnull=True) | ~Q(council_words=""), name="incidents_networkcut_council_has_words"
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident} 外部ネットワークの遮断"

    @classmethod
    @transaction.atomic
    def cut(
        cls,
        incident: Incident,
        *,
        network: str,
        reason: str,
        cut_at: datetime,
        by: User,
        at: datetime,
        connection: Connection | None = None,
        judgement: Spoken | None = None,
    ) -> "NetworkCut":
        """The 担当者 (or the 中央管理者 personally) has cut it; `judgement` is the 中央管理者's word, confirmed at the next log-in."""
        incident = incident.lock()
        guard_open(incident)
        actor = demand(by, incident, *CUTTERS, at=at)
        guard_time(incident, cut_at, at=at, field="cut_at")
        judged = acted(incident, Party.CENTRAL_MANAGER, by=by, at=at, spoken=judgement) if judgement else None
        judge = judged.actor if judged else actor_of(by, incident, Party.CENTRAL_MANAGER, at=at)
        if judge is None:
            raise ValidationError({"spoken_by": "判断した中央電子計算組織管理者と、その日時を入力してください。"})
        row = cls.objects.create(
            incident=incident,
            network=network,
            connection=connection,
            reason=reason,
            judged_by=judge.person,
            judged_as=judge.label,
            cut_at=cut_at,
            by=by,
            by_as=actor.label,
            at=at,
        )
        if judged and judged.hand and judgement:
            OralEntry.of_order(incident, judgement, judged.actor, by=by, at=at, cut=row)
        row._record("incidents.cut.made", by, actor, at=at)
        return row

    @transaction.atomic
    def tell_general(self, *, by: User, at: datetime) -> None:
        """The 中央管理者 reports the cut to the 総括管理者."""
        row, actor = self._opened(by, at=at)
        if row.general_told_at:
            raise InvalidTransition("総括管理者にはすでに報告されています。")
        row.general_told_at = at
        row.save(update_fields=["general_told_at"])
        row._record("incidents.cut.told_general", by, actor, at=at)

    @transaction.atomic
    def tell_council(self, *, words: str, told_at: datetime, by: User, at: datetime) -> None:
        """Word has gone to the 個人情報保護審議会 through the mayor: when, and what was said."""
        row, actor = self._opened(by, at=at)
        if row.council_told_at:
            raise InvalidTransition("審議会にはすでに報告されています。")
        if not words.strip():
            raise ValidationError({"words": "報告した内容を入力してください。"})
        if not row.cut_at <= told_at <= at:
            raise ValidationError({"told_at": "遮断した日時から今までの日時を入力してください。"})
        row.council_told_at, row.council_words = told_at, words
        row.save(update_fields=["council_told_at", "council_words"])
        row._record("incidents.cut.told_council", by, actor, at=at)

    @transaction.atomic
    def restore(self, *, restored_at: datetime, note: str, by: User, at: datetime) -> None:
        """Connected again, on the 中央管理者's judgement."""
        row, actor = self._opened(by, at=at)
        if row.restored_at:
            raise InvalidTransition("すでに復旧しています。最新の状況を表示しました。")
        if not row.cut_at <= restored_at <= at:
            raise ValidationError({"restored_at": "遮断した日時から今までの日時を入力してください。"})
        row.restored_at, row.restored_by, row.restored_note = restored_at, by, note
        row.save(update_fields=["restored_at", "restored_by", "restored_note"])
        row._record("incidents.cut.restored", by, actor, at=at)

    def _opened(self, by: User, *, at: datetime):
        incident = self.incident.lock()
        row = NetworkCut.objects.get(pk=self.pk)
        row.incident = incident
        return row, demand(by, incident, Party.CENTRAL_MANAGER, at=at)

    def _record(self, verb: str, by: User, actor, *, at: datetime) -> None:
        record(by, verb, self.incident, role=actor.label, in_place_of=actor.in_place_of, at=at, cut=self.pk)
