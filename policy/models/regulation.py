"""定めるべき規程・手順: every document that the policy orders somebody to make, and where the city keeps those that lie outside the portal.

Whether one is there is never stored, it is asked (policy.regulations). The rows are reference data (fixtures/regulations.json)
in the city's own words; they name their clauses by number and survive the revisions of the text.
"""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.standing import Standing, answered_departments, day_of, standings
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.clearance import acting_as
from policy.numbers import printed

from .obligation import Bearer

KEEPERS = (RoleCode.ADMINISTRATOR, RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER)  # who may say for the city where a document lies


class RegulationQuerySet(models.QuerySet):
    def get_by_natural_key(self, code: str) -> "Regulation":
        return self.get(code=code)


class Regulation(models.Model):
    """One document that clauses order somebody to make."""

    class Per(models.TextChoices):
        CITY = "city", "市で一つ"
        SECTION = "section", "課ごと"
        OCCASION = "occasion", "そのつど"

    class State(models.TextChoices):
        """How it stands on a day; computed, never stored. Worst first, as they are shown."""

        MISSING = "missing", "なし"
        OVERDUE = "overdue", "見直し期限超過"
        DRAFTING = "drafting", "案を作成中"
        ELSEWHERE = "elsewhere", "別途保管"
        IN_FORCE = "in_force", "整備済み"
        OCCASIONAL = "occasional", "そのつど"

    code = models.SlugField("コード", max_length=64, unique=True)
    position = models.PositiveSmallIntegerField("並び順", default=0)
    title = models.CharField("名称", max_length=100)
    clauses = models.JSONField("条項", default=list, help_text="主な条項を先に。例 3.9.1.6")
    makers = models.JSONField("定める者", default=list, help_text="役割のコード。ポリシーの中で食い違うときは候補を並べる")
    per = models.CharField("作る単位", max_length=16, choices=Per, default=Per.CITY)
    is_in_policy = models.BooleanField("ポリシー本体で定める", default=False)
    contents = models.JSONField("定める内容", default=list, blank=True)
    note = models.CharField("注記", max_length=300, blank=True)

    objects = RegulationQuerySet.as_manager()

    class Meta:
        verbose_name = "定めるべき規程・手順"
        verbose_name_plural = "定めるべき規程・手順"
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def get_absolute_url(self) -> str:
        return reverse("policy:regulation", args=[self.code])

    @property
    def citation(self) -> str:
        """The first clause, as it is printed."""
        return printed(self.clauses[0])

    @property
    def maker_labels(self) -> list[str]:
        return [Bearer(code).label for code in self.makers]

    @property
    def is_owed(self) -> bool:
        """Whether it counts as missing while it is not there: not what is made only when an occasion asks for it."""
        return self.per != self.Per.OCCASION

    def is_under(self, number: str) -> bool:
        """Whether it rests on a clause, or on one below it."""
        return any(clause == number or clause.startswith(f"{number}.") for clause in self.clauses)

    # -- 別途保管 ----------------------------------------------------------------------------------------------------
    def can_place(self, user: User, *, at: datetime, department: Department | None = None) -> bool:
        """Who may say where it is kept: for the city 総括管理者, 中央管理者 and administrators, for a section its 課長 too."""
        return user.is_superuser or bool(self._placing(user, at=at, department=department))

    def _placing(self, user: User, *, at: datetime, department: Department | None) -> list[Standing]:
        """The hats in which the person may say so."""
        hats = standings(user, at=at)
        officers = [hat for hat in hats if department and department.pk in answered_departments([hat], RoleCode.SECTION_OFFICER)]
        return officers + [hat for hat in hats if hat.role.code in KEEPERS]

    @transaction.atomic
    def keep_elsewhere(
        self, *, where: str, since: date, review_on: date | None, by: User, at: datetime, department: Department | None = None
    ) -> "Custody":
        """The city states that the document lies outside the portal: where, since when in force, when it is reviewed next.

        `department` for one that every section makes for itself. Raises InvalidTransition when that is stated already or the
        policy itself is the document, PermissionDenied for those who may not say so.
        """
        regulation = self._locked_for(by, at=at, department=department)
        if regulation.custodies.open().filter(department=department).exists():
            raise InvalidTransition("すでに別途保管として登録されています。変えるときは、先に別途保管をやめてください。")
        custody = Custody.objects.create(
            regulation=regulation, department=department, where=where, since=since, review_on=review_on, said_by=by, said_at=at
        )
        changes = {"since": since.isoformat(), "review_on": review_on.isoformat() if review_on else None}
        regulation._record("policy.regulation.kept_elsewhere", by, at=at, department=department, **changes)
        return custody

    @transaction.atomic
    def bring_back(self, *, by: User, at: datetime, department: Department | None = None) -> None:
        """It is no longer kept elsewhere; from now on the portal asks for the document itself. Raises like `keep_elsewhere`."""
        regulation = self._locked_for(by, at=at, department=department)
        custody = regulation.custodies.open().filter(department=department).first()
        if custody is None:
            raise InvalidTransition("別途保管としては登録されていません。最新の状況を表示しました。")
        custody.ended_by, custody.ended_at = by, at
        custody.save(update_fields=["ended_by", "ended_at"])
        regulation._record("policy.regulation.brought_back", by, at=at, department=department)

    def _record(self, verb: str, by: User, *, at: datetime, department: Department | None, **changes) -> None:
        as_what = acting_as(self._placing(by, at=at, department=department))
        record(by, verb, self, at=at, department=department.code if department else None, **changes, **as_what)

    def _locked_for(self, user: User, *, at: datetime, department: Department | None) -> "Regulation":
        regulation = Regulation.objects.select_for_update().get(pk=self.pk)
        if regulation.is_in_policy:
            raise InvalidTransition("この文書はポリシーそのものです。ポリシーの版から状態を表示しています。")
        if (regulation.per == self.Per.SECTION) != (department is not None):
            raise InvalidTransition("課ごとに作る文書は課を選び、市で一つの文書は課を選ばずに登録してください。")
        if not regulation.can_place(user, at=at, department=department):
            raise PermissionDenied("保管の場所を登録できるのは、文書を管理する役割の方だけです。")
        return regulation


class CustodyQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Those that nobody has ended."""
        return self.filter(ended_at__isnull=True)

    def review_overdue_for(self, user: User, *, at: datetime) -> list["Custody"]:
        """Those past their review day of which the person may say where they are kept."""
        late = list(self.open().filter(review_on__lt=day_of(at)).select_related("regulation", "department__parent"))
        if not late:
            return []
        hats = standings(user, at=at)
        mine = answered_departments(hats, RoleCode.SECTION_OFFICER)
        return late if any(hat.role.code in KEEPERS for hat in hats) else [row for row in late if row.department_id in mine]


class Custody(models.Model):
    """別途保管: the city's word that a document is in force and lies elsewhere; by whom and when it was said stays."""

    regulation = models.ForeignKey(Regulation, verbose_name="規程・手順", on_delete=models.PROTECT, related_name="custodies")
    department = models.ForeignKey(Department, verbose_name="課", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    where = models.CharField("保管の場所", max_length=200, help_text="例 文書管理システム、行政経営課の書庫")
    since = models.DateField("施行日")
    review_on = models.DateField("次の見直し日", null=True, blank=True)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="登録した人", on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField("登録日時")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="終えた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("終えた日時", null=True, blank=True)

    objects = CustodyQuerySet.as_manager()

    class Meta:
        verbose_name = "別途保管"
        verbose_name_plural = "別途保管"
        ordering = ["-said_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["regulation"],
                condition=Q(ended_at__isnull=True, department__isnull=True),
                name="policy_custody_one_for_the_city",
            ),
            models.UniqueConstraint(
                fields=["regulation", "department"],
                condition=Q(ended_at__isnull=True, department__isnull=False),
                name="policy_custody_one_for_a_section",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.regulation}（別途保管）"
