"""One audit from the request to the last piece of evidence: who may do what, and that no phase ends over missing parts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from audits.engagements.generation import make_items, make_questions
from audits.engagements.pages import Page
from audits.gates import gaps
from audits.models import (
    Assignment,
    AuditReport,
    CheckItem,
    DateOffer,
    Engagement,
    Evidence,
    ExchangeComment,
    Finding,
    InterviewNote,
    Overtaken,
    PhaseEnd,
    Questionnaire,
    Sample,
    WorkingPaper,
    assignment,
    cancel,
    draw,
    report,
)
from audits.personnel import close_samples
from audits.reminders import remind
from audits.waiting import waiting_for
from musashimurayama_isms.accounts.access import may_log_in
from musashimurayama_isms.accounts.models import Appointment
from musashimurayama_isms.approvals.models import Decision, Item, Request
from musashimurayama_isms.duties.models import Duty, Occurrence
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters import catalogue
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from . import audit_rows as rows
from .audit_rows import MAY
from .factory import make_appointment, make_request_type, make_user
from .matters import ERRAND

pytestmark = pytest.mark.django_db


def move(cast, person, post: str, at) -> None:
    """A personnel change of the day: the old posts end, the new one begins."""
    Appointment.objects.filter(person=person).exclude(kind="named").update(until=at.date() - timedelta(days=1))
    make_appointment(person, post, since=at.date())


# -- the whole run, and its gates ---------------------------------------------------------------------------------------


def test_the_whole_run_ends_with_everything_in_its_place(cast):
    facts = {"at": MAY, "title": "監査", "owner": "AUDIT_HEAD", "mechanism": "duty:audit", "interval": "yearly"}
    duty = Duty.ensure("audit-report", days=["03-31"], **facts)
    others = Duty.ensure("audit-fieldwork", days=["12-28"], **facts)
    row = rows.closed(cast)
    assert row.phase == Engagement.Phase.CLOSED
    assert [each.get_phase_display() for each in row.phase_ends.all()] == ["計画・準備", "通知・予備調査", "実査", "報告", "改善対応"]
    assert row.findings.get().status == Finding.Status.ISSUED
    this_year = Occurrence.objects.get(duty=duty, due_on=date(2027, 3, 31))
    assert (this_year.status, this_year.done_by) == (Occurrence.Status.DONE, cast.audit_head)
    assert not Occurrence.objects.filter(duty=others, status=Occurrence.Status.DONE).exists()  # each work has its own record
    assert set(Job.objects.values_list("kind", flat=True)) == {"audits.notice_paper", "audits.report_paper"}


def test_a_round_that_asks_for_evidence_waits_for_it_and_does_not_stop_the_report(cast):
    facts = {"at": MAY, "title": "監査", "owner": "AUDIT_HEAD", "mechanism": "duty:audit", "interval": "yearly", "days": ["03-31"]}
    duty = Duty.ensure("audit-report", needs_evidence=True, **facts)
    row = rows.reported(cast)
    assert row.reports.issued().get().forwarded_at == MAY
    assert Occurrence.objects.get(duty=duty, due_on=date(2027, 3, 31)).is_open


def test_a_phase_says_everything_that_is_missing_and_does_not_end(cast):
    row = rows.engagement(cast)
    with pytest.raises(InvalidTransition, match=r"監査実施計画が、まだ.*監査項目が、まだ"):
        rows.end(row, cast, at=MAY, reason="急ぐため")
    assert {gap.clause for gap in gaps(row, at=MAY)} == {"3.13.1.6.1", "3.13.1.5"}


def test_what_the_policy_leaves_open_may_be_missing_for_a_reason_that_is_kept(cast):
    row = rows.surveyed(cast)
    with pytest.raises(InvalidTransition, match="理由を書いてください"):
        rows.end(row, cast, at=MAY)
    rows.end(row, cast, at=MAY, reason="課が災害対応中のため、実査で聞く")
    kept = row.phase_ends.get(phase=Engagement.Phase.SURVEY)
    assert (row.phase, kept.missing, kept.reason) == ("fieldwork", ["予備調査の回答が出ていません。"], "課が災害対応中のため、実査で聞く")


def test_two_presses_end_one_phase(cast):
    row = rows.prepared(cast)
    PhaseEnd.end(row, phase="preparing", by=cast.auditor, at=MAY)
    with pytest.raises(InvalidTransition, match="通知・予備調査"):
        PhaseEnd.end(row, phase="preparing", by=cast.auditor, at=MAY)


def test_the_audit_does_not_end_with_evidence_out_nor_without_a_keeper_of_the_papers(cast):
    row = rows.reporting(cast)
    lent = rows.lend(row, cast)
    Finding.exchange(row, by=cast.auditor, at=MAY)
    ExchangeComment.make(row.findings.get(), agrees=True, by=cast.section_officer, at=MAY)
    report = AuditReport.begin(row, by=cast.auditor, at=MAY)
    report.edit(summary="良好", by=cast.auditor, at=MAY)
    report.issue(by=cast.auditor, at=MAY)
    report.forward(to_committee=True, committee_reason="全庁に関わるため", by=cast.audit_head, at=MAY)
    assert report.item.kind == Item.Kind.REPORT
    with pytest.raises(InvalidTransition, match="受領していません"):
        rows.end(row, cast, at=MAY)
    row = rows.end(row, cast, at=MAY, reason="追って受領を確かめる")
    with pytest.raises(InvalidTransition, match=r"証拠が1件.*保管場所"):
        rows.end(row, cast, at=MAY, by=cast.audit_head)
    lent.give_back(by=cast.auditor, at=MAY)
    row.keep_papers(place="書庫", by=cast.audit_head, at=MAY)
    with pytest.raises(InvalidTransition, match="証拠が1件"):
        rows.end(row, cast, at=MAY, by=cast.audit_head)
    lent.confirm(kept_at="市民課の書庫", by=cast.clerk, at=MAY)
    with pytest.raises(InvalidTransition, match="対処を指示していない"):
        rows.end(row, cast, at=MAY, by=cast.audit_head)
    rows.settle(row.findings.get(), cast, at=MAY)
    with pytest.raises(PermissionDenied):
        rows.end(row, cast, at=MAY, by=cast.auditor)
    assert rows.end(row, cast, at=MAY, by=cast.audit_head).phase == "closed"


def test_an_audit_is_given_up_with_a_reason_but_not_with_evidence_out(cast):
    row = rows.fieldwork(cast)
    lent = rows.lend(row, cast, form="copy")
    with pytest.raises(InvalidTransition, match="返していない証拠"):
        cancel(row, reason="組織がなくなるため", by=cast.audit_head, at=MAY)
    with pytest.raises(PermissionDenied):
        cancel(row, reason="組織がなくなるため", by=cast.auditor, at=MAY)
    lent.file_away(by=cast.auditor, at=MAY)
    cancel(row, reason="組織がなくなるため", by=cast.audit_head, at=MAY)
    row.refresh_from_db()
    assert (row.phase, row.ending) == ("cancelled", "組織がなくなるため")


# -- independence --------------------------------------------------------------------------------------------------------


def test_nobody_of_the_audited_line_is_asked_nor_offered(cast):
    row = rows.engagement(cast, accepted=False)
    near, far = make_user(name="市民部 監査"), rows.second_auditor(cast)
    make_appointment(near, "shimin-ka.staff")
    make_appointment(near, "kansa.auditor", kind="named")
    assert Assignment.candidates(row, at=MAY) == [far]
    with pytest.raises(InvalidTransition, match="同じ部"):
        Assignment.ask(row, near, by=cast.audit_head, at=MAY)
    with pytest.raises(InvalidTransition, match="兼ねることができません"):
        Assignment.ask(row, cast.audit_head, by=cast.audit_head, at=MAY)
    with pytest.raises(InvalidTransition, match="監査人に指名されていません"):
        Assignment.ask(row, cast.outsider_clerk, by=cast.audit_head, at=MAY)


def test_whoever_commands_the_measures_is_not_asked_in_any_line(cast):
    row = rows.engagement(cast)
    make_appointment(cast.central_manager, "kansa.auditor", kind="named")
    with pytest.raises(InvalidTransition, match="指揮する中央電子計算組織管理者"):
        Assignment.ask(row, cast.central_manager, by=cast.audit_head, at=MAY)


def test_an_auditor_who_moves_into_the_audited_line_sees_and_writes_nothing_more_and_is_replaced(cast):
    row, next_one = rows.fieldwork(cast), rows.second_auditor(cast)
    item, paper = row.items.first(), rows.paper(row, cast)
    july = MAY + timedelta(days=60)
    move(cast, cast.auditor, "shimin-ka.staff", july)
    assert [each.person for each in Assignment.objects.with_conflicts(at=july)] == [cast.auditor]
    with pytest.raises(PermissionDenied, match="同じ部"):
        item.respond(seen=0, result="conform", by=cast.auditor, at=july)
    assert not Engagement.objects.inside(cast.auditor, at=july).exists()
    assert not WorkingPaper.objects.visible_to(cast.auditor, at=july).exists()
    with pytest.raises(InvalidTransition, match="続けられません"):
        rows.end(row, cast, at=july, by=cast.audit_head)
    old = row.assignments.get()
    new = old.replace(next_one, reason="人事異動のため", by=cast.audit_head, at=july)
    new.accept(by=next_one, at=july)
    old.refresh_from_db()
    assert (old.status, old.reason, new.is_lead, new.replaces) == ("ended", "人事異動のため", True, old)
    item.respond(seen=0, result="conform", by=next_one, at=july)
    assert paper in WorkingPaper.objects.visible_to(next_one, at=july)
    assert WorkingPaper.objects.get(pk=paper.pk).by == cast.auditor


def _in_order(monkeypatch, where, *names) -> list[str]:
    """What is called of these, in its order."""
    called = []
    for name in names:
        door = getattr(where, name)
        monkeypatch.setattr(where, name, lambda *args, name=name, door=door, **given: (called.append(name), door(*args, **given))[1])
    return called


def test_the_successor_is_held_before_the_first_entry_of_the_trail(cast, monkeypatch):
    row = rows.engagement(cast)
    called = _in_order(monkeypatch, assignment, "hold_still", "record")
    row.assignments.get().replace(rows.second_auditor(cast), reason="異動", by=cast.audit_head, at=MAY)
    assert called[0] == "hold_still"


def test_the_rounds_of_the_duty_are_held_before_the_report_is_brought_to_the_committee(cast, monkeypatch):
    row = rows.reporting(cast)
    Finding.exchange(row, by=cast.auditor, at=MAY)
    ExchangeComment.make(row.findings.get(), agrees=True, by=cast.section_officer, at=MAY)
    written = AuditReport.begin(row, by=cast.auditor, at=MAY)
    written.edit(summary="おおむね良好", by=cast.auditor, at=MAY)
    written.issue(by=cast.auditor, at=MAY)
    called = _in_order(monkeypatch, report, "hold_rounds", "_bring", "settle_duty", "record")
    written.forward(to_committee=True, committee_reason="全庁に関わるため", by=cast.audit_head, at=MAY)
    assert called == ["hold_rounds", "_bring", "settle_duty", "record"]


def test_who_has_moved_between_request_and_answer_cannot_accept(cast):
    row = rows.engagement(cast, accepted=False)
    move(cast, cast.auditor, "shimin-ka.staff", MAY)
    with pytest.raises(InvalidTransition, match="引き受けられません"):
        row.assignments.get().accept(by=cast.auditor, at=MAY)


def test_the_plan_of_an_audit_is_not_acknowledged_with_an_auditor_who_has_moved(cast):
    row = rows.engagement(cast)
    rows.obligations()
    make_items(row, by=cast.auditor, at=MAY)
    rows.load_request_types()
    request = rows.begin_plan(row, by=cast.auditor, at=MAY)
    assert (request.content["sections"], request.content["kind"]) == ([cast.section.pk], "regular")
    request.submit(by=cast.auditor, at=MAY)
    move(cast, cast.auditor, "shimin-ka.staff", MAY)
    with pytest.raises(InvalidTransition, match="監査人を交代"):
        Decision.take(request, "permit", by=cast.audit_head, at=MAY, digest=request.current_version.digest)


def test_an_outside_auditor_logs_in_for_as_long_as_the_audit_lasts(cast):
    row, guest = rows.engagement(cast), rows.outside_auditor()
    assert may_log_in(guest, on=MAY.date())
    asked = Assignment.ask(row, guest, organisation="監査法人", by=cast.audit_head, at=MAY)
    assert may_log_in(guest, on=MAY.date()) is None
    asked.accept(by=guest, at=MAY)
    assert list(Engagement.objects.visible_to(guest, at=MAY)) == [row]
    cancel(row, reason="中止", by=cast.audit_head, at=MAY)
    assert not Engagement.objects.visible_to(guest, at=MAY).exists()
    assert may_log_in(guest, on=MAY.date() + timedelta(days=1))


def test_where_the_city_never_lets_the_head_be_concerned_an_outside_auditor_is_needed(cast):
    row, guest = rows.prepared(cast), rows.outside_auditor()
    parameter = catalogue.get("audits.head_conflict")
    ParameterChoice.choose(parameter, "never", basis="委員会の議決", seen=0, by=cast.central_manager, at=MAY)
    with pytest.raises(InvalidTransition, match="外部の監査人が必要"):
        rows.end(row, cast, at=MAY)
    Assignment.ask(row, guest, organisation="監査法人", by=cast.audit_head, at=MAY).accept(by=guest, at=MAY)
    assert rows.end(row, cast, at=MAY).phase == "survey"


# -- what each side sees ---------------------------------------------------------------------------------------------------


def test_the_section_sees_its_audit_from_the_first_offer_of_a_day_and_never_the_inside(cast):
    row = rows.prepared(cast)
    for person in (cast.clerk, cast.section_officer, cast.division_officer):
        assert not Engagement.objects.visible_to(person, at=MAY).exists()
    row = rows.end(row, cast, at=MAY)
    DateOffer.offer(row, starts_at=MAY + timedelta(days=9), hours=2, place="会議室", by=cast.auditor, at=MAY)
    for person in (cast.clerk, cast.section_officer, cast.division_officer):
        assert Engagement.objects.visible_to(person, at=MAY).exists()
        assert not Engagement.objects.inside(person, at=MAY).exists()
        assert not CheckItem.objects.visible_to(person, at=MAY).exists()
    for person in (cast.outsider_clerk, cast.central_manager, cast.member):
        assert not Engagement.objects.visible_to(person, at=MAY).exists()


def test_drafts_papers_and_notes_stay_with_the_auditors(cast):
    row = rows.fieldwork(cast)
    found = rows.examine(row, cast)
    note = InterviewNote.write(row, held_at=MAY, respondent="担当", text="内密に", by=cast.auditor, at=MAY)
    for person in (cast.clerk, cast.section_officer, cast.division_officer):
        for model in (Finding, WorkingPaper, InterviewNote, Sample, AuditReport):
            assert not model.objects.visible_to(person, at=MAY).exists()
    assert list(InterviewNote.objects.visible_to(cast.audit_head, at=MAY)) == [note]
    assert not InterviewNote.objects.visible_to(cast.ciso, at=MAY).exists()
    assert list(Finding.objects.visible_to(cast.ciso, at=MAY)) == [found]


# -- dates and notice ------------------------------------------------------------------------------------------------------


def test_a_day_is_settled_by_both_sides_and_every_word_stays(cast):
    row = rows.end(rows.prepared(cast), cast, at=MAY)
    facts = {"hours": 3, "place": "会議室", "at": MAY}
    first = DateOffer.offer(row, starts_at=MAY + timedelta(days=30), by=cast.auditor, **facts)
    with pytest.raises(InvalidTransition, match="まだ選んでいない"):
        first.confirm(by=cast.auditor, at=MAY)
    first.refuse(answer="窓口の繁忙期", by=cast.section_officer, at=MAY)
    own = DateOffer.offer(row, starts_at=MAY + timedelta(days=40), by=cast.section_officer, **facts)
    with pytest.raises(PermissionDenied):
        own.confirm(by=cast.section_officer, at=MAY)
    own.confirm(by=cast.auditor, at=MAY)
    row.refresh_from_db()
    assert row.fieldwork_at == MAY + timedelta(days=40)
    assert [each.status for each in row.date_offers.order_by("pk")] == ["refused", "confirmed"]
    with pytest.raises(PermissionDenied):
        DateOffer.offer(row, starts_at=MAY + timedelta(days=50), by=cast.clerk, **facts)
    with pytest.raises(ValidationError):
        DateOffer.offer(row, starts_at=MAY, by=cast.auditor, **facts)


def test_the_trail_names_the_day_of_the_city(cast):
    row = rows.end(rows.prepared(cast), cast, at=MAY)
    early = datetime(2026, 7, 1, 8, 30, tzinfo=TOKYO).astimezone(UTC)  # in Greenwich still the 30th of June
    DateOffer.offer(row, starts_at=early, hours=3, place="会議室", by=cast.auditor, at=MAY)
    assert Entry.objects.get(verb="audits.date.offered").changes["day"] == "2026-07-01"


def test_nobody_is_asked_for_what_can_no_longer_be_done(cast):
    row = rows.surveyed(cast)
    for days in (70, 80):
        offer = DateOffer.offer(row, starts_at=MAY + timedelta(days=days), hours=3, place="会議室", by=cast.auditor, at=MAY)
    offer.choose(by=cast.section_officer, at=MAY)
    rows.end(row, cast, at=MAY, reason="課が繁忙のため")
    second = rows.second_auditor(cast)
    Assignment.ask(row, second, by=cast.audit_head, at=MAY).accept(by=second, at=MAY)
    rows.paper(row, cast)

    def words(person) -> str:
        return " ".join(each.words for each in waiting_for(person, at=MAY))

    def acts(person) -> set[str]:
        page = Page(Engagement.objects.get(pk=row.pk), person, at=MAY)
        (shown,) = page.with_offers("offer", DateOffer.objects.filter(pk=offer.pk))
        return {each.act.slug for each in [*page.acts_of("survey"), *shown.offers]}

    assert "予備調査の回答" in words(cast.section_officer)
    assert "実査を確定" in words(cast.auditor)
    assert "submit-survey" in acts(cast.section_officer)
    assert "confirm" in acts(cast.auditor)
    Engagement.objects.filter(pk=row.pk).update(phase="reporting")
    assert "予備調査" not in words(cast.section_officer)
    assert "実査" not in words(cast.auditor)
    assert "査閲" in words(second)
    assert "submit-survey" not in acts(cast.section_officer)
    assert "confirm" not in acts(cast.auditor)
    remind(at=MAY + timedelta(days=30))
    assert not Notification.objects.filter(title__contains="予備調査の期限").exists()
    Engagement.objects.filter(pk=row.pk).update(phase="follow_up")
    assert "査閲" not in words(second)


def test_a_survey_is_answered_only_as_long_as_its_phases_last(cast):
    row = rows.surveyed(cast)
    question = row.questionnaire.questions.first()
    Engagement.objects.filter(pk=row.pk).update(phase="reporting")
    with pytest.raises(InvalidTransition, match="報告"):
        question.respond("yes", by=cast.clerk, at=MAY)
    assert not Questionnaire.objects.get().can_answer(cast.clerk, at=MAY)


def test_the_end_of_the_reporting_and_of_the_audit_ask_for_what_is_left(cast):
    row = rows.reporting(cast)
    rows.paper(row, cast)
    assert "査閲していない調書が1件あります。" in [gap.words for gap in gaps(row, at=MAY)]
    row.papers.filter(reviewed_at=None).get().review_it(by=cast.audit_head, at=MAY)
    row = rows.issue(row, cast)
    AuditReport.objects.filter(engagement=row, status="issued").update(forwarded_at=None)
    assert "CISOにまだ報告していません。" in [gap.words for gap in gaps(row, at=MAY)]


def test_the_head_puts_the_end_off_and_the_outside_auditor_stays_until_then(cast):
    row, guest = rows.engagement(cast), rows.outside_auditor()
    Assignment.ask(row, guest, organisation="監査法人", by=cast.audit_head, at=MAY).accept(by=guest, at=MAY)
    later = row.ends_on + timedelta(days=60)
    with pytest.raises(PermissionDenied):
        row.put_off(ends_on=later, by=cast.auditor, at=MAY)
    with pytest.raises(ValidationError, match="過ぎています"):
        row.put_off(ends_on=MAY.date() - timedelta(days=1), by=cast.audit_head, at=MAY)
    data = {"ends_on_year": later.year, "ends_on_month": later.month, "ends_on_day": later.day}
    answer = cast.client(cast.audit_head).post(reverse("audits:engagement_do", args=[row.pk, "put-off"]), data)
    assert answer.status_code == 302, answer.context["form"].errors
    row.refresh_from_db()
    assert row.ends_on == later
    assert may_log_in(guest, on=later) is None
    assert may_log_in(guest, on=later + timedelta(days=2))
    assert Entry.objects.get(verb="audits.engagement.put_off").changes["ends_on"] == later.isoformat()


def test_the_notice_is_numbered_received_once_and_made_as_a_paper_that_both_sides_see(cast):
    row = rows.surveyed(cast)
    notice = row.notices.get()
    assert notice.number == "監通R8-001"
    with pytest.raises(InvalidTransition, match="すでに受け取って"):
        notice.receive(by=cast.section_officer, at=MAY)
    run_job(Job.objects.get(kind="audits.notice_paper").pk)
    paper = StoredFile.objects.about(notice).get()
    assert paper.content.read(4) == b"%PDF"
    assert paper in StoredFile.objects.visible_to(cast.clerk)
    assert paper not in StoredFile.objects.visible_to(cast.outsider_clerk)


# -- survey and checklist --------------------------------------------------------------------------------------------------


def test_the_survey_is_answered_by_several_and_submitted_by_the_officer_alone(cast):
    row = rows.surveyed(cast)
    survey, first = row.questionnaire, row.questionnaire.questions.first()
    first.respond("yes", words="台帳あり", by=cast.clerk, at=MAY)
    first.respond("partly", words="台帳に一部の漏れ", by=cast.colleague, at=MAY)
    first.refresh_from_db()
    assert (first.answer, first.answered_by) == ("partly", cast.colleague)
    with pytest.raises(InvalidTransition, match="答えていない質問が2問"):
        survey.submit(by=cast.section_officer, at=MAY)
    with pytest.raises(PermissionDenied):
        first.respond("no", by=cast.outsider_clerk, at=MAY)
    for question in survey.questions.unanswered():
        question.respond("unknown", by=cast.clerk, at=MAY)
    with pytest.raises(PermissionDenied):
        survey.submit(by=cast.clerk, at=MAY)
    survey.submit(by=cast.section_officer, at=MAY)
    with pytest.raises(InvalidTransition, match="提出されています"):
        first.respond("yes", by=cast.clerk, at=MAY)
    survey.give_back(reason="台帳の期間を補ってください", due_on=MAY.date() + timedelta(days=7), by=cast.auditor, at=MAY)
    first.respond("yes", by=cast.clerk, at=MAY)
    assert Questionnaire.objects.get().returned_reason == "台帳の期間を補ってください"


def test_items_come_from_the_obligations_of_the_section_and_making_them_again_doubles_none(cast):
    rows.obligations()
    row = rows.engagement(cast)
    assert make_items(row, by=cast.auditor, at=MAY) == 3
    assert make_items(row, by=cast.auditor, at=MAY) == 0
    assert [item.is_must for item in row.items.all()] == [True, False, False]
    survey = make_questions(row, only_must=True, by=cast.auditor, at=MAY)
    assert survey.questions.count() == 1
    assert row.items.get(position=1).asked == survey.questions.get()
    row.items.last().remove(by=cast.auditor, at=MAY)
    assert row.items.count() == 2
    row.edit(clauses=["3.11"], by=cast.auditor, at=MAY)
    with pytest.raises(InvalidTransition, match="義務がありません"):
        make_items(row, by=cast.auditor, at=MAY)


def test_a_result_that_needs_a_reason_is_not_complete_without_it(cast):
    row = rows.fieldwork(cast)
    item = row.items.first()
    item = item.respond(seen=0, result="not_done", by=cast.auditor, at=MAY)
    assert not item.is_complete
    item = item.respond(seen=item.version, reason="担当者が不在", by=cast.auditor, at=MAY)
    assert item.is_complete
    with pytest.raises(ValidationError):
        item.respond(seen=item.version, result="fine", by=cast.auditor, at=MAY)


def test_of_two_auditors_in_one_item_neither_text_is_lost(cast):
    row, other = rows.fieldwork(cast), rows.second_auditor(cast)
    Assignment.ask(row, other, by=cast.audit_head, at=MAY).accept(by=other, at=MAY)
    item = row.items.first()
    item.respond(seen=0, observation="甲", by=cast.auditor, at=MAY)
    with pytest.raises(Overtaken) as told:
        item.respond(seen=0, observation="乙", by=other, at=MAY)
    assert (told.value.item.observation, told.value.item.version) == ("甲", 1)
    item.respond(seen=0, observation="甲", by=other, at=MAY)
    item.refresh_from_db()
    assert item.version == 1


# -- papers, evidence, samples ---------------------------------------------------------------------------------------------


def test_a_paper_is_reviewed_by_another_one_and_then_never_changed(cast):
    row = rows.fieldwork(cast)
    paper = rows.paper(row, cast)
    with pytest.raises(PermissionDenied, match="自分の書いた"):
        paper.review_it(by=cast.auditor, at=MAY)
    with pytest.raises(PermissionDenied):
        paper.review_it(by=cast.section_officer, at=MAY)
    paper.review_it(by=cast.audit_head, at=MAY)
    facts = {"held_on": MAY.date(), "place": "別", "respondent": "別", "procedure": "別", "observation": "別"}
    with pytest.raises(InvalidTransition, match="査閲の済んだ"):
        paper.rewrite(items=[], by=cast.auditor, at=MAY, **facts)


def test_an_original_is_given_back_and_the_section_says_that_it_has_it(cast):
    row = rows.fieldwork(cast)
    lent = rows.lend(row, cast)
    with pytest.raises(InvalidTransition, match="原本は調書につづれません"):
        lent.file_away(by=cast.auditor, at=MAY)
    lent.carry(destination="行政経営課の金庫", by=cast.auditor, at=MAY)
    with pytest.raises(InvalidTransition):
        lent.confirm(kept_at="書庫", by=cast.clerk, at=MAY)
    lent.give_back(by=cast.auditor, at=MAY)
    lent.deny(note="封筒が空", by=cast.clerk, at=MAY)
    lent.refresh_from_db()
    assert lent.status == Evidence.Status.LENT
    lent.give_back(by=cast.auditor, at=MAY)
    with pytest.raises(PermissionDenied):
        lent.confirm(kept_at="書庫", by=cast.auditor, at=MAY)
    lent.confirm(kept_at="市民課の書庫", by=cast.section_officer, at=MAY)
    assert [move.destination for move in lent.moves.all()] == [
        "監査事務局の書庫",
        "行政経営課の金庫",
        "市民部市民課",
        "行政経営課の金庫",
        "市民部市民課",
    ]


def test_a_sample_can_be_drawn_again_from_its_seed_and_is_read_only_while_one_audits(cast):
    row = rows.fieldwork(cast)
    type_ = make_request_type(ERRAND, ("any", ["SECTION_OFFICER"]))
    for _ in range(4):
        request = Request.draft(ERRAND, by=cast.clerk, at=MAY, content={"what": "試験", "way": "case"})
        request.submit(by=cast.clerk, at=MAY)
        Decision.take(request, "permit", by=cast.section_officer, at=MAY, digest=request.current_version.digest)
    period = {"since": MAY.date(), "until": MAY.date()}
    sample = Sample.take(row, type_=type_, size=2, seed="種", by=cast.auditor, at=MAY, **period)
    assert sample.is_reproducible()
    assert len(sample.population) == 4
    picked = {pick.request_id for pick in sample.picks.all()}
    assert set(Request.objects.visible_to(cast.auditor, at=MAY).filter(type=type_).values_list("pk", flat=True)) == picked
    july = MAY + timedelta(days=60)
    move(cast, cast.auditor, "bunsho-hosei.staff", july)
    close_samples(at=july)
    assert Request.objects.visible_to(cast.auditor, at=july).filter(pk__in=picked).count() == 2
    august = july + timedelta(days=30)
    move(cast, cast.auditor, "shimin-ka.staff", august)
    close_samples(at=august)
    seen = Request.objects.visible_to(cast.auditor, at=august)
    assert not seen.filter(pk__in=picked).exists()


def test_the_order_of_the_population_does_not_change_the_draw():
    keys = [f"k{number}" for number in range(50)]
    assert draw(keys, 7, "a") == draw(keys[::-1], 7, "a") != draw(keys, 7, "b")


# -- findings, exchange, report --------------------------------------------------------------------------------------------


def test_the_section_comments_on_the_drafts_and_the_report_waits_for_the_answer(cast):
    row = rows.reporting(cast)
    finding = row.findings.get()
    report = AuditReport.begin(row, by=cast.auditor, at=MAY)
    report.edit(summary="良好", by=cast.auditor, at=MAY)
    with pytest.raises(InvalidTransition, match="意見交換に出していない"):
        report.issue(by=cast.auditor, at=MAY)
    Finding.exchange(row, by=cast.auditor, at=MAY)
    assert list(Finding.objects.visible_to(cast.section_officer, at=MAY)) == [finding]
    comment = ExchangeComment.make(finding, agrees=False, text="2件は別の台帳にある", by=cast.section_officer, at=MAY)
    with pytest.raises(InvalidTransition, match="答えていない"):
        report.issue(by=cast.auditor, at=MAY)
    with pytest.raises(InvalidTransition, match="まだ改められていません"):
        comment.reply(outcome="changed", answer="改めました", by=cast.auditor, at=MAY)
    finding.revise(fact="1件で記録がない", by=cast.auditor, at=MAY)
    comment.reply(outcome="changed", answer="改めました", by=cast.auditor, at=MAY)
    report.issue(by=cast.auditor, at=MAY)
    finding.refresh_from_db()
    assert (finding.status, finding.fact, finding.revisions.get().text["fact"]) == ("issued", "1件で記録がない", "3件で記録がない")
    with pytest.raises(InvalidTransition):
        finding.revise(fact="別", by=cast.auditor, at=MAY)


def test_an_issued_report_is_numbered_digested_and_superseded_only_with_a_reason(cast):
    row = rows.reported(cast)
    first = row.reports.get()
    assert (first.number, first.version, len(first.digest)) == ("監報R8-001", 1, 64)
    assert first.results == {"minor": 1, "conform": 2}
    run_job(Job.objects.get(kind="audits.report_paper").pk)
    assert StoredFile.objects.about(first).get() in StoredFile.objects.visible_to(cast.section_officer)
    with pytest.raises(InvalidTransition, match="変えられません"):
        first.edit(summary="別", by=cast.auditor, at=MAY)
    with pytest.raises(InvalidTransition, match="理由"):
        AuditReport.begin(row, by=cast.auditor, at=MAY)
    second = AuditReport.begin(row, change_reason="件数の誤り", by=cast.auditor, at=MAY)
    assert not AuditReport.objects.visible_to(cast.section_officer, at=MAY).filter(pk=second.pk).exists()
    second.edit(summary="訂正", by=cast.auditor, at=MAY)
    second.issue(by=cast.auditor, at=MAY)
    first.refresh_from_db()
    assert (first.status, second.number, second.version) == ("superseded", first.number, 2)
