"""Self-inspections: who is asked what, how answers are kept, what the chief sees and does (3.13.2)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.models import System
from audits.inspections.pages import CampaignPage, ResultPage, SheetPage
from audits.inspections.reminders import remind_of_improvements, remind_of_inspections
from audits.models import Answer, Campaign, Given, Improvement, SectionResult, Sheet
from audits.models.campaign import SYSTEM
from musashimurayama_isms.accounts.models import Role, StandingDeputy
from musashimurayama_isms.accounts.standing import has_role
from musashimurayama_isms.duties.catalogue import load_duties
from musashimurayama_isms.duties.models import Duty, Occurrence
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition
from policy.models import Obligation

from .audit_rows import locks
from .cast import PERSONS
from .factory import make_absence, make_appointment, make_deputyship, make_user
from .inspections import DUE, OCTOBER, answer_all, opened, prepared, sent, sheet_of

pytestmark = pytest.mark.django_db
SYSTEM_FACTS = {"name": "住民記録", "purpose": "住民票の写しの交付", "network": "lgwan", "asset_class": 1, "manager": "市民課長"}
LATER = OCTOBER + timedelta(days=31)


def result_of(campaign, department):
    return campaign.section_results.select_related("campaign", "department").get(department=department)


def closed(cast, campaign) -> Campaign:
    campaign.close(by=cast.central_manager, at=LATER)
    return campaign


# -- preparing ---------------------------------------------------------------------------------------------------------


def test_questions_come_from_the_obligations_of_each_role_with_their_clause(cast):
    campaign = prepared(cast)
    question = campaign.questions.filter(bearer="TERMINAL_USER").first()
    assert Obligation.objects.get(key=question.obligation_key).clause == question.clause
    assert question.text.endswith("。")
    assert campaign.questions.filter(bearer="TERMINAL_USER").count() == 25


def test_only_the_central_manager_runs_an_inspection(cast):
    campaign = prepared(cast)
    for person in (cast.clerk, cast.section_officer, cast.administrator):
        with pytest.raises(PermissionDenied):
            campaign.open(by=person, at=OCTOBER)
    assert not Campaign.objects.visible_to(cast.clerk, at=OCTOBER).exists()


def test_everybody_gets_one_sheet_and_each_role_one_for_its_department(cast):
    campaign = opened(cast)
    assert campaign.sheets.filter(person__isnull=False).count() == len(PERSONS)
    assert campaign.sheets.filter(bearer="SECTION_OFFICER", department=cast.section).count() == 1
    assert campaign.sheets.filter(bearer="CISO").count() == 1
    assert Notification.objects.filter(recipient=cast.clerk, title__contains="自己点検").exists()


def test_questions_do_not_change_once_answers_come_in(cast):
    campaign = opened(cast)
    with pytest.raises(InvalidTransition, match="質問を変えられません"):
        campaign.choose("TERMINAL_USER", [], by=cast.central_manager, at=OCTOBER)


def test_an_inspection_without_questions_or_with_a_term_that_is_over_does_not_open(cast):
    campaign = prepared(cast)
    with pytest.raises(ValidationError, match="期限が過ぎ"):
        campaign.open(by=cast.central_manager, at=OCTOBER + timedelta(days=60))
    campaign.questions.all().delete()
    with pytest.raises(ValidationError, match="質問が一つも"):
        campaign.open(by=cast.central_manager, at=OCTOBER)
    campaign.refresh_from_db()
    assert campaign.status == Campaign.Status.DRAFT
    assert not campaign.sheets.exists()


def test_the_next_inspection_asks_what_the_last_one_asked_and_shows_the_change(cast):
    first = opened(cast)
    question = first.questions.filter(bearer="TERMINAL_USER").first()
    sent(first, cast.clerk, **{f"q{question.position}": ("no", "鍵がない", "買う")})
    closed(cast, first)
    second = prepared(cast, due_on=date(2027, 10, 29))
    assert second.previous == first
    assert set(second.questions.values_list("obligation_key", flat=True)) == set(first.questions.values_list("obligation_key", flat=True))
    second.open(by=cast.central_manager, at=OCTOBER + timedelta(days=365))
    sheet = answer_all(sheet_of(second, cast.clerk), by=cast.clerk)
    sheet.submit(by=cast.clerk, at=OCTOBER + timedelta(days=365))
    lines = {line.question.obligation_key: line for line in CampaignPage(second, cast.ciso, at=LATER).lines if line.answered}
    assert lines[question.obligation_key].trend == "100ポイント上昇"


# -- answering ---------------------------------------------------------------------------------------------------------


def test_answers_are_kept_as_they_are_typed_and_nobody_else_may_write_or_read_them(cast):
    campaign = opened(cast)
    sheet = sheet_of(campaign, cast.clerk)
    question = sheet.questions.first()
    assert sheet.keep([Given(question, "no", "途中まで")], by=cast.clerk, at=OCTOBER) == 1
    assert sheet.keep([Given(question, "no", "途中まで")], by=cast.clerk, at=OCTOBER) == 0
    for person in (cast.section_officer, cast.central_manager, cast.colleague):
        assert not Sheet.objects.visible_to(person, at=OCTOBER).filter(pk=sheet.pk).exists()
        with pytest.raises(PermissionDenied):
            sheet.keep([Given(question, "yes")], by=person, at=OCTOBER)


def test_a_sheet_is_sent_when_every_no_has_its_reason_and_its_plan(cast):
    campaign = opened(cast)
    sheet = answer_all(sheet_of(campaign, cast.clerk), by=cast.clerk, q2=("no", "鍵がない", ""), q3=("not_mine", "", ""))
    with pytest.raises(ValidationError) as refused:
        sheet.submit(by=cast.clerk, at=OCTOBER)
    assert refused.value.messages == ["2 これから行うことを入力してください。", "3 理由を入力してください。"]
    answer_all(sheet, by=cast.clerk, q2=("no", "鍵がない", "鍵を買う"), q3=("not_mine", "扱わない", ""))
    sheet.submit(by=cast.clerk, at=OCTOBER)
    with pytest.raises(InvalidTransition, match="提出した"):
        answer_all(sheet, by=cast.clerk)


def test_a_sent_sheet_can_be_taken_back_until_the_inspection_is_closed(cast):
    campaign = opened(cast)
    sheet = sent(campaign, cast.clerk)
    sheet.take_back(by=cast.clerk, at=OCTOBER)
    sheet.submit(by=cast.clerk, at=OCTOBER)
    closed(cast, campaign)
    with pytest.raises(InvalidTransition, match="締め切"):
        sheet.take_back(by=cast.clerk, at=LATER)


def test_the_promoter_types_in_a_paper_sheet_and_no_longer_reads_it_once_it_is_sent(cast):
    campaign = opened(cast)
    sheet = answer_all(sheet_of(campaign, cast.colleague), by=cast.promoter)
    sheet.submit(by=cast.promoter, at=OCTOBER)
    assert sheet.submitted_as == "情報化推進員（紙から入力）"
    assert not Sheet.objects.visible_to(cast.promoter, at=OCTOBER).filter(pk=sheet.pk).exists()
    assert Sheet.objects.visible_to(cast.colleague, at=OCTOBER).filter(pk=sheet.pk).exists()


def test_the_promoter_cannot_take_over_a_sheet_that_its_owner_has_begun(cast):
    campaign = opened(cast)
    sheet = sheet_of(campaign, cast.clerk)
    sheet.keep([Given(sheet.questions.first(), "yes")], by=cast.clerk, at=OCTOBER)
    with pytest.raises(PermissionDenied):
        answer_all(sheet, by=cast.promoter)


def test_who_joins_gets_a_sheet_and_who_moves_takes_it_along_and_who_leaves_is_not_counted(cast):
    campaign = opened(cast)
    joined = make_user("joined", name="新任 職員")
    make_appointment(joined, "shimin-ka.staff", since=date(2026, 10, 5))
    cast.colleague.left_on = date(2026, 10, 4)
    cast.colleague.save()
    later = OCTOBER + timedelta(days=6)
    remind_of_inspections(at=later)
    assert sheet_of(campaign, joined).department == cast.section
    assert not campaign.sheets.standing().filter(person=cast.colleague).exists()
    row = cast.clerk.appointments.get()
    row.until = date(2026, 10, 7)
    row.save()
    make_appointment(cast.clerk, "bunsho-hosei.staff", since=date(2026, 10, 8))
    remind_of_inspections(at=OCTOBER + timedelta(days=8))
    assert sheet_of(campaign, cast.clerk).department == cast.other_section


def test_reminders_go_to_those_who_have_not_answered_each_once_also_after_days_without_the_scheduler(cast):
    campaign = opened(cast)
    sent(campaign, cast.clerk)
    morning = OCTOBER.replace(day=26)  # the word of seven days before was missed on the 23rd
    remind_of_inspections(at=morning)
    remind_of_inspections(at=morning + timedelta(hours=1))
    words = Notification.objects.filter(key__startswith="inspection:")
    assert words.filter(recipient=cast.colleague).count() == 1
    assert not words.filter(recipient=cast.clerk).exists()
    remind_of_inspections(at=OCTOBER.replace(month=11, day=2))
    assert words.filter(recipient=cast.colleague, title__contains="期限超過").count() == 1


# -- what the chief sees and does --------------------------------------------------------------------------------------


def test_the_chief_sees_numbers_and_reasons_without_names(cast):
    campaign = opened(cast)
    for person in (cast.clerk, cast.colleague, cast.promoter):
        sent(campaign, person, q1=("partly", "席を離れるとき忘れる", "画面を閉じる"))
    page = ResultPage(result_of(campaign, cast.section), cast.section_officer, at=OCTOBER)
    assert page.open_points[0]["answers"][0].reason == "席を離れるとき忘れる"
    html = cast.client(cast.section_officer).get(page.result.get_absolute_url()).content.decode()
    assert "席を離れるとき忘れる" in html
    assert cast.clerk.name not in html
    above = cast.client(cast.division_officer).get(page.result.get_absolute_url()).content.decode()
    assert page.open_points[0]["question"].text in above
    assert "席を離れるとき忘れる" not in above


def test_who_answers_is_told_who_sees_the_words(cast):
    campaign = opened(cast)
    sheet = sheet_of(campaign, cast.clerk)
    blank = reverse("audits:blank_sheet", args=[campaign.pk, sheet.bearer])
    for address in (sheet.get_absolute_url(), blank):
        html = cast.client(cast.clerk).get(address).content.decode()
        assert "名前を付けずに、課の情報セキュリティ担当者と" in html
        assert "数だけが伝わります" not in html


def test_two_sheets_of_persons_would_tell_who_said_what_also_after_the_closing(cast):
    campaign = opened(cast)
    for person in (cast.clerk, cast.colleague):
        sent(campaign, person, q1=("no", "鍵がない", "買う"))
    role = campaign.sheets.select_related("campaign").get(bearer="SECTION_OFFICER", department=cast.section)
    answer_all(role, by=cast.section_officer, q1=("partly", "様式がない", "作る")).submit(by=cast.section_officer, at=OCTOBER)
    for at in (OCTOBER, LATER):
        page = ResultPage(result_of(campaign, cast.section), cast.section_officer, at=at)
        assert page.total["sent"] == 3
        assert [point["question"].bearer for point in page.open_points] == ["SECTION_OFFICER"]  # the role's, no person's
        assert {line.question.bearer for line in page.lines} == {"SECTION_OFFICER"}
        assert page.hidden == ["端末装置利用者"]
        if at == OCTOBER:
            closed(cast, campaign)
    assert [question.bearer for question, _, _ in page.result.open_questions()] == ["SECTION_OFFICER"]


def test_the_weakest_questions_stand_first_and_never_point_at_one_or_two_people(cast):
    campaign = opened(cast)
    for person in (cast.clerk, cast.colleague):
        sent(campaign, person, q1=("no", "鍵がない", "買う"))
    role = campaign.sheets.select_related("campaign").get(bearer="SECTION_OFFICER", department=cast.section)
    answer_all(role, by=cast.section_officer, q1=("no", "様式がない", "作る")).submit(by=cast.section_officer, at=OCTOBER)
    assert CampaignPage(campaign, cast.ciso, at=OCTOBER).weakest == []
    sent(campaign, cast.outsider_clerk)
    weakest = CampaignPage(campaign, cast.ciso, at=OCTOBER).weakest
    assert [(line.question.bearer, line.rate) for line in weakest] == [("TERMINAL_USER", 33)]
    page = cast.client(cast.ciso).get(reverse("audits:campaign", args=[campaign.pk])).content.decode()
    assert page.index("できている割合の低い質問") < page.index("端末装置利用者の質問ごとの集計")


def test_a_no_without_an_improvement_needs_words_before_the_chief_sums_up(cast):
    campaign = opened(cast)
    for person in (cast.clerk, cast.colleague, cast.promoter):
        sent(campaign, person, q1=("no", "鍵がない", "買う"))
    result = result_of(campaign, cast.section)
    with pytest.raises(InvalidTransition, match="締め切った後"):
        result.confirm(comment="", by=cast.section_officer, at=OCTOBER)
    result = result_of(closed(cast, campaign), cast.section)
    with pytest.raises(ValidationError, match="改善策がありません"):
        result.confirm(comment="", by=cast.section_officer, at=LATER)
    question = result.open_questions()[0][0]
    plan = Improvement.plan(result, question=question, text="鍵を買う", due_on=date(2026, 12, 25), by=cast.section_officer, at=LATER)
    result.confirm(comment="", by=cast.section_officer, at=LATER)
    assert result.confirmed_by == cast.section_officer
    plan.finish(outcome="買って配った", by=cast.section_officer, at=LATER)
    assert not Improvement.objects.open().exists()


def test_an_overdue_improvement_is_told_to_whoever_is_chief_now(cast):
    campaign = opened(cast)
    result = result_of(closed(cast, campaign), cast.section)
    Improvement.plan(result, question=None, text="棚に鍵", due_on=date(2026, 11, 10), by=cast.section_officer, at=LATER)
    assert remind_of_improvements(at=LATER + timedelta(days=30)) == 1
    assert Improvement.objects.overdue(on=date(2026, 11, 11)).exists()
    assert Notification.objects.filter(recipient=cast.section_officer, title__contains="改善策").exists()


def test_an_improvement_of_a_division_is_told_to_its_chief_and_to_who_acts_for_one_who_is_away(cast):
    result = result_of(closed(cast, opened(cast)), cast.division)
    Improvement.plan(result, question=None, text="棚に鍵", due_on=date(2026, 11, 10), by=cast.division_officer, at=LATER)
    make_absence(cast.division_officer, starts_at=LATER, hours=24 * 60)
    make_deputyship(cast.division_officer.appointments.get().post, cast.clerk, since=date(2026, 4, 1))
    remind_of_improvements(at=LATER + timedelta(days=30))
    assert Notification.objects.filter(recipient=cast.clerk, title__contains="改善策").exists()


def test_what_was_summed_up_is_to_be_summed_up_again_after_a_reopening(cast):
    campaign = closed(cast, opened(cast))
    result = result_of(campaign, cast.section)
    result.confirm(comment="鍵が足りない", by=cast.section_officer, at=LATER)
    campaign.reopen(due_on=LATER.date() + timedelta(days=7), by=cast.central_manager, at=LATER)
    result.refresh_from_db()
    assert (result.confirmed_at, result.confirmed_by, result.confirmed_as, result.comment) == (None, None, "", "鍵が足りない")
    assert Entry.objects.get(verb="audits.campaign.reopened").changes["unconfirmed"] == 1
    closed(cast, campaign)
    assert "鍵が足りない" in cast.client(cast.section_officer).get(result.get_absolute_url()).content.decode()
    result.confirm(comment="鍵を買った", by=cast.section_officer, at=LATER)
    assert result.comment == "鍵を買った"


def test_an_inspection_that_was_closed_meanwhile_gets_no_more_sheets(cast):
    campaign = opened(cast)
    stale = Campaign.objects.get(pk=campaign.pk)
    closed(cast, campaign)
    make_appointment(make_user("joined", name="新任 職員"), "shimin-ka.staff", since=date(2026, 10, 5))
    assert stale.sheets.hand_out(stale, at=OCTOBER + timedelta(days=6)) == 0


def test_who_acts_for_infringements_alone_does_not_see_the_results_of_all(cast):
    closed(cast, opened(cast))
    roles = {"role": Role.objects.get(code="GENERAL_MANAGER"), "deputy_role": Role.objects.get(code="PERSONNEL")}
    StandingDeputy.objects.create(**roles, scope=StandingDeputy.Scope.INFRINGEMENT)
    make_absence(cast.general_manager, starts_at=LATER)
    assert has_role(cast.personnel, "GENERAL_MANAGER", at=LATER, scope=StandingDeputy.Scope.INFRINGEMENT)
    assert result_of(Campaign.objects.get(), cast.other_section) not in SectionResult.objects.visible_to(cast.personnel, at=LATER)


def test_whoever_writes_below_an_inspection_holds_it_first(cast, monkeypatch):
    campaign = opened(cast)
    locked = locks(monkeypatch)
    sheet = sent(campaign, cast.clerk)
    sheet.take_back(by=cast.clerk, at=OCTOBER)
    assert locked[:2] == ["Campaign", "Sheet"]
    result = result_of(closed(cast, campaign), cast.section)
    locked.clear()
    result.confirm(comment="よい", by=cast.section_officer, at=LATER)
    assert locked[:2] == ["Campaign", "SectionResult"]


def test_the_results_go_to_those_of_the_three_who_are_to_know(cast):
    campaign = closed(cast, opened(cast))
    with pytest.raises(ValidationError, match="まとめていない課"):
        campaign.report(summary="おおむね良好", to=["AUDIT_HEAD"], reason="", by=cast.central_manager, at=LATER)
    campaign.report(summary="おおむね良好", to=["AUDIT_HEAD"], reason="回答が少ない課は別に確かめる", by=cast.central_manager, at=LATER)
    assert campaign.status == Campaign.Status.REPORTED
    assert Notification.objects.filter(recipient=cast.audit_head, title__contains="結果が報告").exists()
    assert not Notification.objects.filter(recipient=cast.division_officer, title__contains="結果が報告").exists()


def test_the_report_does_the_round_of_the_duty_that_asked_for_it(cast):
    load_duties(at=OCTOBER - timedelta(days=30))
    campaign = closed(cast, opened(cast))
    rounds = Occurrence.objects.filter(duty__mechanism="duty:self-inspection").appeared(on=LATER.date())
    assert rounds.open().exists()
    campaign.report(summary="おおむね良好", to=[], reason="軽微のため", by=cast.central_manager, at=LATER)
    assert not rounds.open().exists()


def test_a_round_that_asks_for_evidence_waits_for_it_and_does_not_stop_the_report(cast):
    load_duties(at=OCTOBER - timedelta(days=30))
    Duty.objects.filter(code="self-inspection").update(needs_evidence=True)
    campaign = closed(cast, opened(cast))
    campaign.report(summary="おおむね良好", to=[], reason="軽微のため", by=cast.central_manager, at=LATER)
    assert campaign.status == Campaign.Status.REPORTED
    assert Occurrence.objects.filter(duty__code="self-inspection").appeared(on=LATER.date()).open().exists()


def test_a_section_officer_answers_for_each_system_of_the_section(cast):
    prepared(cast)
    system = System.enter(by=cast.clerk, at=OCTOBER, department=cast.section, **SYSTEM_FACTS)
    campaign = opened(cast)
    sheet = campaign.sheets.get(bearer=SYSTEM, system=system)
    assert sheet in Sheet.objects.mine(cast.section_officer, at=OCTOBER)
    assert System.objects.live().count() == campaign.sheets.filter(bearer=SYSTEM).count()


# -- always true -------------------------------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["clerk", "promoter", "section_officer", "central_manager"]),
        st.sampled_from(["keep", "submit", "take_back", "close", "reopen", "report", "open", "drop"]),
    ),
    max_size=12,
)


def test_no_order_of_acts_changes_a_sent_sheet_or_takes_answers_after_the_close(cast):
    campaign = prepared(cast)

    def act(person, what, at):
        sheet = campaign.sheets.filter(person=cast.clerk).first()
        if what in ("keep", "submit", "take_back"):
            if sheet is None:
                return
            before = (sheet.submitted_at, Campaign.objects.get(pk=campaign.pk).status)
            doors = {"keep": lambda: answer_all(sheet, by=person, at=at), "submit": sheet.submit, "take_back": sheet.take_back}
            doors[what]() if what == "keep" else doors[what](by=person, at=at)
            assert before[1] == Campaign.Status.OPEN
            assert not (what == "keep" and before[0])
        elif what == "reopen":
            campaign.reopen(due_on=DUE, by=person, at=at)
        elif what == "report":
            campaign.report(summary="まとめ", to=[], reason="試験", by=person, at=at)
        else:
            getattr(campaign, what)(by=person, at=at)

    @settings(max_examples=12, deadline=None)
    @given(STEPS)
    def walk(steps):
        with transaction.atomic():
            for minute, (person, what) in enumerate(steps):
                try:
                    with transaction.atomic():
                        act(getattr(cast, person), what, OCTOBER + timedelta(minutes=minute))
                except (InvalidTransition, PermissionDenied, ValidationError):
                    pass
                found = Campaign.objects.get(pk=campaign.pk)
                for sheet in found.sheets.filter(submitted_at__isnull=False):
                    assert not sheet.lacking()
                assert (found.closed_at is not None) == found.has_results
            transaction.set_rollback(True)
        campaign.refresh_from_db()

    walk()


# -- pages -------------------------------------------------------------------------------------------------------------


def test_a_sheet_is_answered_screen_by_screen_and_what_is_lacking_is_named(cast):
    campaign = opened(cast)
    sheet = sheet_of(campaign, cast.clerk)
    client = cast.client(cast.clerk)
    page = SheetPage(sheet, cast.clerk, at=OCTOBER)
    first = page.forms[0]
    address = f"{sheet.get_absolute_url()}?theme={page.theme}"
    sheet.campaign.__class__.objects.filter(pk=campaign.pk).update(due_on=date(2099, 3, 1))
    answer = client.post(address, {f"{first.prefix}-value": "no", f"{first.prefix}-reason": "鍵がない"})
    assert answer.status_code == 302
    html = client.get(address).content.decode()
    assert "鍵がない" in html
    assert "これから行うことを入力してください" in html
    answer = client.post(f"/audits/inspections/sheets/{sheet.pk}/submit/", follow=True)
    assert "回答が足りない質問が25件" in answer.content.decode()


def test_autosave_keeps_what_is_valid_and_says_so_in_one_line(cast):
    campaign = opened(cast)
    sheet = sheet_of(campaign, cast.clerk)
    form = SheetPage(sheet, cast.clerk, at=OCTOBER).forms[0]
    address = f"/audits/inspections/sheets/{sheet.pk}/keep/?theme={form.question.theme}"
    answer = cast.client(cast.clerk).post(address, {f"{form.prefix}-value": "unknown", f"{form.prefix}-reason": "長" * 501})
    assert answer.status_code == 200
    assert "保存しました" in answer.content.decode()
    kept = sheet.answers.get()
    assert (kept.value, kept.reason) == (Answer.Value.UNKNOWN, "")


def test_pages_ask_the_same_number_of_questions_for_few_and_for_many(cast, django_assert_max_num_queries):
    campaign = opened(cast)
    client = cast.client(cast.central_manager)
    for person in (cast.clerk, cast.colleague, cast.promoter):
        sent(campaign, person, q1=("no", "鍵がない", "買う"))
    few = _queries(client, campaign.get_absolute_url())
    for number in range(30):
        person = make_user(f"many{number}", name=f"職員 {number}")
        make_appointment(person, "shimin-ka.staff")
    campaign.sheets.hand_out(campaign, at=OCTOBER)
    for sheet in campaign.sheets.filter(person__username__startswith="many")[:20]:
        answer_all(sheet, by=sheet.person, q2=("no", "理由", "予定"))
        sheet.submit(by=sheet.person, at=OCTOBER)
    assert _queries(client, campaign.get_absolute_url()) == few
    result = result_of(campaign, cast.section)
    with django_assert_max_num_queries(60):
        client.get(result.get_absolute_url())


def _queries(client, path) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)
