"""What was sent to an authority, or said to the persons concerned: the text frozen with its digest, never altered."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .authority_report import AuthorityReport

SENT = "incidents.authority_report.sent"
RETRACTED = "incidents.authority_report.retracted"


class SendingQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Without those that were recorded by mistake."""
        return self.filter(retracted_at__isnull=True)

    def visible_to(self, user: User, *, at: datetime) -> Self:
        return self.filter(report__in=AuthorityReport.objects.visible_to(user, at=at).order_by().values("pk"))


class Sending(models.Model):
    """One version that left the city, in the way and at the time that a person recorded."""

    class Way(models.TextChoices):
        FORM = "form", "報告先の送信フォーム"
        LGWAN = "lgwan", "LGWANメール"
        MAIL = "mail", "メール"
        FAX = "fax", "FAX"
        POST = "post", "郵送"
        PHONE = "phone", "電話"
        VISIT = "visit", "訪問・手渡し"
        SUBSTITUTE = "substitute", "公表による代替（本人への通知が難しいとき）"

    TO_AUTHORITY = (Way.FORM, Way.LGWAN, Way.MAIL, Way.FAX, Way.POST, Way.PHONE, Way.VISIT)
    TO_PERSONS = (Way.POST, Way.PHONE, Way.VISIT, Way.MAIL, Way.SUBSTITUTE)

    report = models.ForeignKey(AuthorityReport, verbose_name="報告", on_delete=models.CASCADE, related_name="sendings")
    version = models.PositiveIntegerField("版")
    text = models.TextField("送った内容")
    digest = models.CharField("要約値", max_length=64)
    way = models.CharField("方法", max_length=16, choices=Way)
    sent_at = models.DateTimeField("送付日時")
    receipt_number = models.CharField("受付番号", max_length=100, blank=True)
    people_count = models.PositiveIntegerField("通知した人数", null=True, blank=True)
    is_complete = models.BooleanField("これで終わり", default=True)
    note = models.TextField("備考", blank=True, max_length=2000)
    together_with = models.ForeignKey(
        "self", verbose_name="同じ送信", null=True, blank=True, on_delete=models.PROTECT, related_name="others"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="記録した人", on_delete=models.PROTECT, related_name="+")
    acted_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("記録日時")
    retracted_at = models.DateTimeField("取消日時", null=True, blank=True)
    retracted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="取り消した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    retraction = models.CharField("取消の理由", max_length=500, blank=True)

    objects = SendingQuerySet.as_manager()

    class Meta:
        verbose_name = "送付の記録"
        verbose_name_plural = "送付の記録"
        ordering = ["report", "version"]
        constraints = [
            models.UniqueConstraint(fields=["report", "version"], name="incidents_sending_version_once"),
            models.CheckConstraint(
                condition=Q(retracted_at__isnull=True) | ~Q(retraction=""), name="incidents_sending_retracted_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} 第{self.version}版"

    def get_absolute_url(self) -> str:
        return reverse("incidents:sending", args=[self.pk])

    @property
    def is_intact(self) -> bool:
        """Whether the text is the one that was recorded."""
        return sha256(self.text.encode()).hexdigest() == self.digest

    @classmethod
    def ways(cls, report: AuthorityReport) -> tuple[Way, ...]:
        """The ways that are offered for a report."""
        return cls.TO_PERSONS if report.authority.is_to_persons else cls.TO_AUTHORITY

    @classmethod
    def companions(cls, report: AuthorityReport) -> models.QuerySet[AuthorityReport]:
        """Other open reports of the incident that one sending may have settled: the same form, another law or stage."""
        rows = AuthorityReport.objects.open().filter(incident=report.incident).exclude(pk=report.pk).with_facts()
        return rows.filter(stage__authority__group=report.authority.group) if report.authority.group else rows.none()

    @classmethod
    @transaction.atomic
    def record(
        cls,
        report: AuthorityReport,
        *,
        way: str,
        sent_at: datetime,
        seen: str,
        by: User,
        at: datetime,
        receipt_number: str = "",
        people_count: int | None = None,
        is_complete: bool = True,
        note: str = "",
        covers: Iterable[AuthorityReport] = (),
    ) -> "Sending":
        """Record that the sheet was sent; its text is frozen as it stands. Again later for a 続報: a further version.

        `seen` is the digest of the sheet before the person's eyes, `covers` are companions that the same sending settled.
        A word to the persons concerned with `is_complete=False` leaves the report waiting: others are still to be told.
        Raises InvalidTransition, PermissionDenied, or ValidationError for what cannot be true.
        """
        report = report.locked()
        if report.status in (AuthorityReport.Status.WAIVED, AuthorityReport.Status.OUT):
            raise InvalidTransition(
                f"この報告は「{report.get_status_display()}」です。送ったときは、先に「報告することにする」を押してください。"
            )
        actor = report.guard(by, at=at)
        if seen != report.sheet.digest:
            raise InvalidTransition("新しい事実やほかの方の入力で、送る内容が変わりました。最新の内容を確かめてから記録してください。")
        _guard_input(report, way, sent_at, people_count, at=at)
        fields = {"way": way, "sent_at": sent_at, "receipt_number": receipt_number, "note": note, "acted_as": actor.label}
        text, is_complete = report.sheet.text, is_complete or not report.authority.is_to_persons
        sending = cls._freeze(report, text, people_count=people_count, is_complete=is_complete, by=by, at=at, **fields)
        for other in cls.companions(report).filter(pk__in=[row.pk for row in covers]):
            other.incident = report.incident
            other.guard(by, at=at)
            cls._freeze(other, text, is_complete=True, together_with=sending, by=by, at=at, **fields)
        record(
            by,
            SENT,
            report.incident,
            role=actor.label,
            in_place_of=actor.in_place_of,
            at=at,
            report=str(report.stage),
            version=sending.version,
            way=sending.get_way_display(),
            done_at=sent_at,
            digest=sending.digest,
            people_count=people_count,
            covered=[str(row.report.stage) for row in sending.others.select_related("report__stage__authority")],
        )
        return sending

    @classmethod
    def _freeze(cls, report: AuthorityReport, text: str, *, is_complete: bool, **fields) -> "Sending":
        version = report.sendings.count() + 1
        digest = sha256(text.encode()).hexdigest()
        sending = cls.objects.create(report=report, version=version, text=text, digest=digest, is_complete=is_complete, **fields)
        if is_complete and report.status != AuthorityReport.Status.SENT:
            report.move_to(AuthorityReport.Status.SENT)
            report.sent_at = fields["sent_at"]
            report.save(update_fields=["status", "sent_at"])
        return sending

    @transaction.atomic
    def retract(self, *, by: User, at: datetime, reason: str) -> None:
        """Recorded by mistake: the record stays and is crossed out; without another one the report waits again."""
        report = self.report.locked()
        sending = Sending.objects.get(pk=self.pk)
        if sending.retracted_at:
            raise InvalidTransition("この記録はすでに取り消されています。")
        actor = next((row for row in report.able(at=at) if row.person.pk == by.pk), None)
        if actor is None:
            raise PermissionDenied("送付の記録を取り消せるのは、報告する役割の方だけです。")
        if not reason.strip():
            raise ValidationError({"reason": "取り消す理由を入力してください。"})
        others = list(sending.others.standing().select_related("report__stage__authority"))
        for row in [sending, *others]:
            row._cross_out(by, at, reason)
        covered = [str(row.report.stage) for row in others]
        about = {"report": str(report.stage), "version": sending.version, "covered": covered}
        record(by, RETRACTED, report.incident, role=actor.label, at=at, **about)
        self.refresh_from_db()

    def _cross_out(self, by: User, at: datetime, reason: str) -> None:
        self.retracted_at, self.retracted_by, self.retraction = at, by, reason
        self.save(update_fields=["retracted_at", "retracted_by", "retraction"])
        report = AuthorityReport.objects.get(pk=self.report_id)
        left = report.sendings.standing().filter(is_complete=True).first()
        if report.status != AuthorityReport.Status.SENT:
            return
        if left is None:
            report.move_to(AuthorityReport.Status.WAITING)
        report.sent_at = left.sent_at if left else None
        report.save(update_fields=["status", "sent_at"])


def _guard_input(report: AuthorityReport, way: str, sent_at: datetime, people_count: int | None, *, at: datetime) -> None:
    if way not in Sending.ways(report):
        raise ValidationError({"way": "この報告先には使えない方法です。"})
    if sent_at > at:
        raise ValidationError({"sent_at": "日時が未来になっています。実際に送った日時を入力してください。"})
    if sent_at < report.incident.noticed_at.replace(second=0, microsecond=0):  # what is typed has no seconds
        raise ValidationError({"sent_at": "気づいた日時より前になっています。送った日時を確かめてください。"})
    if report.authority.is_to_persons and way != Sending.Way.SUBSTITUTE and not people_count:
        raise ValidationError({"people_count": "通知した人数を入力してください。"})
