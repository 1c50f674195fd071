"""Audits at each stage, made through the real transitions by the persons of the cast."""

from datetime import date, datetime, timedelta

from django.db import models

from audits.engagements.generation import make_items, make_questions
from audits.engagements.request import begin_plan
from audits.models import (
    Assignment,
    AuditNotice,
    AuditProgramme,
    AuditReport,
    CheckItem,
    CorrectiveAction,
    DateOffer,
    Engagement,
    Evidence,
    ExchangeComment,
    Finding,
    PhaseEnd,
    Target,
    Theme,
    WorkingPaper,
)
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.catalogue import load_request_types
from musashimurayama_isms.approvals.models import Decision, Request
from musashimurayama_isms.fiscal import TOKYO
from policy.models import Bearer, Obligation
from policy.models.obligation import key_of, position_of

from .factory import make_appointment, make_user

MAY = datetime(2026, 5, 14, 10, 0, tzinfo=TOKYO)
QUESTIONS = ("持ち出しの許可を受けていますか。", "媒体を施錠して保管していますか。", "返却を記録していますか。")


def locks(monkeypatch) -> list[str]:
    """The models whose rows are locked from now on, in order."""
    found: list[str] = []
    lock = models.QuerySet.select_for_update

    def noting(rows, *args, **given):
        found.append(rows.model.__name__)
        return lock(rows, *args, **given)

    monkeypatch.setattr(models.QuerySet, "select_for_update", noting)
    return found


def second_auditor(cast) -> User:
    """Another auditor of the house, so that papers can be reviewed."""
    person = make_user(name="監査 次席")
    make_appointment(person, "kansa.staff")
    make_appointment(person, "kansa.auditor", kind="named")
    return person


def outside_auditor() -> User:
    return make_user(name="外部 監査", kind=User.Kind.OUTSIDE, staff_number=None)


def obligations() -> None:
    """A few obligations of the section, in words of our own."""
    for number, question in enumerate(QUESTIONS, 1):
        facts = {"clause": "3.5.2.7.2", "ordinal": number, "kind": Obligation.Kind.PERMISSION if number == 1 else Obligation.Kind.CONDUCT}
        facts |= {"key": key_of("3.5.2.7.2", number), "position": position_of("3.5.2.7.2", number), "mechanism": "inspection"}
        row, _ = Obligation.objects.get_or_create(key=facts["key"], defaults={**facts, "summary": question, "question": question})
        row.bearings.get_or_create(bearer=Bearer.SECTION_OFFICER)


def programme(cast, *, at: datetime = MAY, year: int = 2026) -> AuditProgramme:
    """The draft of a year with everything that approval asks for."""
    row = AuditProgramme.begin(year, by=cast.audit_head, at=at)
    words = {"policy": "媒体を重点に", "goals": "3課", "contractors": "今年度は行わない。契約が少ないため", "outside_help": "頼まない"}
    words |= {"committee_reason": "例年どおり", "head_conflict_reason": "ポリシーの定めによる兼務のため"}
    row.edit(by=cast.audit_head, at=at, **words)
    Theme.add(row, title="媒体の管理", clauses=["3.5.2"], by=cast.audit_head, at=at)
    Target.add(row, kind="section", department=cast.section, month=10, note="取扱いが多いため", by=cast.audit_head, at=at)
    return row


def engagement(cast, *, at: datetime = MAY, accepted: bool = True) -> Engagement:
    """An audit of 市民課 out of an approved plan; the auditor of the cast leads it."""
    plan = programme(cast, at=at)
    plan.approve(by=cast.audit_head, at=at)
    facts = {"target": plan.targets.get(), "purpose": "媒体の管理を確かめる", "theme": "媒体の管理", "clauses": ["3.5.2"]}
    row = Engagement.begin(ends_on=date(at.year + 1, 3, 31), by=cast.audit_head, at=at, **facts)
    asked = Assignment.ask(row, cast.auditor, is_lead=True, by=cast.audit_head, at=at)
    if accepted:
        asked.accept(by=cast.auditor, at=at)
    return row


def special(cast, *, at: datetime = MAY, **facts) -> Engagement:
    """A 随時 audit of 市民課, its auditor has accepted."""
    given = {"department": cast.section, "special_reason": "事故のため", "purpose": "再発防止を確かめる", "clauses": ["3.5.2"]}
    row = Engagement.begin(ends_on=(at + timedelta(days=120)).date(), by=cast.audit_head, at=at, **given | facts)
    Assignment.ask(row, cast.auditor, is_lead=True, by=cast.audit_head, at=at).accept(by=cast.auditor, at=at)
    return row


def acknowledge_plan(row: Engagement, cast, *, at: datetime = MAY) -> Request:
    """The 監査実施計画 written by the auditor and acknowledged by the audit head."""
    load_request_types()
    request = begin_plan(row, by=cast.auditor, at=at)
    request.submit(by=cast.auditor, at=at)
    Decision.take(request, "permit", by=cast.audit_head, at=at, digest=request.current_version.digest)
    return request


def prepared(cast, *, at: datetime = MAY, row: Engagement | None = None) -> Engagement:
    """Everything that the phase 計画・準備 asks for."""
    obligations()
    row = row or engagement(cast, at=at)
    make_items(row, by=cast.auditor, at=at)
    acknowledge_plan(row, cast, at=at)
    return row


def end(row: Engagement, cast, *, at: datetime, reason: str = "", by: User | None = None) -> Engagement:
    """End the phase the audit is in."""
    row.refresh_from_db()
    PhaseEnd.end(row, phase=row.phase, by=by or cast.auditor, at=at, reason=reason)
    row.refresh_from_db()
    return row


def surveyed(cast, *, at: datetime = MAY, row: Engagement | None = None) -> Engagement:
    """In the phase 通知・予備調査 with dates settled, the notice received, the survey answered."""
    row = end(prepared(cast, at=at, row=row), cast, at=at)
    offer = DateOffer.offer(row, starts_at=at + timedelta(days=60), hours=3, place="会議室", by=cast.auditor, at=at)
    offer.choose(by=cast.section_officer, at=at)
    offer.confirm(by=cast.auditor, at=at)
    AuditNotice.send(row, subjects="3-5 3項目", by=cast.audit_head, at=at).receive(by=cast.section_officer, at=at)
    survey = make_questions(row, only_must=False, by=cast.auditor, at=at)
    survey.send(due_on=(at + timedelta(days=14)).date(), by=cast.auditor, at=at)
    return row


def fieldwork(cast, *, at: datetime = MAY, row: Engagement | None = None) -> Engagement:
    """In the phase 実査, the survey answered."""
    row = surveyed(cast, at=at, row=row)
    for question in row.questionnaire.questions.all():
        question.respond("yes", words="しています。", by=cast.clerk, at=at)
    row.questionnaire.submit(by=cast.section_officer, at=at)
    return end(row, cast, at=at)


def lend(row: Engagement, cast, *, at: datetime = MAY, form: str = "original") -> Evidence:
    facts = {"title": "貸出簿", "form": form, "lender": "市民課 主任", "kept_at": "監査事務局の書庫"}
    return Evidence.borrow(row, by=cast.auditor, at=at, **facts)


def paper(row: Engagement, cast, *, at: datetime = MAY) -> WorkingPaper:
    facts = {"held_on": at.date(), "place": "市民課", "respondent": "市民課 主任", "procedure": "閲覧", "observation": "一部に不足"}
    return WorkingPaper.write(row, items=list(row.items.all()[:1]), by=cast.auditor, at=at, **facts)


def examine(row: Engagement, cast, *, at: datetime = MAY) -> Finding:
    """Every item has a result, one is a nonconformity with its finding; the paper is reviewed."""
    first, *others = row.items.all()
    first.respond(seen=first.version, result="minor", reason="", observation="記録がない", by=cast.auditor, at=at)
    for item in others:
        item.respond(seen=item.version, result="conform", reason="", observation="", by=cast.auditor, at=at)
    found = CheckItem.objects.get(pk=first.pk).raise_finding(
        grade="minor", title="返却の記録がない", fact="3件で記録がない", risk="紛失に気づかない", by=cast.auditor, at=at
    )
    paper(row, cast, at=at).review_it(by=cast.audit_head, at=at)
    return found


def examine_rest(row: Engagement, cast, *, at: datetime = MAY) -> None:
    """The other items, whatever is written in the first ones already, with a reviewed paper."""
    for item in row.items.all():
        item.respond(seen=item.version, result="conform", by=cast.auditor, at=at)
    paper(row, cast, at=at).review_it(by=cast.audit_head, at=at)


def reporting(cast, *, at: datetime = MAY, row: Engagement | None = None) -> Engagement:
    """In the phase 報告 with one draft finding."""
    row = fieldwork(cast, at=at, row=row)
    examine(row, cast, at=at)
    return end(row, cast, at=at)


def reported(cast, *, at: datetime = MAY, row: Engagement | None = None) -> Engagement:
    """In the phase 改善対応: exchanged, issued, read by everybody."""
    return issue(reporting(cast, at=at, row=row), cast, at=at)


def issue(row: Engagement, cast, *, at: datetime = MAY) -> Engagement:
    """From the phase 報告 into 改善対応."""
    Finding.exchange(row, by=cast.auditor, at=at)
    ExchangeComment.make(row.findings.get(), agrees=True, by=cast.section_officer, at=at)
    report = AuditReport.begin(row, by=cast.auditor, at=at)
    report.edit(summary="おおむね良好", by=cast.auditor, at=at)
    report.issue(by=cast.auditor, at=at)
    report.forward(to_committee=False, committee_reason="一つの課に限られるため", by=cast.audit_head, at=at)
    people = {"section": cast.section_officer, "head": cast.audit_head, "ciso": cast.ciso}
    for receipt in report.receipts.all():
        receipt.receive(by=people[receipt.party], at=at)
    return end(row, cast, at=at)


def closed(cast, *, at: datetime = MAY) -> Engagement:
    """The whole run."""
    row = reported(cast, at=at)
    row.keep_papers(place="監査事務局の書庫", by=cast.audit_head, at=at)
    for found in row.findings.issued():
        settle(found, cast, at=at)
    return end(row, cast, at=at, by=cast.audit_head)


def ordered(cast, *, at: datetime = MAY, **facts) -> CorrectiveAction:
    """The one finding of a reported audit, ordered to be dealt with."""
    given = {"addressee": "section", "instruction": "記録を始める"} | facts
    return CorrectiveAction.order(reported(cast, at=at).findings.get(), by=cast.audit_head, at=at, **given)


def settle(found: Finding, cast, *, at: datetime = MAY) -> CorrectiveAction:
    """Dealt with to the end: ordered, planned, done, and found to help by the auditor."""
    row = CorrectiveAction.order(found, addressee="section", instruction="", by=cast.audit_head, at=at)
    row.make_plan(cause="様式がない", plan="様式を作る", by=cast.section_officer, at=at)
    row.finish(result="様式を作った", by=cast.section_officer, at=at)
    row.verify(is_effective=True, words="様式を見た", by=cast.auditor, at=at)
    return row
