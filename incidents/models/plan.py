"""業務継続計画（ICT編）: the plan for the bad day with its four contents (3.11.3.2), in versions; older ones are kept."""

import hashlib
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse

from incidents.chain import Party
from incidents.continuity.people import plan_approvers, plan_owner, prepares_plan, role_of
from incidents.parties import Actor
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of, standings
from musashimurayama_isms.approvals.models import Resolution
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

CONTENTS = ("contacts", "reporting", "measures", "prevention")


class PlanVersionQuerySet(models.QuerySet):
    def approved(self) -> Self:
        return self.filter(status=PlanVersion.Status.APPROVED)

    def unsettled(self) -> Self:
        """Being written or waiting for approval: at most one."""
        return self.filter(status__in=(PlanVersion.Status.DRAFT, PlanVersion.Status.SUBMITTED))

    def once_in_force(self, on: date) -> Self:
        return self.approved().filter(effective_on__lte=on)

    def in_force(self, on: date) -> Self:
        """The approved version with the latest day that has come; at most one."""
        newest = PlanVersion.objects.once_in_force(on).order_by("-effective_on", "-number").values("pk")[:1]
        return self.filter(pk__in=list(newest.values_list("pk", flat=True)))

    def visible_to(self, user: User, *, at: datetime) -> Self:
        """All versions for those who prepare it; what is in force for everyone who works here: it is what they act by."""
        if prepares_plan(user, at=at):
            return self.all()
        return self.in_force(day_of(at)) if standings(user, at=at) else self.none()

    def waiting_for(self, user: User, *, at: datetime) -> Self:
        """Submitted versions that this person may decide."""
        mine = [row.pk for row in self.filter(status=PlanVersion.Status.SUBMITTED) if row.approver(user, at=at)]
        return self.filter(pk__in=mine)


class PlanVersion(models.Model):
    """One version of the plan; the one in force on a day is computed."""

    class Status(models.TextChoices):
        DRAFT = "draft", "作成中"
        SUBMITTED = "submitted", "承認待ち"
        APPROVED = "approved", "承認済"
        DISCARDED = "discarded", "取りやめ"

    TRANSITIONS = {
        Status.DRAFT: {Status.SUBMITTED, Status.DISCARDED},
        Status.SUBMITTED: {Status.DRAFT, Status.APPROVED},
        Status.APPROVED: set(),
        Status.DISCARDED: set(),
    }

    number = models.PositiveIntegerField("版", unique=True)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.DRAFT)
    contacts = models.TextField("関係者の連絡先", blank=True, max_length=20000)
    reporting = models.TextField("報告すべき事項", blank=True, max_length=20000)
    measures = models.TextField("事案への対応措置", blank=True, max_length=20000)
    prevention = models.TextField("再発防止措置の策定", blank=True, max_length=20000)
    change_note = models.CharField("変えたこと・理由", max_length=500, blank=True)
    effective_on = models.DateField("施行日", null=True, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="作成した人", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField("作成日時")
    written_by = models.ManyToManyField(settings.AUTH_USER_MODEL, verbose_name="書いた人", related_name="+", blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="承認を求めた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField("承認を求めた日時", null=True, blank=True)
    returned_reason = models.TextField("差戻しの理由", blank=True, max_length=1000)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="承認した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_as = models.CharField("役割", max_length=200, blank=True)
    approved_at = models.DateTimeField("承認日時", null=True, blank=True)
    resolution = models.ForeignKey(
        Resolution, verbose_name="委員会の議決", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    digest = models.CharField("承認した内容のSHA-256", max_length=64, blank=True)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "業務継続計画（ICT編）の版"
        verbose_name_plural = "業務継続計画（ICT編）の版"
        ordering = ["-number"]
        indexes = [models.Index(fields=["status", "effective_on"])]
        constraints = [
            models.UniqueConstraint(fields=["status"], condition=Q(status="draft"), name="incidents_planversion_one_draft"),
            models.UniqueConstraint(fields=["status"], condition=Q(status="submitted"), name="incidents_planversion_one_submitted"),
            models.CheckConstraint(
                condition=~Q(status__in=("submitted", "approved")) | Q(effective_on__isnull=False, submitted_by__isnull=False),
                name="incidents_planversion_sent_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | (Q(approved_by__isnull=False, approved_at__isnull=False) & ~Q(digest="")),
                name="incidents_planversion_approved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"業務継続計画（ICT編）第{self.number}版"

    def get_absolute_url(self) -> str:
        return reverse("incidents:plan_version", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_submitted(self) -> bool:
        return self.status == self.Status.SUBMITTED

    @property
    def contents(self) -> list[tuple[str, str, str]]:
        """The four contents of 3.11.3.2: the clause, the word, the text."""
        return [
            (f"3.11.3.2.{place}", str(self._meta.get_field(name).verbose_name), getattr(self, name))
            for place, name in enumerate(CONTENTS, 1)
        ]

    @property
    def files(self):
        return StoredFile.objects.about(self)

    def phase(self, on: date, *, current: "PlanVersion | None") -> tuple[str, str]:
        """What the version is on a day, in a word and a tone; `current` is the one in force."""
        if self.status != self.Status.APPROVED:
            return self.get_status_display(), "quiet" if self.status == self.Status.DISCARDED else "waiting"
        if self.effective_on > on:
            return "施行待ち", "waiting"
        return ("施行中", "done") if self == current else ("旧版", "quiet")

    def content_digest(self) -> str:
        """SHA-256 over the four texts, the day and the files: what the approval is of."""
        texts = [*(getattr(self, name) for name in CONTENTS), self.change_note, str(self.effective_on)]
        total = hashlib.sha256("\0".join(texts).encode())
        for sha256 in self.files.order_by("sha256").values_list("sha256", flat=True):
            total.update(sha256.encode())
        return total.hexdigest()

    # -- people ----------------------------------------------------------------------------------------------------
    def can_write(self, user: User, *, at: datetime) -> bool:
        return self.is_draft and prepares_plan(user, at=at)

    def hands(self) -> set[int]:
        """Everyone who had a hand in the text."""
        return {self.drafted_by_id, self.submitted_by_id, *self.written_by.values_list("pk", flat=True)} - {None}

    def approvers(self, *, at: datetime) -> list[Actor]:
        """The owner's persons but those who wrote it; where that leaves nobody, the next one up."""
        return plan_approvers(at=at, without=tuple(self.hands()))

    def approver(self, user: User, *, at: datetime) -> Actor | None:
        return role_of(user, self.approvers(at=at)) if self.is_submitted else None

    @property
    def needs_resolution(self) -> bool:
        """A committee decides by a 議決 alone (chains.md)."""
        return plan_owner() == Party.COMMITTEE

    def resolutions(self) -> models.QuerySet[Resolution]:
        """What the committee resolved since the version was submitted."""
        good = (Resolution.Outcome.PASSED, Resolution.Outcome.NOTED)
        rows = Resolution.objects.filter(outcome__in=good, agenda_item__item__committee__code="PROMOTION_COMMITTEE")
        rows = rows.exclude(pk__in=PlanVersion.objects.filter(resolution__isnull=False).values("resolution"))
        return rows.filter(recorded_at__gte=self.submitted_at).select_related("agenda_item__item", "agenda_item__meeting")

    # -- transitions -----------------------------------------------------------------------------------------------
    def lock(self) -> "PlanVersion":
        return PlanVersion.objects.select_for_update(no_key=True).get(pk=self.pk)

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この版は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。")
        self.status = status

    @classmethod
    @transaction.atomic
    def begin(cls, *, by: User, at: datetime) -> "PlanVersion":
        """A new draft that begins with the text approved last; one at a time."""
        if not prepares_plan(by, at=at):
            raise PermissionDenied("業務継続計画（ICT編）を作れるのは、CISO・総括管理者・中央管理者・情報化推進委員会の方だけです。")
        if cls.objects.unsettled().exists():
            raise InvalidTransition("作成中か承認待ちの版がすでにあります。その版を使ってください。")
        source = cls.objects.approved().order_by("-number").first()
        texts = {name: getattr(source, name) for name in CONTENTS} if source else {}
        last = cls.objects.order_by("-number").values_list("number", flat=True).first() or 0
        try:
            with transaction.atomic():
                version = cls.objects.create(number=last + 1, drafted_by=by, drafted_at=at, **texts)
        except IntegrityError:
            raise InvalidTransition("ほかの方が同時に新しい版を作りました。その版を使ってください。") from None
        record(by, "incidents.plan.drafted", version, at=at, version=version.number)
        return version

    @transaction.atomic
    def write(self, *, by: User, at: datetime, **texts) -> None:
        """Keep the text of the draft; `texts` are the four contents and `change_note`."""
        version = self._for_writer(by, at=at)
        for name in texts.keys() & {*CONTENTS, "change_note", "effective_on"}:
            setattr(version, name, texts[name])
        version.save(update_fields=[*CONTENTS, "change_note", "effective_on"])
        version.written_by.add(by)
        record(by, "incidents.plan.written", version, at=at, version=version.number, digest=version.content_digest())
        self.refresh_from_db()

    @transaction.atomic
    def submit(self, *, by: User, at: datetime, effective_on: date) -> None:
        """Ask for approval. ValidationError, by field, where one of the four contents of 3.11.3.2 is missing or the day is past."""
        version = self._for_writer(by, at=at)
        missing = {
            name: "計画に定めることが求められている内容です。入力してください。" for name in CONTENTS if not getattr(version, name).strip()
        }
        if effective_on < day_of(at):
            missing["effective_on"] = "施行日は、今日以後の日にしてください。"
        if missing:
            raise ValidationError(missing)
        version.move_to(self.Status.SUBMITTED)
        version.effective_on, version.submitted_by, version.submitted_at, version.returned_reason = effective_on, by, at, ""
        version.save(update_fields=["status", "effective_on", "submitted_by", "submitted_at", "returned_reason"])
        record(by, "incidents.plan.submitted", version, at=at, version=version.number, effective_on=effective_on.isoformat())
        self.refresh_from_db()

    @transaction.atomic
    def send_back(self, *, by: User, at: datetime, reason: str) -> None:
        """The owner wants it otherwise; the draft is open again with the reason on it."""
        version = self.lock()
        if not version.is_submitted:
            version.move_to(self.Status.APPROVED)
        actor = version._approver_or_refuse(by, at=at)
        if not reason.strip():
            raise ValidationError({"reason": "どこを直すかを入力してください。"})
        version.move_to(self.Status.DRAFT)
        version.returned_reason = reason
        version.save(update_fields=["status", "returned_reason"])
        record(by, "incidents.plan.returned", version, role=actor.label, in_place_of=actor.in_place_of, at=at, version=version.number)
        self.refresh_from_db()

    @transaction.atomic
    def approve(self, *, by: User, at: datetime, digest: str, resolution: Resolution | None = None) -> None:
        """Put it into force from its day. `digest` is of the text that the approver read; a committee names its 議決.

        InvalidTransition for another state or another text, PermissionDenied for who may not or has written it.
        """
        version = self.lock()
        if not version.is_submitted:
            version.move_to(self.Status.APPROVED)
        actor = version._approver_or_refuse(by, at=at)
        if digest != version.content_digest():
            raise InvalidTransition("画面を開いた後に内容が変わりました。読み直してから承認してください。")
        if version.needs_resolution and (resolution is None or not version.resolutions().filter(pk=resolution.pk).exists()):
            raise ValidationError({"resolution": "情報化推進委員会の計画です。承認した議決を選んでください。"})
        version.move_to(self.Status.APPROVED)
        version.effective_on = max(version.effective_on, day_of(at))
        version.approved_by, version.approved_as, version.approved_at = by, actor.label[:200], at
        version.resolution, version.digest = resolution, version.content_digest()
        version.save(update_fields=["status", "effective_on", "approved_by", "approved_as", "approved_at", "resolution", "digest"])
        facts = {"version": version.number, "digest": version.digest, "effective_on": version.effective_on.isoformat()}
        record(by, "incidents.plan.approved", version, role=actor.label, in_place_of=actor.in_place_of, at=at, **facts)
        self.refresh_from_db()

    @transaction.atomic
    def discard(self, *, by: User, at: datetime) -> None:
        """Give up a draft."""
        version = self._for_writer(by, at=at)
        version.move_to(self.Status.DISCARDED)
        version.save(update_fields=["status"])
        record(by, "incidents.plan.discarded", version, at=at, version=version.number)
        self.refresh_from_db()

    def _for_writer(self, by: User, *, at: datetime) -> "PlanVersion":
        version = self.lock()
        if not version.is_draft:
            raise InvalidTransition(f"この版は「{version.get_status_display()}」のため、書き換えられません。最新の状況を表示しました。")
        if not version.can_write(by, at=at):
            raise PermissionDenied("この版を書けるのは、計画を用意する方だけです。")
        return version

    def _approver_or_refuse(self, by: User, *, at: datetime) -> Actor:
        actor = self.approver(by, at=at)
        if actor is None:
            raise PermissionDenied("この版を承認できるのは、計画の責任者だけです。書いた人は承認できません。")
        return actor
