"""注意喚起: what the staff are told about security, by whom, until when, and who has read it (3.10.4.1.3, 3.10.6)."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from incidents.bulletins.audience import people
from incidents.hats import signed, worn
from musashimurayama_isms.accounts.models import Department, Role, User
from musashimurayama_isms.accounts.standing import Standing, day_of
from musashimurayama_isms.japanese import fold
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .alert_series import AlertSeries
from .bulletin_read import BulletinRead
from .bulletin_set import ISSUERS, BulletinQuerySet


class Bulletin(models.Model):
    """One word to the staff; its text is that of the newest version, older ones are kept."""

    class Status(models.TextChoices):
        STANDING = "standing", "掲載中"
        WITHDRAWN = "withdrawn", "取下げ"

    TRANSITIONS = {Status.STANDING: {Status.WITHDRAWN}, Status.WITHDRAWN: set()}

    class Urgency(models.IntegerChoices):
        URGENT = 1, "緊急"
        IMPORTANT = 2, "重要"
        NORMAL = 3, "通常"

    class Kind(models.TextChoices):
        MALWARE = "malware", "不正プログラム・不審なメール"
        HOLE = "hole", "ソフトウェアの脆弱性"
        THREAT = "threat", "手口・脅威の動き"
        OTHER = "other", "そのほかの注意"

    CLAUSES = {Kind.MALWARE: ("3.10.4.1.3", "3.10.6.2"), Kind.HOLE: ("3.10.6.1",), Kind.THREAT: ("3.10.6.3",), Kind.OTHER: ("3.10.6.3",)}

    class Origin(models.TextChoices):
        NATION = "nation", "国・全国の機関"
        PREFECTURE = "prefecture", "東京都"
        MAKER = "maker", "製造元・委託事業者"
        CITY = "city", "市で気づいたこと"
        OTHER = "other", "その他"

    class Audience(models.TextChoices):
        ALL = "all", "全職員"
        SECTIONS = "sections", "部・課を選ぶ"
        ROLES = "roles", "役割を選ぶ"

    fiscal_year = models.PositiveSmallIntegerField("年度", db_index=True)
    sequence = models.PositiveIntegerField("連番")
    number = models.CharField("番号", max_length=16, unique=True)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.STANDING)
    urgency = models.PositiveSmallIntegerField("緊急度", choices=Urgency, default=Urgency.NORMAL, db_index=True)
    kind = models.CharField("種類", max_length=16, choices=Kind, default=Kind.MALWARE, db_index=True)
    origin = models.CharField("情報の出どころ", max_length=16, choices=Origin, default=Origin.NATION)
    source = models.CharField("出どころの名称", max_length=200, blank=True)
    audience = models.CharField("宛先", max_length=16, choices=Audience, default=Audience.ALL)
    departments = models.ManyToManyField(Department, verbose_name="部・課", blank=True, related_name="+")
    roles = models.ManyToManyField(Role, verbose_name="役割", blank=True, related_name="+")
    expires_on = models.DateField("掲載の最後の日", db_index=True)
    vulnerability = models.ForeignKey(
        "incidents.Vulnerability", verbose_name="脆弱性", null=True, blank=True, on_delete=models.PROTECT, related_name="bulletins"
    )
    title = models.CharField("件名", max_length=200)
    current = models.PositiveSmallIntegerField("いまの版", default=1)
    asked_since = models.PositiveSmallIntegerField("読む必要のある版", default=1)
    search = models.TextField(blank=True, editable=False)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="出した人", on_delete=models.PROTECT, related_name="+")
    issued_as = models.CharField("役割", max_length=200)
    issued_at = models.DateTimeField("出した日時")
    asked_at = models.DateTimeField("読むよう求めた日時")
    withdrawn_at = models.DateTimeField("取り下げた日時", null=True, blank=True)
    withdrawal = models.CharField("取り下げた理由", max_length=300, blank=True)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = "注意喚起"
        verbose_name_plural = "注意喚起"
        ordering = ["-issued_at", "-pk"]
        indexes = [models.Index(fields=["status", "expires_on"]), models.Index(fields=["-issued_at"])]
        constraints = [
            models.UniqueConstraint(fields=["fiscal_year", "sequence"], name="incidents_bulletin_number_once"),
            models.CheckConstraint(
                condition=Q(status="standing", withdrawn_at__isnull=True)
                | (Q(status="withdrawn", withdrawn_at__isnull=False) & ~Q(withdrawal="")),
                name="incidents_bulletin_withdrawn_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(asked_since__gte=1, asked_since__lte=models.F("current")), name="incidents_bulletin_asks_a_version"
            ),
        ]

    def __str__(self) -> str:
        return f"注意喚起 {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:bulletin", args=[self.pk])

    @property
    def clauses(self) -> tuple[str, ...]:
        return self.CLAUSES[self.Kind(self.kind)]

    @property
    def is_urgent(self) -> bool:
        return self.urgency == self.Urgency.URGENT

    @property
    def newest(self) -> models.Model:
        """The version that stands."""
        return self.versions.get(number=self.current)

    def state(self, *, on: date) -> str:
        """掲載中, 掲載終了 or 取下げ; that its days are over is computed, never stored."""
        if self.status == self.Status.STANDING and self.expires_on < on:
            return "掲載終了"
        return self.get_status_display()

    # -- people ----------------------------------------------------------------------------------------------------
    @staticmethod
    def issuer(user: User, *, at: datetime) -> Standing | None:
        """The hat under which the person may tell the staff, correct and withdraw; serves button and method alike."""
        return worn(user, *ISSUERS, at=at)

    def people(self, *, on: date) -> QuerySet[User]:
        """Everybody who is asked on the day, each with `department` and `read_at` (of a version that counts)."""
        departments = list(self.departments.all()) if self.audience == self.Audience.SECTIONS else None
        roles = list(self.roles.values_list("code", flat=True)) if self.audience == self.Audience.ROLES else None
        read = BulletinRead.objects.filter(bulletin=self, person=OuterRef("pk"), version__gte=self.asked_since).order_by("at")
        return people(on=on, departments=departments, roles=roles).annotate(read_at=Subquery(read.values("at")[:1]))

    def asks(self, user: User, *, at: datetime) -> bool:
        """Whether the person is asked to read it and has not."""
        return Bulletin.objects.filter(pk=self.pk).unread_by(user, at=at).exists()

    # -- transitions -----------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def issue(
        cls,
        *,
        title: str,
        text: str,
        expires_on: date,
        by: User,
        at: datetime,
        departments: Iterable[Department] = (),
        roles: Iterable[Role] = (),
        **fields: Any,
    ) -> "Bulletin":
        """Tell the staff; `fields`: urgency, kind, origin, source, audience, vulnerability. An urgent one goes out at once.

        PermissionDenied for all but 中央電子計算組織管理者 and 電子計算組織総括管理者; ValidationError by field.
        """
        hat = cls.issuer(by, at=at)
        if hat is None:
            raise PermissionDenied("注意喚起を出せるのは、中央電子計算組織管理者と電子計算組織総括管理者だけです。")
        places, hats = list(departments), list(roles)
        _guard_audience(fields.get("audience", cls.Audience.ALL), places, hats)
        _guard_days(expires_on, at=at)
        stamp = {"issued_by": by, "issued_as": hat.label[:200], "issued_at": at, "asked_at": at}
        number = AlertSeries.take(AlertSeries.Kind.BULLETIN, at=at)
        bulletin = cls(title=title, expires_on=expires_on, search=fold(f"{title}\n{text}"), **stamp, **number, **fields)
        bulletin.save(force_insert=True)
        if bulletin.audience == cls.Audience.SECTIONS:
            bulletin.departments.set(places)
        if bulletin.audience == cls.Audience.ROLES:
            bulletin.roles.set(hats)
        version = bulletin._write(1, title=title, text=text, change="", by=by, hat=hat, at=at)
        bulletin._read_by_its_writer(by, at=at)
        verb = "incidents.bulletin.issued_urgently" if bulletin.is_urgent else "incidents.bulletin.issued"
        record(
            by,
            verb,
            bulletin,
            **signed(hat),
            at=at,
            number=bulletin.number,
            urgency=bulletin.get_urgency_display(),
            audience=bulletin.get_audience_display(),
            expires_on=expires_on.isoformat(),
            text_digest=version.digest,
        )
        return bulletin

    @transaction.atomic
    def correct(
        self,
        *,
        title: str,
        text: str,
        change: str,
        expires_on: date,
        by: User,
        at: datetime,
        asks_again: bool = True,
        keeps_files: bool = True,
    ) -> "Bulletin":
        """A new version in its place; with `asks_again` everybody reads anew. The older ones stay readable.

        InvalidTransition for one that was withdrawn, PermissionDenied and ValidationError as `issue`.
        """
        bulletin, hat = self._locked(by, at=at)
        if not change.strip():
            raise ValidationError({"change": "何を改めたかを入力してください。"})
        _guard_days(expires_on, at=at)
        bulletin.current += 1
        bulletin.title, bulletin.expires_on, bulletin.search = title, expires_on, fold(f"{title}\n{text}")
        if asks_again:
            bulletin.asked_since, bulletin.asked_at = bulletin.current, at
        bulletin.save(update_fields=["current", "title", "expires_on", "search", "asked_since", "asked_at"])
        version = bulletin._write(bulletin.current, title=title, text=text, change=change, keeps_files=keeps_files, by=by, hat=hat, at=at)
        bulletin._read_by_its_writer(by, at=at)
        urgently = "_urgently" if asks_again and bulletin.is_urgent else ""
        verb = f"incidents.bulletin.corrected{urgently}"
        record(by, verb, bulletin, **signed(hat), at=at, version=bulletin.current, asks_again=asks_again, text_digest=version.digest)
        self.refresh_from_db()
        return self

    @transaction.atomic
    def withdraw(self, *, reason: str, by: User, at: datetime) -> None:
        """掲載中 → 取下げ: it leaves the desks, and stays on record with the reason."""
        bulletin, hat = self._locked(by, at=at)
        if not reason.strip():
            raise ValidationError({"reason": "取り下げる理由を入力してください。"})
        bulletin.status, bulletin.withdrawn_at, bulletin.withdrawal = self.Status.WITHDRAWN, at, reason.strip()
        bulletin.save(update_fields=["status", "withdrawn_at", "withdrawal"])
        record(by, "incidents.bulletin.withdrawn", bulletin, **signed(hat), at=at, number=bulletin.number)
        self.refresh_from_db()

    @transaction.atomic
    def read(self, *, by: User, at: datetime) -> None:
        """「読みました」 of the version that stands (3.10.4.3.6). InvalidTransition where nothing is asked of the person any more."""
        Bulletin.objects.select_for_update(no_key=True).get(pk=self.pk)
        bulletin = Bulletin.objects.asked_of(by, at=at).filter(pk=self.pk).first()
        if bulletin is None:
            raise PermissionDenied("この注意喚起は、あなたに宛てたものではありません。")
        if not bulletin.asks(by, at=at):
            raise InvalidTransition("すでに読んだ印が付いているか、掲載が終わっています。")
        BulletinRead.objects.create(bulletin=bulletin, version=bulletin.current, person=by, at=at)
        record(by, "incidents.bulletin.read", bulletin, at=at, version=bulletin.current)

    def _locked(self, by: User, *, at: datetime) -> tuple["Bulletin", Standing]:
        bulletin = Bulletin.objects.select_for_update(no_key=True).get(pk=self.pk)
        if bulletin.status == self.Status.WITHDRAWN:
            raise InvalidTransition("この注意喚起は、すでに取り下げられています。")
        hat = self.issuer(by, at=at)
        if hat is None:
            raise PermissionDenied("注意喚起を改められるのは、中央電子計算組織管理者と電子計算組織総括管理者だけです。")
        return bulletin, hat

    def _write(self, number: int, *, title: str, text: str, by: User, hat: Standing, at: datetime, **fields: Any) -> models.Model:
        digest = hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()
        return self.versions.create(number=number, title=title, text=text, by=by, by_as=hat.label[:200], at=at, digest=digest, **fields)

    def _read_by_its_writer(self, by: User, *, at: datetime) -> None:
        """Whoever writes it has read it."""
        BulletinRead.objects.create(bulletin=self, version=self.current, person=by, at=at)


def _guard_audience(audience: str, departments: list[Department], roles: list[Role]) -> None:
    if audience == Bulletin.Audience.SECTIONS and not departments:
        raise ValidationError({"departments": "届ける部・課を一つ以上選んでください。"})
    if audience == Bulletin.Audience.ROLES and not roles:
        raise ValidationError({"roles": "届ける役割を一つ以上選んでください。"})


def _guard_days(expires_on: date, *, at: datetime) -> None:
    if expires_on < day_of(at):
        raise ValidationError({"expires_on": "掲載の最後の日が過ぎています。今日以後の日を入力してください。"})
