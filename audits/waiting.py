"""What the audits want from a person now: for the desk, and first of all on the page of an audit.

A fixed number of queries, however many audits run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from audits.models import (
    Assignment,
    AuditProgramme,
    AuditReport,
    DateOffer,
    Engagement,
    Evidence,
    Finding,
    Questionnaire,
    ReportReceipt,
    WorkingPaper,
    paper,
    questionnaire,
    schedule,
)
from audits.parties import Reach
from musashimurayama_isms.accounts.models import User


@dataclass(frozen=True)
class Waiting:
    """One thing to do: what, where, since when, until when, for which audit."""

    engagement: Engagement
    words: str
    tab: str
    since: datetime
    due: date | None = None
    clause: str = ""

    @property
    def url(self) -> str:
        return reverse(f"audits:{self.tab}", args=[self.engagement.pk])


def waiting_for(user: User, *, at: datetime, engagement: Engagement | None = None) -> list[Waiting]:
    """Everything that waits for the person, the longest waiting first; of one audit, or of all."""
    reach = Reach.of(user, at=at)
    seen = _concerning(Engagement.objects.visible_to(user, at=at, reach=reach).open(), reach)
    if engagement is not None:
        seen = seen.filter(pk=engagement.pk)
    rows = (
        seen.with_all()
        .select_related("questionnaire")
        .prefetch_related(
            Prefetch("assignments", Assignment.objects.standing().select_related("person"), to_attr="standing"),
            Prefetch("date_offers", DateOffer.objects.live(), to_attr="live_offers"),
            "notices",
            Prefetch("findings", Finding.objects.filter(status=Finding.Status.EXCHANGE), to_attr="exchanged"),
            "exchanged__comments",
            Prefetch("evidence", Evidence.objects.out(), to_attr="out"),
            Prefetch("papers", WorkingPaper.objects.unreviewed(), to_attr="unreviewed"),
            Prefetch("reports", AuditReport.objects.issued(), to_attr="issued"),
            Prefetch("issued__receipts", ReportReceipt.objects.pending(), to_attr="unread"),
        )
    )
    conflicted = {row.pk for row in Assignment.objects.with_conflicts(at=at)} if reach.is_head else set()
    found = [each for row in rows for each in _of(row, reach, conflicted)]
    return sorted(found, key=lambda each: each.since)


def _concerning(seen: QuerySet[Engagement], reach: Reach) -> QuerySet[Engagement]:
    """The head all; else those one was asked to audit, those of one's section, and for the CISO those with a report to receive."""
    if reach.is_head:
        return seen
    asked = Assignment.objects.standing().filter(person=reach.user).values("engagement")
    found = Q(pk__in=asked) | Q(department__in=reach.homes | reach.answered, announced_at__isnull=False)
    if reach.ciso is not None:
        unread = ReportReceipt.objects.pending().filter(party=ReportReceipt.Party.CISO, report__in=AuditReport.objects.issued())
        found |= Q(pk__in=unread.values("report__engagement"))
    return seen.filter(found)


def _of(row: Engagement, reach: Reach, conflicted: set[int]) -> Iterator[Waiting]:
    mine = next((each for each in row.standing if each.person_id == reach.user.pk), None)
    if mine is not None and row.department_id not in reach.in_own_line:
        yield from _as_auditor(row, mine)
    if row.is_told and row.department_id in reach.homes | reach.answered:
        yield from _as_section(row, is_officer=row.department_id in reach.answered)
    if reach.is_head:
        yield from _as_head(row, conflicted)
    yield from _to_receive(row, reach)


def _as_auditor(row: Engagement, mine: Assignment) -> Iterator[Waiting]:
    if not mine.is_accepted:
        yield Waiting(row, "監査を引き受けるか、答えてください", "engagement", mine.asked_at, clause="3.13.1.4")
        return
    for offer in row.live_offers if row.phase in schedule.PHASES else ():
        if offer.status == DateOffer.Status.CHOSEN or offer.side == DateOffer.Side.SECTION:
            yield Waiting(row, "課が選んだ日で実査を確定してください", "schedule", offer.answered_at or offer.at, clause="3.13.1.5")
            break
    others = [each for each in row.unreviewed if each.by_id != mine.person_id] if row.phase in paper.PHASES else []
    if others:
        yield Waiting(row, f"調書{len(others)}件を査閲してください", "papers", others[0].at, clause="3.13.1.9.2")
    comments = [each for finding in row.exchanged for each in finding.comments.all() if each.answered_at is None]
    if comments:
        yield Waiting(
            row, f"課の意見{len(comments)}件に回答してください", "findings", min(each.at for each in comments), clause="3.13.1.8.2"
        )
    lent = [each for each in row.out if each.status == Evidence.Status.LENT]
    if lent and row.phase == Engagement.Phase.FOLLOW_UP:
        yield Waiting(row, f"借りた証拠{len(lent)}件を課に返してください", "evidence", lent[0].lent_at, clause="3.13.1.8.1")


def _as_section(row: Engagement, *, is_officer: bool) -> Iterator[Waiting]:
    survey = getattr(row, "questionnaire", None)
    if survey and survey.status == Questionnaire.Status.SENT and row.phase in questionnaire.PHASES:
        words = "予備調査の回答をまとめて提出してください" if is_officer else "予備調査に答えてください"
        yield Waiting(row, words, "survey", survey.sent_at, survey.due_on, "3.13.1.6.2")
    back = [each for each in row.out if each.status == Evidence.Status.RETURNED]
    if back:
        yield Waiting(row, f"返ってきた証拠{len(back)}件を確かめてください", "evidence", back[0].returned_at, clause="3.13.1.9.1")
    if not is_officer:
        return
    offered = [each for each in row.live_offers if each.side == DateOffer.Side.AUDITORS and each.status == DateOffer.Status.OFFERED]
    if row.phase in schedule.PHASES and offered and not any(each.status == DateOffer.Status.CHOSEN for each in row.live_offers):
        yield Waiting(row, "実査の日を選んでください", "schedule", offered[0].at, clause="3.13.1.5")
    unread = [each for each in row.notices.all() if each.received_at is None]
    if unread:
        yield Waiting(row, "監査通知を受け取ってください", "schedule", unread[0].at, clause="3.13.1.5")
    silent = [each for each in row.exchanged if not any(comment.revision == each.revision for comment in each.comments.all())]
    if silent:
        yield Waiting(
            row,
            f"指摘の案{len(silent)}件に意見を出してください",
            "findings",
            min(each.exchanged_at for each in silent),
            clause="3.13.1.8.2",
        )


def _as_head(row: Engagement, conflicted: set[int]) -> Iterator[Waiting]:
    for each in (each for each in row.standing if each.pk in conflicted):
        yield Waiting(
            row,
            f"{each.person.name}さんは独立した監査人でなくなりました。交代させてください",
            "engagement",
            each.asked_at,
            clause="3.13.1.1",
        )
    if row.phase == Engagement.Phase.PREPARING and not row.standing:
        yield Waiting(row, "監査人に依頼してください", "engagement", row.begun_at, clause="3.13.1.4")
    for report in row.issued:
        if report.forwarded_at is None:
            yield Waiting(row, "監査の結果をCISOに報告してください", "report", report.issued_at, clause="3.13.1.8.3")
    if row.phase == Engagement.Phase.FOLLOW_UP and not row.papers_kept_at:
        yield Waiting(row, "監査調書の保管場所を記録してください", "papers", row.begun_at, clause="3.13.1.9.2")


def _to_receive(row: Engagement, reach: Reach) -> Iterator[Waiting]:
    parties = {
        ReportReceipt.Party.SECTION_OFFICER: row.is_told and row.department_id in reach.answered,
        ReportReceipt.Party.AUDIT_HEAD: reach.is_head,
        ReportReceipt.Party.CISO: reach.ciso is not None,
    }
    for report in row.issued:
        for receipt in report.unread:
            if parties[ReportReceipt.Party(receipt.party)]:
                yield Waiting(row, "監査報告書を受領してください", "report", receipt.sent_at, clause="3.13.1.8")


def late_works(programme: AuditProgramme, *, on: date) -> list[str]:
    """The works of a year that are past their days while something of them is still to be done."""
    behind = {
        "notice": ("preparing", "survey"),
        "survey": ("preparing", "survey"),
        "fieldwork": ("preparing", "survey", "fieldwork"),
        "report": ("preparing", "survey", "fieldwork", "reporting"),
    }
    phases = set(programme.engagements.exclude(phase__in=Engagement.ENDED).values_list("phase", flat=True))
    idle = programme.targets.filter(engagement__isnull=True).exists()
    over = [row for row in programme.work_days.all() if row.ends_on < on and row.work in behind]
    return [row.get_work_display() for row in over if idle or phases & set(behind[row.work])]
