"""Audits (3.13.1): the days on site, the answers that are due, the works of the year, what follows from findings.

Titles name an audit by its number alone, so that they may leave the portal.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet

from audits.models import Addressee, Assignment, AuditProgramme, CorrectiveAction, Engagement, Questionnaire, WorkDays
from audits.parties import Reach
from audits.waiting import late_works
from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import TOKYO

from ..entries import Asked, Entry, Kind, Scope, shows

UNTIL_FIELDWORK = (Engagement.Phase.PREPARING, Engagement.Phase.SURVEY, Engagement.Phase.FIELDWORK)
Status = CorrectiveAction.Status


@shows(Kind.AUDIT, only_if=lambda since, until: Engagement.objects.filter(fieldwork_at__isnull=False))
def fieldwork(asked: Asked) -> Iterator[Entry]:
    """The settled days on site."""
    first = datetime.combine(asked.since, time.min, tzinfo=TOKYO)
    last = datetime.combine(asked.until + timedelta(days=1), time.min, tzinfo=TOKYO)
    rows = _seen(asked).filter(fieldwork_at__gte=first, fieldwork_at__lt=last).exclude(phase=Engagement.Phase.CANCELLED)
    for row in rows.select_related("department"):
        clock = row.fieldwork_at.astimezone(TOKYO)
        title = f"監査の実査：{row.number} {clock:%H:%M}"
        is_open = row.phase in UNTIL_FIELDWORK
        yield Entry(clock.date(), title, row.get_absolute_url(), Kind.AUDIT, place=row.department.name, is_open=is_open)


@shows(Kind.AUDIT, only_if=lambda since, until: Questionnaire.objects.filter(due_on__range=(since, until)))
def surveys(asked: Asked) -> Iterator[Entry]:
    """Until when a section answers the 予備調査."""
    rows = Questionnaire.objects.visible_to(asked.user, at=asked.at).filter(due_on__range=(asked.since, asked.until))
    rows = rows.filter(engagement__in=_seen(asked).open().values("pk")).exclude(status=Questionnaire.Status.DRAFT)
    for row in rows.select_related("engagement__department"):
        audit = row.engagement
        is_open = row.status == Questionnaire.Status.SENT
        title = f"監査の予備調査の回答期限：{audit.number}"
        yield Entry(row.due_on, title, row.get_absolute_url(), Kind.AUDIT, place=audit.department.name, is_open=is_open)


@shows(
    Kind.AUDIT, only_if=lambda since, until: WorkDays.objects.filter(Q(starts_on__range=(since, until)) | Q(ends_on__range=(since, until)))
)
def works(asked: Asked) -> Iterator[Entry]:
    """The first and the last day of each work of an approved plan (3.13.1.5), for who plans the audits."""
    reach, today = Reach.of(asked.user, at=asked.at), day_of(asked.at)
    if asked.scope != Scope.CITY and not reach.plans:
        return
    plans = AuditProgramme.objects.visible_to(asked.user, at=asked.at, reach=reach).exclude(approved_at=None)
    days = (asked.since, asked.until)
    rows = WorkDays.objects.filter(Q(starts_on__range=days) | Q(ends_on__range=days), programme__in=plans.values("pk"))
    late: dict[int, list[str]] = {}  # by programme: a 年度 has one, and the calendar shows one 年度
    for row in rows.select_related("programme"):
        plan, work, url = row.programme, row.get_work_display(), row.programme.get_absolute_url()
        if asked.since <= row.starts_on <= asked.until:
            yield Entry(row.starts_on, f"監査：{work}の始まり", url, Kind.AUDIT, is_open=row.starts_on >= today)
        if asked.since <= row.ends_on <= asked.until:
            is_open = row.ends_on >= today
            if not is_open and plan.status == AuditProgramme.Status.RUNNING:
                if plan.pk not in late:
                    late[plan.pk] = late_works(plan, on=today)
                is_open = work in late[plan.pk]
            yield Entry(row.ends_on, f"監査：{work}の終わり", url, Kind.AUDIT, is_open=is_open)


@shows(
    Kind.AUDIT,
    only_if=lambda since, until: CorrectiveAction.objects.filter(
        Q(plan_due_on__range=(since, until)) | Q(done_due_on__range=(since, until))
    ),
)
def corrective_actions(asked: Asked) -> Iterator[Entry]:
    """Until when a finding has its plan, and is dealt with (3.13.1.10); one's own is what one was ordered to do."""
    rows = CorrectiveAction.objects.visible_to(asked.user, at=asked.at)
    days = (asked.since, asked.until)
    rows = _ordered(rows, asked).filter(Q(plan_due_on__range=days) | Q(done_due_on__range=days))
    for row in rows.with_all():
        place, number, url = row.department.name, row.finding.number, row.get_absolute_url()
        for day, what, is_open in (
            (row.plan_due_on, "対処の計画の期限", row.status == Status.ORDERED),
            (row.done_due_on, "対処の期限", row.status in CorrectiveAction.WITH_OWNER),
        ):
            if asked.since <= day <= asked.until:
                yield Entry(day, f"指摘 {number} {what}", url, Kind.AUDIT, place=place, is_open=is_open, is_public=False)


def _seen(asked: Asked) -> QuerySet[Engagement]:
    """Audits as far as the person sees them; one's own are those that one carries out or answers for."""
    rows = Engagement.objects.visible_to(asked.user, at=asked.at)
    if asked.scope == Scope.CITY:
        return rows
    mine = Assignment.objects.standing().filter(person=asked.user)
    places = asked.answered if asked.scope == Scope.MINE else asked.homes | asked.answered
    return rows.filter(Q(pk__in=mine.values("engagement")) | Q(department__in=places))


def _ordered(rows: QuerySet[CorrectiveAction], asked: Asked) -> QuerySet[CorrectiveAction]:
    if asked.scope == Scope.CITY:
        return rows
    places = asked.answered if asked.scope == Scope.MINE else asked.homes | asked.answered
    ordered = Q(addressee=Addressee.SECTION, finding__department__in=places)
    if any(hat.role.code == RoleCode.CENTRAL_MANAGER for hat in asked.hats):
        ordered |= Q(addressee=Addressee.CENTRAL)
    return rows.filter(ordered)
