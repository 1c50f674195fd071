"""A duty that comes round (定期業務): who, what, by which clause, how often; it is kept by its occurrences."""

from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from musashimurayama_isms.accounts.models import Department, Post, RoleCode, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.jobs.subjects import key_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from ..parties import OF_A_DIVISION, OF_A_SECTION, Owner, Reach
from . import planning
from .occurrence import Occurrence
from .recurring import Recurring
from .seen import of_seen_subjects

MONTHS_AHEAD = 13


class DutyQuerySet(models.QuerySet):
    """Questions about duties."""

    def active(self) -> Self:
        return self.filter(is_active=True)

    def about(self, subject: models.Model) -> Self:
        """The duties that hang on one object."""
        return self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=key_of(subject))

    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Which duties there are is no secret; one that hangs on an object is as visible as the object."""
        reach = reach or Reach(user, at=at)
        return self if reach.is_wide else self.filter(of_seen_subjects(user, self))


class Duty(Recurring):
    """What somebody has to do again and again, at an interval the city sets."""

    Owner = Owner

    class Per(models.TextChoices):
        ONE = "one", "1件（全庁または決まった課）"
        DIVISIONS = "divisions", "部ごとに1件"
        SECTIONS = "sections", "課ごとに1件"

    code = models.SlugField("コード", max_length=64)
    title = models.CharField("業務", max_length=200)
    instruction = models.TextField("すること", blank=True, max_length=2000)
    clauses = models.JSONField("条項", default=list, blank=True)
    mechanism = models.CharField("仕組みのコード", max_length=64, blank=True, db_index=True)
    owner = models.CharField("担当の役割", max_length=32, choices=Owner, db_index=True)
    per = models.CharField("単位", max_length=16, choices=Per, default=Per.ONE)
    department = models.ForeignKey(
        Department, verbose_name="決まった課・部", null=True, blank=True, on_delete=models.PROTECT, related_name="duties"
    )
    hands_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="担当する人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    lead_days = models.PositiveSmallIntegerField("何日前から表示するか", default=30)
    needs_evidence = models.BooleanField("根拠となる記録の添付を求める", default=False)
    is_active = models.BooleanField("行っている", default=True, db_index=True)
    planned_from = models.DateField("この定めの始まり", editable=False)
    content_type = models.ForeignKey(ContentType, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64, blank=True, editable=False)
    subject = GenericForeignKey("content_type", "object_id")

    objects = DutyQuerySet.as_manager()

    RULE = ("interval", "days", "day", "every_months", "weekday", "anchor_on", "per", "department", "owner", "lead_days")

    class Meta:
        verbose_name = "定期業務"
        verbose_name_plural = "定期業務"
        ordering = ["code", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(content_type__isnull=True),
                name="duties_duty_code_once",
                violation_error_message="このコードの定期業務はすでにあります。別のコードにしてください。",
            ),
            models.UniqueConstraint(
                fields=["code", "content_type", "object_id"], condition=Q(content_type__isnull=False), name="duties_duty_once_a_subject"
            ),
            models.CheckConstraint(condition=Q(department__isnull=True) | Q(per="one"), name="duties_duty_department_only_for_one"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("duties:duty", args=[self.pk])

    def clean(self) -> None:
        """ValidationError, by field, for a rule that lacks something or that would fall on nobody."""
        super().clean()
        if self.per == self.Per.ONE and self.owner in OF_A_SECTION | OF_A_DIVISION and self.department is None:
            raise ValidationError({"per": "課や部の役割の業務は、課ごと・部ごとにするか、課を決めてください。"})
        if self.per == self.Per.DIVISIONS and self.owner in OF_A_SECTION:
            raise ValidationError({"per": "課の役割の業務は、部ごとにはできません。課ごとにしてください。"})
        if self.per != self.Per.ONE and self.department is not None:
            raise ValidationError({"department": "課ごと・部ごとの業務では空欄にしてください。"})

    # -- the rule --------------------------------------------------------------------------------------------------
    @property
    def unit_words(self) -> str:
        """全庁で1件, 市民課で1件, 課ごと, 部ごと."""
        if self.is_for_each:
            return "部ごと" if self.per == self.Per.DIVISIONS else "課ごと"
        return f"{self.department.full_name if self.department else '全庁'}で1件"

    @property
    def is_for_each(self) -> bool:
        return self.per != self.Per.ONE

    def posts(self) -> QuerySet[Post]:
        """The posts, of any time, whose departments have a duty of their own."""
        return Post.objects.carrying(RoleCode.DIVISION_OFFICER if self.per == self.Per.DIVISIONS else RoleCode.SECTION_OFFICER)

    def departments(self, *, on: date) -> list[Department | None]:
        """Whose duty it is on a day, one occurrence each; [None] where it is one for the whole city."""
        return list(planning.Places(self).on(on))

    # -- people ----------------------------------------------------------------------------------------------------
    def can_change(self, user: User, *, at: datetime) -> bool:
        """中央管理者 and the administrators of the portal; what hangs on an object is changed where the object is."""
        return self.content_type_id is None and may_handle_duties(user, at=at)

    # -- transitions -----------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def ensure(cls, code: str, *, subject: models.Model | None = None, by: User | None = None, at: datetime, **fields: Any) -> "Duty":
        """Make the duty of this code (on this subject), or bring it in line with `fields`; the same call again changes nothing.

        For the floors above, which have guarded the person. `fields` are columns of the model: title, owner, interval …;
        a stopped duty comes to life again. Call it before the caller's own `record`. ValidationError for a rule that lacks something.
        """
        if subject is not None:  # two at once wait for each other at the subject's row
            type(subject)._base_manager.select_for_update(no_key=True).filter(pk=subject.pk).first()
        known = cls.objects.filter(code=code)
        found = (known.about(subject) if subject is not None else known.filter(content_type__isnull=True)).first()
        if found is None:
            return cls._set_up(code, subject=subject, by=by, at=at, **fields)
        duty = found._locked()
        duty._change({**fields, "is_active": True}, by=by, at=at)
        return duty

    @classmethod
    def _set_up(cls, code: str, *, subject: models.Model | None, by: User | None, at: datetime, **fields: Any) -> "Duty":
        duty = cls(code=code, planned_from=day_of(at), **fields)
        if subject is not None:
            duty.content_type, duty.object_id = ContentType.objects.get_for_model(subject), key_of(subject)
        duty._tidy()
        duty.save(force_insert=True)
        record(by, "duties.duty.set_up", duty, at=at, duty_owner=duty.owner, interval=duty.interval)
        duty.plan(at=at)
        return duty

    @classmethod
    @transaction.atomic
    def set_up(cls, code: str, *, by: User, at: datetime, **fields: Any) -> "Duty":
        """Set up a duty of the city by hand. PermissionDenied for others than those who handle duties."""
        if not may_handle_duties(by, at=at):
            raise PermissionDenied("定期業務を定められるのは、中央電子計算組織管理者とポータル管理者だけです。")
        return cls._set_up(code, subject=None, by=by, at=at, **fields)

    @transaction.atomic
    def change(self, *, by: User, at: datetime, **fields: Any) -> None:
        """Change the rule or its words. Only untouched occurrences that lie ahead follow; what was done or moved stays."""
        duty = self._locked()
        if not duty.can_change(by, at=at):
            raise PermissionDenied("この定期業務を変更できるのは、中央電子計算組織管理者とポータル管理者だけです。")
        duty._change(fields, by=by, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def follow(self, *, at: datetime, **fields: Any) -> None:
        """Take over what the city has chosen for the rule (未定事項); a stopped duty stays stopped."""
        duty = self._locked()
        if duty.is_active:
            duty._change(fields, by=None, at=at)
        self.refresh_from_db()

    def _change(self, fields: dict[str, Any], *, by: User | None, at: datetime) -> None:
        before = {name: getattr(self, name) for name in self._columns()}
        for name, value in fields.items():
            setattr(self, name, value)
        self._tidy()
        changed = sorted(name for name, value in before.items() if getattr(self, name) != value)
        if not changed:
            return
        if set(changed) & {*self.RULE, "is_active"}:
            self.planned_from = day_of(at)
        self.save()
        record(by, "duties.duty.changed", self, at=at, changed_columns=[self._meta.get_field(name).verbose_name for name in changed])
        self.plan(at=at)
        if "hands_to" in changed:
            planning.hand(self, self.occurrences.open(), on=day_of(at))

    @transaction.atomic
    def stop(self, *, by: User | None = None, at: datetime) -> None:
        """No more of it: open occurrences end with that reason. `by` None is the floor above; a person is guarded."""
        duty = self._locked()
        if not duty.is_active:
            raise InvalidTransition("この定期業務はすでに停止しています。")
        if by is not None and duty.content_type_id is None and not may_handle_duties(by, at=at):
            raise PermissionDenied("定期業務を停止できるのは、中央電子計算組織管理者とポータル管理者だけです。")
        duty.is_active = False
        duty.save(update_fields=["is_active"])
        record(by, "duties.duty.stopped", duty, at=at, rounds_dropped=planning.drop_open(duty, at=at))
        self.refresh_from_db()

    @transaction.atomic
    def resume(self, *, by: User, at: datetime) -> None:
        """Begin again from today; what fell due in between is not made up for."""
        duty = self._locked()
        if duty.is_active:
            raise InvalidTransition("この定期業務はすでに行われています。")
        if not duty.can_change(by, at=at):
            raise PermissionDenied("定期業務を再開できるのは、中央電子計算組織管理者とポータル管理者だけです。")
        duty.is_active, duty.planned_from = True, day_of(at)
        duty.save(update_fields=["is_active", "planned_from"])
        record(by, "duties.duty.resumed", duty, at=at)
        duty.plan(at=at)
        self.refresh_from_db()

    @transaction.atomic
    def plan(self, *, at: datetime, months: int = MONTHS_AHEAD) -> int:
        """Make the occurrences of the coming months; gives how many are new or have new days. Harmless when done again."""
        duty = self._locked()
        if not duty.is_active:
            return 0
        made, dropped = planning.plan(duty, at=at, months=months)
        if made or dropped:
            record(None, "duties.duty.planned", duty, at=at, rounds_made=made, rounds_dropped=dropped)
        return made

    @transaction.atomic
    def call(
        self,
        *,
        due_on: date,
        reason: str = "",
        by: User | None,
        at: datetime,
        event: str = "",
        department: Department | None = None,
    ) -> Occurrence:
        """One occurrence beyond the rule, because something happened; one that is still open for the same event and day is given back.

        `due_on` stays as it is said; `department` where the duty is one for each. InvalidTransition for a stopped duty.
        No row is locked: an event may come from within an act that holds the head of the trail.
        """
        if not self.is_active:
            raise InvalidTransition("停止している定期業務です。再開してから行ってください。")
        if not self.is_for_each:
            department = self.department
        return Occurrence.call(self, due_on=due_on, reason=reason, event=event or "call", department=department, by=by, at=at)

    def _locked(self) -> "Duty":
        """This duty, then its open occurrences, locked before anything is recorded: acts on an occurrence take the same order.

        Its key stays free, so that an event may add an occurrence meanwhile.
        """
        duty = Duty.objects.select_for_update(no_key=True).get(pk=self.pk)
        list(duty.occurrences.open().select_for_update().order_by("pk").values_list("pk"))
        return duty

    def _tidy(self) -> None:
        """Empty what the interval does not use, and hold the row against its rules (not the uniqueness of a new row's code)."""
        self.empty_unused()
        self.clean_fields(exclude=["planned_from", "content_type", "object_id"])
        self.clean()

    @classmethod
    def _columns(cls) -> list[str]:
        return [field.name for field in cls._meta.concrete_fields if field.name not in ("id", "planned_from", "content_type", "object_id")]


def may_handle_duties(user: User, *, at: datetime) -> bool:
    """Whether the person says which duties there are: 中央管理者 or an administrator of the portal."""
    return Reach(user, at=at).may_handle
