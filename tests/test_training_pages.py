"""The room of training: what each person sees, what a button does, and what stays when something is wrong."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.models import Attendance, Audience, Course, TrainingSession
from audits.training.kinds import Kind
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.jobs.models import Job, JobResult
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.trail.models import Entry

from .factory import make_appointment, make_user
from .taken import take, text_of
from .trainings import AT, announced, completed, make_course, make_session, row_of

pytestmark = pytest.mark.django_db
DAY = {"on_year": "R8", "on_month": "6", "on_day": "1"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT + timedelta(hours=1), tick=False) as travelled:
        yield travelled


def page(cast, user, name="training", *args, **query) -> str:
    answer = cast.client(user).get(reverse(f"audits:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def status(cast, user, name, *args, **query) -> int:
    return cast.client(user).get(reverse(f"audits:{name}", args=args), query).status_code


def act(cast, user, name, /, *args, **data):
    return cast.client(user).post(reverse(f"audits:{name}", args=args), data)


def day(prefix: str, *parts: str) -> dict[str, str]:
    return dict(zip((f"{prefix}_{part}" for part in ("year", "month", "day", "hour", "minute")), parts, strict=False))


def test_what_is_to_be_done_stands_on_the_desk_and_in_the_room_and_goes_away(cast):
    session = announced(cast)
    desk = cast.client(cast.clerk).get(reverse("desk")).content.decode()
    assert "情報セキュリティの基本（第1回）" in desk
    assert "資料を読みました" in page(cast, cast.clerk, "training_session", session.pk)
    assert act(cast, cast.clerk, "training_attend", session.pk).status_code == 302
    assert "テストを受ける" in page(cast, cast.clerk, "training_session", session.pk)
    assert "あと2回受けられます" in page(cast, cast.clerk, "training_test", session.pk)
    assert act(cast, cast.clerk, "training_test", session.pk, q0="0", q1="1").status_code == 302
    text = page(cast, cast.clerk, "training_session", session.pk)
    assert "100点" in text
    assert "修了証を作る" in text
    assert "短い時間でもロックします" in text
    assert "これから受ける研修はありません" in page(cast, cast.clerk)
    assert "情報セキュリティの基本（第1回）" not in cast.client(cast.clerk).get(reverse("desk")).content.decode()


def test_a_question_left_out_is_named_and_costs_no_try(cast):
    session = announced(cast)
    row_of(session, cast.clerk).attend(by=cast.clerk, at=AT)
    answer = act(cast, cast.clerk, "training_test", session.pk, q0="0")
    assert answer.status_code == 422
    assert "問2" in answer.content.decode()
    assert row_of(session, cast.clerk).tries_used == 0


def test_after_a_failed_try_the_right_answers_are_not_told_while_tries_are_left(cast):
    session = announced(cast)
    row_of(session, cast.clerk).attend(by=cast.clerk, at=AT)
    act(cast, cast.clerk, "training_test", session.pk, q0="1", q1="0")
    text = page(cast, cast.clerk, "training_session", session.pk)
    assert "不合格" in text
    assert "短い時間でもロックします" not in text
    act(cast, cast.clerk, "training_test", session.pk, q0="1", q1="0")
    text = page(cast, cast.clerk, "training_session", session.pk)
    assert "使い切りました" in text
    assert "短い時間でもロックします" in text
    assert act(cast, cast.clerk, "training_test", session.pk, q0="0", q1="1").status_code == 302
    assert row_of(session, cast.clerk).status == Attendance.Status.ATTENDED


def test_the_results_are_for_the_person_and_the_organiser_and_a_chief_sees_done_or_not(cast):
    session = announced(cast)
    completed(session, cast.clerk)
    row_of(session, cast.colleague).attend(by=cast.colleague, at=AT)
    organiser = page(cast, cast.general_manager, "training_people", session.pk)
    assert "100点" in organiser
    assert "テスト待ち" in organiser
    for person in (cast.section_officer, cast.ciso):
        text = page(cast, person, "training_people", session.pk)
        assert "市民 花子" in text
        assert "100点" not in text
        assert "テスト待ち" not in text
    assert "文書 法子" not in page(cast, cast.section_officer, "training_people", session.pk)
    assert status(cast, cast.clerk, "training_people", session.pk) == 404
    chief = text_of(take(cast.client(cast.section_officer), "audits.people", of=session.pk))
    assert "まだ" in chief
    assert "最高点" not in chief
    own = text_of(take(cast.client(cast.general_manager), "audits.people", of=session.pk))
    assert "最高点" in own
    assert Entry.objects.filter(verb="exports.table.taken").count() == 2


def test_the_chief_has_a_list_of_who_is_missing_narrowed_by_session(cast):
    session = announced(cast)
    other = announced(cast, make_course(cast, title="標的型メール"))
    completed(session, cast.clerk)
    text = page(cast, cast.section_officer, "training_section", session=session.pk)
    assert "市民 次郎" in text
    assert "市民 花子" not in text
    assert "市民 花子" in page(cast, cast.section_officer, "training_section", session=other.pk)
    assert status(cast, cast.clerk, "training_section") == 404


def test_the_organiser_ticks_who_was_there(cast):
    session = announced(cast, make_course(cast, questions=[]), form="gathered", starts_at=AT)
    none = act(cast, cast.general_manager, "training_enter", session.pk, **DAY)
    assert none.status_code == 302
    bad = act(cast, cast.general_manager, "training_enter", session.pk, person=[cast.clerk.pk], **{**DAY, "on_day": "30"})
    assert bad.status_code == 422
    assert row_of(session, cast.clerk).status == Attendance.Status.WAITING
    act(cast, cast.general_manager, "training_enter", session.pk, person=[cast.clerk.pk, cast.colleague.pk], **DAY)
    assert session.attendances.filter(status=Attendance.Status.COMPLETED).count() == 2
    assert act(cast, cast.section_officer, "training_enter", session.pk, **DAY).status_code == 403


def test_a_list_with_a_wrong_row_enters_nobody_and_says_which(cast):
    session = announced(cast, make_course(cast, questions=[]), form="gathered", starts_at=AT)
    rows = f"職員番号\r\n{cast.clerk.staff_number}\r\n999\r\n"
    answer = act(cast, cast.general_manager, "training_import", session.pk, file=SimpleUploadedFile("出席.csv", rows.encode()), **DAY)
    assert answer.status_code == 422
    assert "3行目" in answer.content.decode()
    assert row_of(session, cast.clerk).status == Attendance.Status.WAITING
    good = SimpleUploadedFile("出席.csv", f"職員番号\r\n{cast.clerk.staff_number}\r\n".encode())
    assert act(cast, cast.general_manager, "training_import", session.pk, file=good, **DAY).status_code == 302
    assert row_of(session, cast.clerk).how == Attendance.How.LIST


def test_a_session_from_the_course_to_the_announcement(cast):
    course = make_course(cast)
    by = cast.general_manager
    facts = {"name": "第1回", "form": "reading", "with_fixed_term": "on", "message": "よろしくお願いします"}
    nobody = act(cast, by, "training_prepare", course.pk, **facts, **day("due_on", "R8", "6", "30"))
    assert nobody.status_code == 422
    assert "よろしくお願いします" in nobody.content.decode()
    assert "対象を1つ以上選んでください" in nobody.content.decode()
    assert not TrainingSession.objects.exists()
    made = act(cast, by, "training_prepare", course.pk, everyone="on", **facts, **day("due_on", "R8", "6", "30"))
    session = TrainingSession.objects.get()
    assert made.url == session.get_absolute_url()
    act(cast, by, "training_open", session.pk)
    session.refresh_from_db()
    assert session.is_draft  # nothing to read yet
    act(cast, by, "training_material", session.pk, uploads=SimpleUploadedFile("教材.txt", b"text"))
    edited = {**facts, "name": "資料閲覧", "roles": ["SECTION_OFFICER"], "departments": [cast.section.pk]}
    assert act(cast, by, "training_edit", session.pk, **edited, **day("due_on", "R8", "7", "31")).status_code == 302
    act(cast, by, "training_open", session.pk)
    session.refresh_from_db()
    assert (session.status, session.name) == (TrainingSession.Status.OPEN, "資料閲覧")
    assert "教材.txt" in page(cast, cast.clerk, "training_session", session.pk)


def test_a_gathering_without_an_hour_is_told_beside_the_field(cast):
    answer = act(cast, cast.general_manager, "training_prepare", make_course(cast).pk, name="集合", form="gathered", everyone="on")
    assert answer.status_code == 422
    assert "開始日時を入力してください" in answer.content.decode()


def test_rescheduling_closing_and_the_follow_up_by_the_page(cast):
    session, by = announced(cast), cast.general_manager
    act(cast, by, "training_edit", session.pk, **day("due_on", "R8", "7", "10"))
    session.refresh_from_db()
    assert session.due_on.day == 10
    refused = act(cast, by, "training_close", session.pk, note="")
    assert refused.status_code == 422
    assert "まだの人が15人います" in refused.content.decode()
    facts = {"name": "補講", "form": "gathered", "place": "講堂", **day("starts_at", "R8", "7", "20", "10", "0")}
    assert act(cast, by, "training_follow_up", session.pk, **facts).status_code == 302
    follow_up = session.follow_ups.get()
    assert follow_up.audiences.get().group == Audience.Group.MISSED
    assert "補講" in page(cast, by, "training_session", session.pk)
    assert act(cast, by, "training_close", session.pk, note="補講を行う").status_code == 302
    assert act(cast, by, "training_reopen", session.pk).status_code == 302
    assert act(cast, by, "training_cancel", follow_up.pk, note="").status_code == 422
    assert act(cast, by, "training_cancel", follow_up.pk, note="講師の都合").status_code == 302
    assert "講師の都合" in page(cast, by, "training_session", follow_up.pk)


def test_a_course_with_its_questions_by_the_page(cast):
    by = cast.central_manager
    facts = {
        "kind": Kind.ROLE,
        "title": "担当者の研修",
        "theme": "受領と判断",
        "pass_mark": "80",
        "tries": "3",
        "clauses": "3.9.2.1、3.4.2.7.2",
    }
    bad = act(cast, by, "training_course_new", **{**facts, "pass_mark": "120"})
    assert bad.status_code == 422
    assert "担当者の研修" in bad.content.decode()
    act(cast, by, "training_course_new", **facts)
    course = Course.objects.get()
    assert course.clauses == ["3.9.2.1", "3.4.2.7.2"]
    question = {"text": "だれに伝えますか。", "choices": "三者\n部長だけ", "answer": "3"}
    assert act(cast, by, "training_question_new", course.pk, **question).status_code == 422
    assert act(cast, by, "training_question_new", course.pk, **{**question, "answer": "1"}).status_code == 302
    assert "三者" in page(cast, by, "training_course", course.pk)
    act(cast, by, "training_question", course.pk, 1, **{**question, "answer": "2"})
    assert Course.objects.get().test[0].right == "部長だけ"
    act(cast, by, "training_course_edit", course.pk, title="課長の研修", theme="受領", pass_mark="60", tries="1")
    act(cast, by, "training_course_material", course.pk, uploads=SimpleUploadedFile("教材.txt", b"text"))
    act(cast, by, "training_question_drop", course.pk, 1)
    act(cast, by, "training_course_retire", course.pk)
    course.refresh_from_db()
    assert (course.title, course.pass_mark, course.questions, course.is_active) == ("課長の研修", 60, [], False)
    act(cast, by, "training_course_revive", course.pk)
    assert status(cast, cast.clerk, "training_course", course.pk) == 404


def test_who_was_asked_sees_the_course_but_not_its_answers(cast):
    session = announced(cast)
    text = page(cast, cast.clerk, "training_course", session.course_id)
    assert "正しい答え" not in text
    assert "正しい答え" in page(cast, cast.ciso, "training_course", session.course_id)


def test_a_promoter_holds_the_session_of_the_section_from_the_course_for_all(cast):
    reference.load("training_courses.json")
    course = Course.objects.get(code="workplace")
    facts = {"name": "朝礼", "form": "gathered", "with_fixed_term": "on", **day("starts_at", "R8", "6", "10", "8", "40")}
    assert act(cast, cast.promoter, "training_prepare", course.pk, **facts).status_code == 302
    session = TrainingSession.objects.get()
    assert session.department == cast.section
    assert [str(group) for group in session.audiences.all()] == [cast.section.full_name]
    assert act(cast, cast.outsider_officer, "training_open", session.pk).status_code == 404


def test_the_courses_of_the_reference_data_can_be_held_as_they_are(cast):
    reference.load("training_courses.json")
    again = reference.load("training_courses.json")
    assert (again[0].created, again[0].kept) == (0, Course.objects.count())
    for course in Course.objects.all():
        for question in course.test:
            question.check()
        course.full_clean(exclude=["made_by"])


def test_the_certificate_is_made_for_the_person_and_the_organiser_alone(cast):
    session = announced(cast)
    row = completed(session, cast.clerk)
    assert act(cast, cast.section_officer, "training_certificate", row.pk).status_code == 403
    assert act(cast, cast.colleague, "training_certificate", row.pk).status_code == 404
    for person in (cast.clerk, cast.general_manager):
        answer = act(cast, person, "training_certificate", row.pk)
        job = Job.objects.get(created_by=person)
        assert answer.url == job.get_absolute_url()
        run_job(job.pk)
        result = JobResult.objects.get(job=job)
        assert result.content.read().startswith(b"%PDF")
        assert result.name == "修了証-情報セキュリティの基本.pdf"


def test_a_certificate_that_was_put_back_meanwhile_is_not_made(cast):
    session = announced(cast)
    row = completed(session, cast.clerk)
    act(cast, cast.clerk, "training_certificate", row.pk)
    row.put_back(reason="誤り", by=cast.general_manager, at=AT)
    job = Job.objects.get()
    run_job(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED
    assert not JobResult.objects.exists()


def test_the_year_by_section_is_shown_and_leaves_the_portal(cast):
    session = announced(cast)
    completed(session, cast.clerk)
    text = page(cast, cast.ciso, "training_year")
    assert "令和8年度" in text
    assert "25％" in text
    assert "この年度の研修はまだありません" in page(cast, cast.ciso, "training_year", year="2025")
    assert status(cast, cast.clerk, "training_year") == 404
    table = text_of(take(cast.client(cast.ciso), "audits.training_year"))
    assert "市民部市民課,4,1,3,25," in table


def test_excusing_putting_back_and_another_try_by_the_page(cast):
    session, by = announced(cast), cast.general_manager
    row = row_of(session, cast.clerk)
    assert act(cast, by, "training_excuse", row.pk, reason="").status_code == 422
    assert act(cast, by, "training_excuse", row.pk, reason="休職").status_code == 302
    assert act(cast, by, "training_put_back", row.pk, reason="復職").status_code == 302
    row.attend(by=cast.clerk, at=AT)
    for _ in range(2):
        row.take_test([1, 0], by=cast.clerk, at=AT)
    assert act(cast, by, "training_grant_try", row.pk).status_code == 302
    assert row_of(session, cast.clerk).tries_left == 1
    assert act(cast, cast.section_officer, "training_excuse", row.pk, reason="休職").status_code == 403


def test_a_draft_is_nobody_s_but_the_organiser_s(cast):
    session = make_session(cast)
    assert "まだ案内していません" in page(cast, cast.central_manager, "training_session", session.pk)
    assert status(cast, cast.clerk, "training_session", session.pk) == 404
    assert status(cast, cast.section_officer, "training_session", session.pk) == 404
    assert status(cast, cast.general_manager, "training_people", session.pk) == 404


@pytest.mark.parametrize(
    "name", ["training_session", "training_people", "training_section", "training_year", "training_sessions", "training"]
)
def test_a_page_asks_no_more_for_a_thousand_people_than_for_a_dozen(cast, name):
    session = announced(cast)
    person = cast.section_officer if name == "training_section" else cast.general_manager
    url = reverse(f"audits:{name}", args=[session.pk] if name in ("training_session", "training_people") else [])
    client = cast.client(person)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    people = [make_user() for _ in range(60)]
    for each in people:
        make_appointment(each, "shimin-ka.staff")
    session.align(at=AT)
    if name in ("training", "training_sessions"):
        for number in range(4):
            announced(cast, session.course, name=f"第{number + 2}回")
    client.get(url)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) <= len(few), [row["sql"][:150] for row in many.captured_queries]
