"""What systems and devices share: a number, an owner 課, who entered the row, a life that is never deleted."""

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q

from assets.networks import Network
from assets.registers import RegisterReach, signed
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.japanese import fold, words
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .numbering import RegisterSeries


class RegisterRowQuerySet(models.QuerySet):
    """Questions about rows of a register; `visible_to` is where every look-up starts."""

    def visible_to(self, user: User, *, at: datetime, reach: RegisterReach | None = None) -> Self:
        """The rows of one's section, of the 部 one answers for, all of them for the wide roles."""
        reach = reach or RegisterReach.of(user, at=at)
        return self.filter(reach.seen())

    def found(self, query: str) -> Self:
        """Rows in whose text every word of the query stands, however it is typed."""
        rows = self
        for word in words(query):
            rows = rows.filter(search__contains=word)
        return rows

    def support_ending(self, *, until: date) -> Self:
        """Rows in use whose maker's support ends by the day (3.10.4.1.7)."""
        return self.live().filter(support_ends_on__lte=until)

    def live(self) -> Self:
        """Rows that are not at the end of their life."""
        return self.exclude(status__in=self.model.ENDED)


class RegisterRow(models.Model):
    """A row of a register; its number is given once and never again."""

    PREFIX: ClassVar[str] = ""
    TRANSITIONS: ClassVar[dict] = {}
    ENDED: ClassVar[tuple] = ()
    SEARCHED: ClassVar[tuple[str, ...]] = ()

    code = models.CharField("番号", max_length=16, unique=True, editable=False)
    department = models.ForeignKey(Department, verbose_name="所管課", on_delete=models.PROTECT, related_name="%(class)ss")
    network = models.CharField("ネットワークの系統", max_length=16, choices=Network, db_index=True)
    support_ends_on = models.DateField("サポートの終わる日", null=True, blank=True, db_index=True)
    note = models.TextField("備考", blank=True, max_length=2000)
    search = models.TextField(blank=True, editable=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="登録した人", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("登録日時")
    changed_at = models.DateTimeField("最終更新")

    objects = RegisterRowQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_ended(self) -> bool:
        return self.status in self.ENDED

    def is_support_over(self, *, on: date) -> bool:
        """Whether the row is in use although its maker's support has ended (3.10.4.1.7)."""
        return not self.is_ended and self.support_ends_on is not None and self.support_ends_on < on

    # -- people ----------------------------------------------------------------------------------------------------
    @classmethod
    def may_enter(cls, user: User, department: Department, *, at: datetime, reach: RegisterReach | None = None) -> bool:
        """Whether the person may enter rows for the section."""
        return (reach or RegisterReach.of(user, at=at)).keeps(department)

    def can_change(self, user: User, *, at: datetime, reach: RegisterReach | None = None) -> bool:
        """Staff of the owner section and 中央管理者, while the row lives."""
        return not self.is_ended and self.may_enter(user, self.department, at=at, reach=reach)

    def can_decide(self, user: User, *, at: datetime, reach: RegisterReach | None = None) -> bool:
        """Who decides about its life: 情報セキュリティ担当者 of the owner section, 中央管理者."""
        return (reach or RegisterReach.of(user, at=at)).decides(self.department)

    # -- transitions -----------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def enter(cls, *, by: User, at: datetime, department: Department, **fields: Any) -> Self:
        """Put a new row into the register. PermissionDenied for a stranger to the section, ValidationError by field."""
        if not cls.may_enter(by, department, at=at):
            raise PermissionDenied("登録できるのは、その課の職員と中央電子計算組織管理者だけです。")
        row = cls(department=department, entered_by=by, entered_at=at, changed_at=at, **fields)
        row.code = f"{cls.PREFIX}-{RegisterSeries.take(cls._meta.model_name):04d}"
        row.search = row._searchable()
        row.full_clean(exclude=["search"])
        row.save(force_insert=True)
        record(by, row._verb("entered"), row, at=at, **signed(by, row.department, at=at), number=row.code, department=department.full_name)
        return row

    @transaction.atomic
    def change(self, *, by: User, at: datetime, **fields: Any) -> Self:
        """Correct the row; nothing is recorded where nothing differs. Raises like `enter`, and InvalidTransition once it has ended."""
        row = self.lock()
        if row.is_ended:
            raise InvalidTransition(f"「{row}」は{row.get_status_display()}のため、変更できません。")
        if not row.can_change(by, at=at):
            raise PermissionDenied("変更できるのは、所管課の職員と中央電子計算組織管理者だけです。")
        changed = [name for name, value in fields.items() if getattr(row, name) != value]
        if not changed:
            return row
        moved_to = fields.get("department", row.department)
        if moved_to != row.department and not row.can_decide(by, at=at):
            raise ValidationError({"department": "所管課を移せるのは、情報セキュリティ担当者と中央電子計算組織管理者だけです。"})
        for name in changed:
            setattr(row, name, fields[name])
        row.changed_at, row.search = at, row._searchable()
        row.full_clean(exclude=["search"])
        row.save(update_fields=[*changed, "changed_at", "search"])
        labels = [str(row._meta.get_field(name).verbose_name) for name in changed]
        record(by, row._verb("changed"), row, at=at, **signed(by, row.department, at=at), number=row.code, fields=labels)
        return row

    def lock(self) -> Self:
        """This row, read again and locked until the transaction ends."""
        type(self).objects.select_for_update(no_key=True).get(pk=self.pk)
        return type(self).objects.select_related("department__parent").get(pk=self.pk)

    def _move(self, status: str, verb: str, *, by: User, at: datetime, is_permitted: bool = False, **fields: Any) -> Self:
        """One step of the life; the caller is inside a transaction. InvalidTransition, PermissionDenied unless a permit allows it."""
        row = self.lock()
        if status not in row.TRANSITIONS[row.status]:
            raise InvalidTransition(
                f"「{row}」は「{row.get_status_display()}」のため、「{type(row).Status(status).label}」にはできません。最新の状況を表示しました。"
            )
        if not is_permitted and not row.can_decide(by, at=at):
            raise PermissionDenied("決められるのは、所管課の情報セキュリティ担当者と中央電子計算組織管理者だけです。")
        was = row.get_status_display()
        row.status, row.changed_at = status, at
        for name, value in fields.items():
            setattr(row, name, value)
        row.save(update_fields=["status", "changed_at", *fields])
        record(
            by,
            row._verb(verb),
            row,
            at=at,
            **signed(by, row.department, at=at),
            number=row.code,
            state_was=was,
            state=row.get_status_display(),
        )
        return row

    def _verb(self, act: str) -> str:
        return f"assets.{self._meta.model_name}.{act}"

    def _searchable(self) -> str:
        return "\n".join(fold(str(getattr(self, name) or "")) for name in ("code", *self.SEARCHED))


def in_order(since: str, until: str) -> Q:
    """For a check: the second day, if any, is not before the first."""
    return Q(**{f"{until}__isnull": True}) | Q(**{f"{since}__isnull": True}) | Q(**{f"{until}__gte": models.F(since)})
