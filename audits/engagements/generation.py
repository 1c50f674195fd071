"""監査項目 and the questions of the survey, out of the obligations of whoever is audited (3.13.1.2; policy.models.Obligation)."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet

from audits.models import CheckItem, Engagement, Method, Question, Questionnaire
from audits.models.check_item import PREPARED_IN
from musashimurayama_isms.accounts.models import Post, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.models import Bearer, Obligation

if TYPE_CHECKING:
    from musashimurayama_isms.accounts.models import Department

OF_MY_NUMBER = ("マイナンバー利用事務系", "特定個人情報等")
NEVER = {Bearer.AUDIT_HEAD, Bearer.AUDITOR, Bearer.COMMITTEE}
BY_KIND = {
    Obligation.Kind.PERMISSION: Method.DOCUMENTS,
    Obligation.Kind.REPORT: Method.DOCUMENTS,
    Obligation.Kind.RECORD: Method.DOCUMENTS,
    Obligation.Kind.DUTY: Method.DOCUMENTS,
    Obligation.Kind.CONDUCT: Method.INTERVIEW,
    Obligation.Kind.MEASURE: Method.VISIT,
}
MUST = (Obligation.Kind.PERMISSION, Obligation.Kind.REPORT, Obligation.Kind.RECORD)


def bearers_of(department: "Department", *, at: datetime) -> set[str]:
    """The roles that the posts of a section carry, and those that everybody who works there has."""
    on = day_of(at)
    posts = Post.objects.in_force(on).filter(department=department.successor_on(on))
    carried = set(posts.values_list("roles__code", flat=True)) & set(Bearer.values)
    return ({*carried, Bearer.TERMINAL_USER, Bearer.SECTION_OFFICER}) - NEVER


def obligations_of(engagement: Engagement, *, at: datetime) -> QuerySet[Obligation]:
    """The obligations an audit is about: those of the audited side, of its themes, of its system, with or without My Number."""
    bearers = {Bearer.CONTRACTOR} if engagement.kind == Engagement.Kind.CONTRACTOR else bearers_of(engagement.department, at=at)
    rows = Obligation.objects.in_force().public().filter(bearings__bearer__in=bearers).distinct()
    if engagement.clauses:
        asked = Q()
        for number in engagement.clauses:
            asked |= Q(clause=number) | Q(clause__startswith=f"{number}.")
        rows = rows.filter(asked)
    return rows.order_by("position")


def _is_meant(row: Obligation, engagement: Engagement) -> bool:
    if not engagement.my_number and row.systems and set(row.systems) <= set(OF_MY_NUMBER):
        return False
    return engagement.kind != Engagement.Kind.SYSTEM or bool(row.systems)


@transaction.atomic
def make_items(engagement: Engagement, *, by: User, at: datetime) -> int:
    """Put the items in order that are not there yet; gives how many are new. Harmless when done again.

    InvalidTransition where no obligation fits; by phase and person as every writing of the auditors.
    """
    engagement = engagement.written_by(by, at=at, phases=PREPARED_IN)
    meant = [row for row in obligations_of(engagement, at=at) if _is_meant(row, engagement)]
    if not meant:
        raise InvalidTransition("この範囲に当てはまる義務がありません。監査する条項を広げてください。")
    known = set(engagement.items.values_list("obligation", flat=True))
    place = engagement.items.count()
    new = [row for row in meant if row.key not in known]
    CheckItem.objects.bulk_create(
        CheckItem(
            engagement=engagement,
            position=place + number,
            obligation=row.key,
            clause=row.clause,
            question=row.question,
            evidence=row.evidence,
            method=BY_KIND[Obligation.Kind(row.kind)],
            is_must=row.is_prohibition or row.kind in MUST,
        )
        for number, row in enumerate(new, 1)
    )
    record(by, "audits.checklist.made", engagement, at=at, count=len(new))
    return len(new)


@transaction.atomic
def make_questions(engagement: Engagement, *, only_must: bool = True, by: User, at: datetime) -> Questionnaire:
    """The questions of the survey out of the items, all or the 必須 ones; the answers stand beside the items later.

    InvalidTransition once it was sent, or without items.
    """
    engagement = engagement.written_by(by, at=at, phases=PREPARED_IN)
    survey, _ = Questionnaire.objects.get_or_create(engagement=engagement)
    if survey.status != Questionnaire.Status.DRAFT:
        raise InvalidTransition("予備調査はもう送ってあります。")
    items = list(engagement.items.filter(is_must=True) if only_must else engagement.items.all())
    if not items:
        raise InvalidTransition("質問にする監査項目がありません。先に監査項目を作ってください。")
    survey.questions.all().delete()
    for number, item in enumerate(items, 1):
        facts = {"obligation": item.obligation, "clause": item.clause, "question": item.question, "evidence": item.evidence}
        item.asked = Question.objects.create(questionnaire=survey, position=number, **facts)
    CheckItem.objects.bulk_update(items, ["asked"])
    record(by, "audits.questionnaire.made", engagement, at=at, count=len(items))
    return survey
