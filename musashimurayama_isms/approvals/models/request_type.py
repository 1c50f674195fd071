"""Which requests there are and the way each goes: data that the city may change, by two persons (approvals.md)."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import has_role, is_staff_of_portal
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition


class Chair(models.TextChoices):
    """Who may be asked to decide: the roles of 3.4.2 by their own codes, and the committee."""

    SECTION_OFFICER = RoleCode.SECTION_OFFICER.value, RoleCode.SECTION_OFFICER.label
    DIVISION_OFFICER = RoleCode.DIVISION_OFFICER.value, RoleCode.DIVISION_OFFICER.label
    CENTRAL_MANAGER = RoleCode.CENTRAL_MANAGER.value, RoleCode.CENTRAL_MANAGER.label
    GENERAL_MANAGER = RoleCode.GENERAL_MANAGER.value, RoleCode.GENERAL_MANAGER.label
    CISO = RoleCode.CISO.value, RoleCode.CISO.label
    AUDIT_HEAD = RoleCode.AUDIT_HEAD.value, RoleCode.AUDIT_HEAD.label
    SERVICE_MANAGER = RoleCode.SERVICE_MANAGER.value, RoleCode.SERVICE_MANAGER.label
    PERMIT_AUTHORITY = RoleCode.PERMIT_AUTHORITY.value, RoleCode.PERMIT_AUTHORITY.label
    COMMITTEE = "COMMITTEE", "情報化推進委員会"


class Mode(models.TextChoices):
    """How many of a step's seats must agree."""

    ANY = "any", "いずれか"
    ALL = "all", "全員"


class RequestTypeQuerySet(models.QuerySet):
    def get_by_natural_key(self, code: str) -> "RequestType":
        return self.get(code=code)

    def of_committee(self) -> Self:
        """Those in a route of which the committee has, or once had, a seat: runs keep the route they began with."""
        return self.filter(routes__steps__seats__chair=Chair.COMMITTEE)

    def with_routes(self) -> Self:
        """Ready to show the route in force: a fixed number of queries, however many types."""
        return self.prefetch_related(
            models.Prefetch("routes", Route.objects.in_force().prefetch_related("steps__seats"), to_attr="routes_in_force")
        )


class RequestType(models.Model):
    """A kind of request (申請種別): its clauses, who may apply, and by which route it is decided."""

    code = models.SlugField("コード", max_length=48, unique=True)
    name = models.CharField("申請種別", max_length=100)
    description = models.CharField("どんなときに", max_length=200, blank=True)
    clauses = models.JSONField("根拠条項", default=list)
    applicants = models.JSONField("申請者", default=list, help_text="役割のコード")
    form_number = models.PositiveSmallIntegerField("様式番号", null=True, blank=True)
    is_act_of_office = models.BooleanField("届出", default=False, help_text="決定者を置かず、行ったことを記録する")
    open_points = models.JSONField("未定事項", default=list, blank=True, help_text="ポリシーが定めていない点")
    rests_on = models.JSONField("前提となる規程", default=list, blank=True)
    position = models.PositiveIntegerField("並び順", default=0)
    is_active = models.BooleanField("使う", default=True)

    objects = RequestTypeQuerySet.as_manager()

    class Meta:
        verbose_name = "申請種別"
        verbose_name_plural = "申請種別"
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def get_absolute_url(self) -> str:
        return reverse("approvals:type", args=[self.code])

    @property
    def applicant_names(self) -> list[str]:
        """Who may apply, in the policy's words; 職員等 for everyone."""
        return ["職員等" if code == RoleCode.TERMINAL_USER else RoleCode(code).label for code in self.applicants]

    def of_this_type(self) -> models.QuerySet:
        """Its requests, the errands that unite it included."""
        requests = self.requests.model.objects
        return requests.filter(Q(type=self, united__isnull=True) | Q(pk__in=self.united_requests.values("pk")))

    def in_review(self) -> models.QuerySet:
        """Its requests that are under way along their own copy of a route."""
        return self.of_this_type().filter(status=self.requests.model.Status.IN_REVIEW)

    @property
    def route(self) -> "Route | None":
        """The route in force; from `with_routes` where the caller has asked for many."""
        found = getattr(self, "routes_in_force", None)
        if found is None:
            return self.routes.in_force().prefetch_related("steps__seats").first()
        return found[0] if found else None


class RouteQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        return self.filter(status=Route.Status.IN_FORCE)

    def proposed(self) -> Self:
        return self.filter(status=Route.Status.PROPOSED)


class Route(models.Model):
    """The way of a type of request; a run copies it, so that a change never touches what is under way."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "変更案"
        IN_FORCE = "in_force", "使用中"
        RETIRED = "retired", "以前の経路"
        REJECTED = "rejected", "不採用"

    TRANSITIONS = {
        Status.PROPOSED: {Status.IN_FORCE, Status.REJECTED},
        Status.IN_FORCE: {Status.RETIRED},
        Status.RETIRED: set(),
        Status.REJECTED: set(),
    }

    type = models.ForeignKey(RequestType, verbose_name="申請種別", on_delete=models.PROTECT, related_name="routes")
    number = models.PositiveSmallIntegerField("版")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.PROPOSED)
    reason = models.CharField("変更の理由", max_length=300, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提案した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField("提案日時", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="確認した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("確認日時", null=True, blank=True)

    objects = RouteQuerySet.as_manager()

    class Meta:
        verbose_name = "経路"
        verbose_name_plural = "経路"
        ordering = ["type", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["type", "number"], name="approvals_route_number_once"),
            models.UniqueConstraint(fields=["type"], condition=Q(status="in_force"), name="approvals_route_one_in_force"),
            models.UniqueConstraint(fields=["type"], condition=Q(status="proposed"), name="approvals_route_one_proposal"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("proposed_by")), name="approvals_route_two_persons"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type}の経路（第{self.number}版）"

    @property
    def words(self) -> str:
        """The route in one line: 中央電子計算組織管理者又は情報セキュリティ担当者 → CISO; 決定者なし for an act of office."""
        return " → ".join(step.words for step in self.steps.all()) or "決定者なし（届出）"

    # -- people ----------------------------------------------------------------------------------------------------
    @staticmethod
    def may_handle(user: User, *, at: datetime) -> bool:
        """Whether the person may propose and confirm routes: 中央電子計算組織管理者, 総括管理者, and administrators."""
        return is_staff_of_portal(user, at=at) or has_role(user, RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, at=at)

    def can_confirm(self, user: User, *, at: datetime) -> bool:
        """Whoever handles routes, but for the one who proposed this one."""
        return self.status == self.Status.PROPOSED and self.proposed_by_id != user.pk and self.may_handle(user, at=at)

    # -- transitions -----------------------------------------------------------------------------------------------
    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この経路は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。")
        self.status = status

    @classmethod
    @transaction.atomic
    def propose(cls, type_: RequestType, steps: list[tuple[str, list[str]]], *, reason: str, by: User, at: datetime) -> "Route":
        """A new route as a proposal: `steps` are (mode, chairs), none for an act of office. A second person puts it in force.

        PermissionDenied for who does not handle routes; InvalidTransition where a proposal waits already, where nothing
        changes, or where a request that somebody decides would be left without a step.
        """
        type_ = RequestType.objects.select_for_update(no_key=True).get(pk=type_.pk)
        if not cls.may_handle(by, at=at):
            raise PermissionDenied("経路の変更を提案できるのは、総括管理者、中央電子計算組織管理者とポータルの管理者です。")
        if type_.routes.proposed().exists():
            raise InvalidTransition("この申請種別には、確認を待っている変更案があります。先にそちらを確認してください。")
        if not steps and not type_.is_act_of_office:
            raise InvalidTransition("決定する段階を一つ以上入れてください。")
        if type_.route is not None and steps == type_.route.as_steps():
            raise InvalidTransition("今の経路と同じです。変更する段階を直してから提案してください。")
        route = cls.make(type_, steps, status=cls.Status.PROPOSED, reason=reason, proposed_by=by, proposed_at=at)
        record(by, "approvals.route.proposed", type_, at=at, route=route.words, number=str(route.number))
        return route

    @classmethod
    def make(cls, type_: RequestType, steps: list[tuple[str, list[str]]], **fields) -> "Route":
        """The rows of a route with the next number, in the caller's transaction."""
        latest = type_.routes.aggregate(models.Max("number"))["number__max"] or 0
        route = cls.objects.create(type=type_, number=latest + 1, **fields)
        for place, (mode, chairs) in enumerate(steps, 1):
            step = route.steps.create(position=place, mode=mode)
            step.seats.bulk_create(RouteSeat(step=step, chair=chair, position=order) for order, chair in enumerate(chairs, 1))
        return route

    def as_steps(self) -> list[tuple[str, list[str]]]:
        """The route as `propose` takes it."""
        return [(step.mode, [seat.chair for seat in step.seats.all()]) for step in self.steps.all()]

    @transaction.atomic
    def confirm(self, *, by: User, at: datetime) -> None:
        """The second person puts the proposal in force; what is under way goes on along its own copy."""
        route = self._locked()
        route.move_to(self.Status.IN_FORCE)
        if not route.proposed_by_id or route.proposed_by_id == by.pk or not self.may_handle(by, at=at):
            raise PermissionDenied("経路の変更を確認できるのは、経路を扱う役割にあり、提案した人とは別の人です。")
        before = route.type.routes.in_force().first()
        if before is not None:
            before.move_to(self.Status.RETIRED)
            before.save(update_fields=["status"])
        route._settle(by, at)
        record(by, "approvals.route.confirmed", route.type, at=at, route=route.words, number=str(route.number))
        self.refresh_from_db()

    @transaction.atomic
    def reject(self, *, by: User, at: datetime) -> None:
        """The proposal is not taken: by the second person, or taken back by the one who made it."""
        route = self._locked()
        route.move_to(self.Status.REJECTED)
        if not self.may_handle(by, at=at):
            raise PermissionDenied("経路の変更を扱えるのは、総括管理者、中央電子計算組織管理者とポータルの管理者です。")
        route.decided_at = at
        route.decided_by = None if route.proposed_by_id == by.pk else by
        route.save(update_fields=["status", "decided_by", "decided_at"])
        record(by, "approvals.route.rejected", route.type, at=at, number=str(route.number))
        self.refresh_from_db()

    def _locked(self) -> "Route":
        RequestType.objects.select_for_update(no_key=True).get(pk=self.type_id)
        return Route.objects.select_related("type").get(pk=self.pk)

    def _settle(self, by: User, at: datetime) -> None:
        self.decided_by, self.decided_at = by, at
        self.save(update_fields=["status", "decided_by", "decided_at"])


class RouteStep(models.Model):
    """One step of a route: its seats decide side by side."""

    route = models.ForeignKey(Route, verbose_name="経路", on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField("順")
    mode = models.CharField("決めかた", max_length=8, choices=Mode, default=Mode.ANY)

    class Meta:
        verbose_name = "経路の段階"
        verbose_name_plural = "経路の段階"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["route", "position"], name="approvals_routestep_once")]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        return join_chairs([seat.chair for seat in self.seats.all()], self.mode)


class RouteSeat(models.Model):
    """A role that decides in a step; never a person."""

    step = models.ForeignKey(RouteStep, verbose_name="段階", on_delete=models.CASCADE, related_name="seats")
    chair = models.CharField("役割", max_length=32, choices=Chair)
    position = models.PositiveSmallIntegerField("並び順", default=1)

    class Meta:
        verbose_name = "経路の決定者"
        verbose_name_plural = "経路の決定者"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["step", "chair"], name="approvals_routeseat_once")]

    def __str__(self) -> str:
        return self.get_chair_display()


def join_chairs(chairs: list[str], mode: str) -> str:
    """電子計算組織総括管理者及び中央電子計算組織管理者, or … 又は … where one suffices."""
    return ("及び" if mode == Mode.ALL else "又は").join(Chair(chair).label for chair in chairs)
