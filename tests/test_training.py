"""Training (3.9.2): who runs it, who is asked, what counts as done, what a chief learns, what the duty makes of it."""

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audits.models import Attendance, Audience, Course, TrainingSession
from audits.training.attendance_file import read_list
from audits.training.figures import Year, records
from audits.training.hands import Hands, joined_months_later
from audits.training.kinds import Kind
from audits.training.questions import Question, score
from audits.training.reminders import follow_staff, remind
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.duties.catalogue import load_duties
from musashimurayama_isms.duties.models import Duty, Occurrence
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .audit_rows import locks
from .factory import make_absence, make_appointment, make_deputyship, make_user
from .trainings import AT, DUE, EVERYONE, RIGHT, WRONG, announced, completed, make_course, make_session, row_of

pytestmark = pytest.mark.django_db
Status, Stage = Attendance.Status, TrainingSession.Status
NOON = datetime(2026, 6, 15, 13, 30, tzinfo=TOKYO)


def days(count: float) -> datetime:
    return AT + timedelta(days=count)


def told(person: User, words: str) -> int:
    return Notification.objects.filter(recipient=person, title__contains=words).count()


# -- courses and their test --------------------------------------------------------------------------------------------


def test_the_general_and_the_central_manager_make_courses_of_the_city_and_nobody_else_does(cast):
    for person in (cast.general_manager, cast.central_manager):
        make_course(cast, by=person, questions=[])
    for person in (cast.ciso, cast.section_officer, cast.clerk, cast.administrator):
        with pytest.raises(PermissionDenied):
            make_course(cast, by=person)


def test_a_chief_and_the_promoter_make_courses_of_their_own_section_only(cast):
    for person in (cast.section_officer, cast.promoter):
        make_course(cast, kind=Kind.WORKPLACE, by=person, department=cast.section, questions=[])
    with pytest.raises(PermissionDenied):
        make_course(cast, kind=Kind.WORKPLACE, by=cast.outsider_officer, department=cast.section)
    with pytest.raises(PermissionDenied):
        make_course(cast, kind=Kind.WORKPLACE, by=cast.section_officer)


def test_who_is_handed_the_duty_of_training_may_run_it_and_no_longer_after_a_transfer(cast):
    load_duties(at=AT)
    row = Occurrence.objects.open().filter(duty__code="training").first()
    row.hand_to(cast.secretary, by=cast.general_manager, at=AT)
    assert Hands(cast.secretary, at=AT).kinds == [Kind.YEARLY]
    make_session(cast, make_course(cast, by=cast.secretary), by=cast.secretary)
    with pytest.raises(PermissionDenied):
        make_course(cast, by=cast.secretary, kind=Kind.DRILL)
    cast.secretary.appointments.update(until=date(2026, 6, 9))
    make_appointment(cast.secretary, "shokuin.staff", since=date(2026, 6, 10))
    assert Hands(cast.secretary, at=days(20)).kinds == []


def test_who_gives_the_training_of_new_staff_is_the_city_s_choice(cast, monkeypatch):
    assert Hands(cast.personnel, at=AT).kinds == []
    monkeypatch.setattr("audits.training.hands.value", lambda code: RoleCode.PERSONNEL)
    assert Hands(cast.personnel, at=AT).kinds == [Kind.NEW_STAFF]


def test_a_question_that_nobody_could_answer_is_refused_beside_its_field(cast):
    course = make_course(cast, questions=[])
    for question, field in (
        (Question("", ["はい", "いいえ"]), "text"),
        (Question("問", ["はい"]), "choices"),
        (Question("問", ["はい", "はい"]), "choices"),
        (Question("問", ["はい", "いいえ"], 2), "answer"),
    ):
        with pytest.raises(ValidationError) as error:
            course.put_question(question, by=cast.general_manager, at=AT)
        assert field in error.value.error_dict
    assert course.questions == []


def test_questions_are_put_right_and_taken_out_and_a_retired_course_has_no_new_sessions(cast):
    course = make_course(cast)
    course.put_question(Question("新しい問", ["甲", "乙"], 1), number=1, by=cast.general_manager, at=AT)
    course.drop_question(2, by=cast.general_manager, at=AT)
    assert [each.text for each in course.test] == ["新しい問"]
    with pytest.raises(InvalidTransition):
        course.drop_question(2, by=cast.general_manager, at=AT)
    course.retire(by=cast.general_manager, at=AT)
    with pytest.raises(InvalidTransition):
        make_session(cast, course)
    with pytest.raises(InvalidTransition):
        course.retire(by=cast.general_manager, at=AT)
    course.revive(by=cast.general_manager, at=AT)
    make_session(cast, course)


def test_the_score_is_rounded_down_so_that_a_hundred_is_all_of_it():
    three = [Question(str(number), ["甲", "乙"], 0) for number in range(3)]
    assert [score(three, sheet) for sheet in ([0, 0, 0], [0, 0, 1], [1, 1, 1])] == [100, 66, 0]
    with pytest.raises(ValueError, match="answer"):
        score(three, [0])


# -- who is asked ------------------------------------------------------------------------------------------------------


def test_everyone_with_a_post_is_asked_also_part_time_staff_but_nobody_from_outside(cast):
    fixed, outside = make_user(kind=User.Kind.FIXED_TERM), make_user(kind=User.Kind.OUTSIDE)
    for person in (fixed, outside):
        make_appointment(person, "shimin-ka.staff")
    gone = make_user(left_on=date(2026, 5, 31))
    make_appointment(gone, "shimin-ka.staff")
    session = announced(cast)
    asked = set(session.attendances.values_list("person", flat=True))
    assert asked == {person.pk for person in cast.everyone()} | {fixed.pk}
    assert told(fixed, "の案内") == 1
    assert told(cast.general_manager, "の案内") == 0  # who announces it need not be told
    narrow = announced(cast, with_fixed_term=False)
    assert not narrow.attendances.filter(person=fixed).exists()


def test_groups_add_up(cast):
    new = make_user()
    make_appointment(new, "shokuin.staff", since=date(2026, 5, 1))
    groups = [
        {"group": Audience.Group.ROLE, "role": RoleCode.SECTION_OFFICER},
        {"group": Audience.Group.NEW_STAFF, "joined_since": date(2026, 4, 1)},
        {"group": Audience.Group.DEPARTMENT, "department": cast.division},
    ]
    session = announced(cast, audiences=groups)
    asked = set(session.attendances.values_list("person", flat=True))
    assert {new.pk, cast.clerk.pk, cast.division_officer.pk, cast.outsider_officer.pk, cast.central_manager.pk} <= asked
    assert cast.outsider_clerk.pk not in asked
    assert cast.ciso.pk not in asked


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"audiences": []}, "audiences"),
        ({"audiences": [{"group": Audience.Group.ROLE}]}, "role"),
        ({"audiences": [{"group": Audience.Group.NEW_STAFF}]}, "joined_since"),
        ({"form": "gathered"}, "starts_at"),
        ({"due_on": None}, "due_on"),
    ],
)
def test_a_session_that_lacks_something_is_not_prepared(cast, facts, field):
    course = make_course(cast)
    with pytest.raises(ValidationError) as error:
        make_session(cast, course, **facts)
    assert field in error.value.error_dict
    assert not TrainingSession.objects.exists()


def test_a_session_is_announced_only_when_it_is_ready(cast):
    course = make_course(cast)
    facts = {"name": "第1回", "form": "reading", "due_on": DUE}
    bare = TrainingSession.prepare(course, by=cast.general_manager, at=AT, audiences=EVERYONE, **facts)
    with pytest.raises(InvalidTransition, match="資料"):
        bare.open(by=cast.general_manager, at=AT)
    attach(course, SimpleUploadedFile("教材.txt", b"text"), by=cast.general_manager)
    with pytest.raises(InvalidTransition, match="期限"):
        bare.open(by=cast.general_manager, at=days(60))
    nobody = [{"group": Audience.Group.NEW_STAFF, "joined_since": date(2026, 5, 1)}]
    empty = TrainingSession.prepare(course, by=cast.general_manager, at=AT, audiences=nobody, **facts)
    with pytest.raises(InvalidTransition, match="対象"):
        empty.open(by=cast.general_manager, at=AT)
    assert bare.open(by=cast.general_manager, at=AT) == len(cast.everyone())
    empty.refresh_from_db()
    assert empty.status == Stage.DRAFT


def test_the_test_of_an_announced_session_stays_as_it_was(cast):
    course = make_course(cast)
    session = announced(cast, course)
    course.drop_question(1, by=cast.general_manager, at=days(1))
    assert len(TrainingSession.objects.get(pk=session.pk).test) == 2


def test_a_section_s_own_session_is_for_its_people_alone(cast):
    course = make_course(cast, kind=Kind.WORKPLACE, by=cast.section_officer, department=cast.section, questions=[])
    own = [{"group": Audience.Group.DEPARTMENT, "department": cast.section}]
    with pytest.raises(ValidationError):
        make_session(cast, course, by=cast.section_officer)
    other = [{"group": Audience.Group.DEPARTMENT, "department": cast.other_section}]
    with pytest.raises(ValidationError):
        make_session(cast, course, by=cast.section_officer, audiences=other)
    with pytest.raises(PermissionDenied):
        make_session(cast, course, by=cast.general_manager, audiences=own)
    session = announced(cast, course, by=cast.section_officer, audiences=own)
    people = {cast.clerk, cast.colleague, cast.promoter, cast.section_officer}
    assert set(session.attendances.values_list("person", flat=True)) == {person.pk for person in people}


def test_who_joins_moves_or_leaves_is_followed(cast):
    session = announced(cast)
    new = make_user()
    make_appointment(new, "shimin-ka.staff", since=date(2026, 6, 20))
    cast.colleague.appointments.update(until=date(2026, 6, 19))
    make_appointment(cast.colleague, "bunsho-hosei.staff", since=date(2026, 6, 20))
    User.objects.filter(pk=cast.promoter.pk).update(left_on=date(2026, 6, 19))
    completed(session, cast.clerk)
    later = days(19)
    assert follow_staff(at=later) == 1
    assert follow_staff(at=later) == 0
    assert row_of(session, new).due_on == date(2026, 7, 19)  # as much time as the others had
    assert told(new, "の案内") == 1
    assert row_of(session, cast.colleague).department == cast.other_section
    gone = row_of(session, cast.promoter)
    assert (gone.status, gone.is_released) == (Status.EXCUSED, True)
    User.objects.filter(pk=cast.promoter.pk).update(left_on=None)
    follow_staff(at=later)
    assert row_of(session, cast.promoter).status == Status.WAITING
    assert row_of(session, cast.clerk).status == Status.COMPLETED


def test_whoever_attends_holds_the_session_first(cast, monkeypatch):
    session = announced(cast)
    locked = locks(monkeypatch)
    row_of(session, cast.clerk).attend(by=cast.clerk, at=AT)
    assert locked[:2] == ["TrainingSession", "Attendance"]


def test_who_is_through_meanwhile_is_not_released(cast, monkeypatch):
    session = announced(cast)
    User.objects.filter(pk__in=[cast.promoter.pk, cast.colleague.pk]).update(left_on=date(2026, 6, 19))

    def through_meanwhile(rows, fields, **given):
        session.attendances.filter(person=cast.promoter).update(status=Status.COMPLETED, completed_at=AT)

    monkeypatch.setattr(type(session.attendances.all()), "bulk_update", lambda self, *args, **given: through_meanwhile(*args, **given))
    assert session.align(at=days(19)).released == 1
    assert row_of(session, cast.promoter).status == Status.COMPLETED


def test_new_staff_have_the_time_that_the_city_gives_them(cast):
    course = make_course(cast, kind=Kind.NEW_STAFF)
    new, older = make_user(), make_user()
    make_appointment(new, "shimin-ka.staff", since=date(2026, 6, 1))
    make_appointment(older, "shimin-ka.staff", since=date(2026, 4, 1))
    groups = [{"group": Audience.Group.NEW_STAFF, "joined_since": date(2026, 4, 1)}]
    session = announced(cast, course, audiences=groups, due_on=date(2027, 3, 31))
    assert row_of(session, new).due_on == date(2026, 7, 1)
    assert row_of(session, older).due_on == date(2026, 6, 15)  # its month is over: two weeks from the announcement
    assert joined_months_later(date(2027, 1, 31), 1) == date(2027, 2, 28)


# -- attending and the test --------------------------------------------------------------------------------------------


def test_reading_then_passing_the_test_completes_it(cast):
    session = announced(cast)
    row = row_of(session, cast.clerk)
    with pytest.raises(InvalidTransition, match="受講した後"):
        row.take_test(RIGHT, by=cast.clerk, at=AT)
    row.attend(by=cast.clerk, at=AT)
    assert row.status == Status.ATTENDED
    attempt = row.take_test(WRONG, by=cast.clerk, at=AT)
    assert (attempt.score, attempt.passed, row.status) == (0, False, Status.ATTENDED)
    row.take_test(RIGHT, by=cast.clerk, at=AT)
    assert (row.status, row.best_score, row.tries_used) == (Status.COMPLETED, 100, 2)
    with pytest.raises(InvalidTransition, match="済んで"):
        row.take_test(RIGHT, by=cast.clerk, at=AT)
    with pytest.raises(InvalidTransition):
        row.attend(by=cast.clerk, at=AT)


def test_the_result_of_a_test_never_enters_the_trail(cast):
    session = announced(cast)
    row = completed(session, cast.clerk)
    entry = Entry.objects.about(row).get(verb="audits.attendance.tested")
    assert entry.changes == {}


def test_who_has_used_up_the_tries_gets_another_from_the_organiser_only(cast):
    session = announced(cast)
    row = row_of(session, cast.clerk)
    row.attend(by=cast.clerk, at=AT)
    with pytest.raises(InvalidTransition):
        row.grant_try(by=cast.general_manager, at=AT)
    for _ in range(2):
        row.take_test(WRONG, by=cast.clerk, at=AT)
    with pytest.raises(InvalidTransition, match="使い切り"):
        row.take_test(RIGHT, by=cast.clerk, at=AT)
    for person in (cast.clerk, cast.section_officer, cast.ciso):
        with pytest.raises(PermissionDenied):
            row.grant_try(by=person, at=AT)
    row.grant_try(by=cast.general_manager, at=AT)
    row.take_test(RIGHT, by=cast.clerk, at=AT)
    assert row.status == Status.COMPLETED


@pytest.mark.parametrize("sheet", [[0], [0, 1, 0], [0, 2], [-1, 1], []])
def test_a_sheet_that_does_not_fit_is_no_try(cast, sheet):
    session = announced(cast)
    row = row_of(session, cast.clerk)
    row.attend(by=cast.clerk, at=AT)
    with pytest.raises(ValidationError):
        row.take_test(sheet, by=cast.clerk, at=AT)
    assert (row_of(session, cast.clerk).tries_used, row.attempts.count()) == (0, 0)


def test_nobody_attends_or_answers_for_another(cast):
    session = announced(cast)
    row = row_of(session, cast.clerk)
    for act in (row.attend, lambda **facts: row.take_test(RIGHT, **facts)):
        with pytest.raises(PermissionDenied):
            act(by=cast.colleague, at=AT)


def test_at_a_gathering_the_organiser_enters_who_was_there_and_the_test_follows(cast):
    session = announced(cast, form="gathered", starts_at=NOON, place="第1会議室")
    assert session.due_on == NOON.date()
    row = row_of(session, cast.clerk)
    with pytest.raises(InvalidTransition, match="主催者"):
        row.attend(by=cast.clerk, at=days(15))
    with pytest.raises(ValidationError):
        session.enter([cast.clerk.pk], on=date(2026, 6, 15), by=cast.general_manager, at=AT)
    people = [cast.clerk.pk, cast.colleague.pk]
    assert session.enter(people, on=date(2026, 6, 15), by=cast.general_manager, at=days(15)) == 2
    assert session.enter(people, on=date(2026, 6, 15), by=cast.general_manager, at=days(15)) == 0
    assert row_of(session, cast.clerk).status == Status.ATTENDED
    row.take_test(RIGHT, by=cast.clerk, at=days(15))
    assert row.status == Status.COMPLETED
    with pytest.raises(PermissionDenied):
        session.enter(people, on=date(2026, 6, 15), by=cast.section_officer, at=days(15))


def test_where_people_enter_themselves_they_do_so_once_it_has_begun(cast):
    session = announced(cast, make_course(cast, questions=[]), form="gathered", starts_at=NOON, self_entry=True)
    row = row_of(session, cast.clerk)
    with pytest.raises(InvalidTransition, match="始まって"):
        row.attend(by=cast.clerk, at=AT)
    row.attend(by=cast.clerk, at=NOON)
    assert row.status == Status.COMPLETED  # there is no test


def test_excusing_and_putting_back_need_a_reason_and_the_person_is_told(cast):
    session = announced(cast)
    row = row_of(session, cast.clerk)
    with pytest.raises(ValidationError):
        row.excuse(reason=" ", by=cast.general_manager, at=AT)
    row.excuse(reason="育児休業", by=cast.general_manager, at=AT)
    assert told(cast.clerk, "対象外") == 1
    with pytest.raises(InvalidTransition):
        row.attend(by=cast.clerk, at=AT)
    row.put_back(reason="復職", by=cast.general_manager, at=AT)
    row.attend(by=cast.clerk, at=AT)
    row.put_back(reason="誤って押した", by=cast.general_manager, at=AT)
    assert (row.status, row.attended_on, row.tries_used) == (Status.WAITING, None, 0)


def test_a_deputy_enters_in_the_place_of_the_general_manager(cast):
    session = announced(cast)
    make_deputyship("kikaku-zaisei.head", cast.secretary)
    make_absence(cast.general_manager, starts_at=days(1))
    session.enter([cast.clerk.pk], on=AT.date(), by=cast.secretary, at=days(1) + timedelta(hours=1))
    entry = Entry.objects.about(session).get(verb="audits.training_session.entered")
    assert entry.in_place_of == cast.general_manager.name


# -- the list of who was there -----------------------------------------------------------------------------------------


def csv(*rows: str) -> bytes:
    return "\r\n".join(["職員番号,氏名,出席日", *rows]).encode("cp932")


def test_a_list_is_read_and_its_days_are_kept(cast):
    session = announced(cast)
    content = csv(f"{cast.clerk.staff_number},市民花子,2026-06-02", f"{cast.colleague.staff_number},,")
    found = read_list(session, content, "出席.csv", on=date(2026, 6, 3), today=date(2026, 6, 4))
    assert {row.person: row.on for row in found} == {cast.clerk.pk: date(2026, 6, 2), cast.colleague.pk: date(2026, 6, 3)}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("999,,", "2行目：職員番号「999」の職員は、この回の対象にいません"),
        (",だれか,", "職員番号がありません"),
        ("{number},別人,", "氏名が職員番号"),
        ("{number},,昨日", "日付として読めません"),
        ("{number},,2026-13-01", "日付として読めません"),
        ("{number},,2026-06-30", "今日より後"),
        ("{number},,\r\n{number},,", "2度"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_entered(cast, row, words):
    session = announced(cast)
    with pytest.raises(ValidationError, match=words):
        read_list(session, csv(row.format(number=cast.clerk.staff_number)), "出席.csv", on=AT.date(), today=AT.date())


def test_a_file_without_the_heading_or_rows_is_refused_in_its_own_words(cast):
    session = announced(cast)
    for content, words in ((b"a,b\r\n1,2", "職員番号"), ("職員番号,氏名".encode(), "出席者の内容")):
        with pytest.raises(ValidationError, match=words):
            read_list(session, content, "出席.csv", on=AT.date(), today=AT.date())


# -- the end, the follow-up, the duty ----------------------------------------------------------------------------------


def test_a_session_does_not_end_over_missing_people_without_a_reason_or_a_follow_up(cast):
    session = announced(cast)
    completed(session, cast.clerk)
    with pytest.raises(ValidationError):
        session.close(by=cast.general_manager, at=days(30))
    follow_up = session.follow_up(name="補講", form="reading", due_on=date(2026, 7, 31), by=cast.general_manager, at=days(30))
    session.close(by=cast.general_manager, at=days(30))
    attach(follow_up, SimpleUploadedFile("資料.txt", b"text"), by=cast.general_manager)
    follow_up.open(by=cast.general_manager, at=days(30))
    assert not follow_up.attendances.filter(person=cast.clerk).exists()
    assert follow_up.attendances.count() == len(cast.everyone()) - 1
    completed(follow_up, cast.colleague, at=days(31))
    made_up = row_of(session, cast.colleague)
    assert (made_up.status, made_up.how) == (Status.COMPLETED, Attendance.How.FOLLOW_UP)
    follow_staff(at=days(31))
    assert row_of(follow_up, cast.promoter).status == Status.WAITING


def test_an_entry_at_a_follow_up_without_a_test_makes_up_as_well(cast):
    session = announced(cast, make_course(cast, questions=[]))
    follow_up = session.follow_up(name="補講", form="gathered", starts_at=days(20), by=cast.general_manager, at=days(10))
    follow_up.open(by=cast.general_manager, at=days(10))
    follow_up.enter([cast.clerk.pk], on=days(20).date(), by=cast.general_manager, at=days(20))
    assert row_of(session, cast.clerk).status == Status.COMPLETED


def test_closed_it_takes_no_entries_until_it_is_reopened_and_called_off_it_never_does(cast):
    session = announced(cast)
    row = row_of(session, cast.clerk)
    session.close(note="年度末", by=cast.general_manager, at=days(30))
    for act in (lambda: row.attend(by=cast.clerk, at=days(31)), lambda: row.excuse(reason="休職", by=cast.general_manager, at=days(31))):
        with pytest.raises(InvalidTransition):
            act()
    with pytest.raises(InvalidTransition):
        session.enter([cast.clerk.pk], on=AT.date(), by=cast.general_manager, at=days(31))
    session.reopen(by=cast.general_manager, at=days(31))
    row.attend(by=cast.clerk, at=days(31))
    with pytest.raises(ValidationError):
        session.cancel(note="", by=cast.general_manager, at=days(31))
    session.cancel(note="台風", by=cast.general_manager, at=days(31))
    assert told(cast.clerk, "中止") == 1
    with pytest.raises(InvalidTransition):
        session.reopen(by=cast.general_manager, at=days(31))


def test_the_round_of_the_duty_is_done_with_the_session(cast):
    load_duties(at=AT)
    session = announced(cast)
    assert session.occurrence.duty.code == "training"
    completed(session, cast.clerk)
    session.close(note="都合による", by=cast.general_manager, at=days(30))
    row = Occurrence.objects.get(pk=session.occurrence_id)
    assert (row.status, row.done_by) == (Occurrence.Status.DONE, cast.general_manager)
    assert "修了1人" in row.note


def test_where_another_ends_it_the_holder_of_the_duty_is_told_and_records_it(cast):
    load_duties(at=AT)
    session = announced(cast, by=cast.central_manager)
    session.close(note="都合による", by=cast.central_manager, at=days(30))
    assert Occurrence.objects.get(pk=session.occurrence_id).is_open
    assert told(cast.general_manager, "研修が終わりました") == 1


def test_a_drill_waits_for_its_evaluation_and_belongs_to_whatever_it_is_about(cast):
    load_duties(at=AT)
    course = make_course(cast, kind=Kind.DRILL, questions=[])
    subject = Course.objects.create(code="any-object", title="訓練の主体", kind=Kind.DRILL, theme="試験")
    session = announced(cast, course, about=subject, due_on=date(2026, 11, 30))
    assert list(TrainingSession.objects.about(subject)) == [session]
    session.close(note="振り返り", by=cast.general_manager, at=days(30))
    row = Occurrence.objects.get(pk=session.occurrence_id)
    assert (row.duty.code, row.is_open) == ("drill", True)


def test_a_chief_s_own_session_does_the_section_s_round_of_education(cast):
    load_duties(at=AT)
    course = make_course(cast, kind=Kind.WORKPLACE, by=cast.section_officer, department=cast.section, questions=[])
    own = [{"group": Audience.Group.DEPARTMENT, "department": cast.section}]
    session = announced(cast, course, by=cast.section_officer, audiences=own, due_on=date(2026, 10, 30))
    session.close(note="全員と話した", by=cast.section_officer, at=days(120))
    row = Occurrence.objects.get(pk=session.occurrence_id)
    assert (row.duty.code, row.department, row.status) == ("education", cast.section, Occurrence.Status.DONE)


def test_a_new_day_of_an_announced_session_reaches_those_who_wait(cast):
    session = announced(cast, form="gathered", starts_at=NOON)
    session.enter([cast.clerk.pk], on=AT.date(), by=cast.general_manager, at=AT)
    later = NOON + timedelta(days=7)
    session.reschedule(starts_at=later, due_on=later.date(), place="講堂", by=cast.general_manager, at=days(2))
    assert row_of(session, cast.colleague).due_on == later.date()
    assert told(cast.colleague, "日時・場所が変わりました") == 1
    with pytest.raises(InvalidTransition):
        session.edit(by=cast.general_manager, at=days(2), audiences=EVERYONE, name="別")


# -- reminders, figures, what is seen ----------------------------------------------------------------------------------


def test_each_word_is_sent_once_also_after_days_of_silence_and_the_chief_learns_the_number(cast):
    session = announced(cast)
    completed(session, cast.clerk)
    assert remind(at=days(2)) == 0
    for at in (days(23), days(24), days(25)):
        remind(at=at)
    assert told(cast.colleague, "を受けてください") == 1
    assert told(cast.clerk, "を受けてください") == 0
    for at in (days(33), days(33), days(34)):  # the beat was off on the day after the last one
        remind(at=at)
    assert told(cast.colleague, "【期限超過】") == 1
    assert told(cast.section_officer, "受けていない職員が3人います") == 1
    session.close(note="終了", by=cast.general_manager, at=days(35))
    assert remind(at=days(60)) == 0


def test_the_year_counts_each_section_and_a_follow_up_is_not_counted_twice(cast):
    session = announced(cast)
    completed(session, cast.clerk)
    row_of(session, cast.promoter).excuse(reason="休職", by=cast.general_manager, at=AT)
    follow_up = session.follow_up(name="補講", form="gathered", starts_at=days(20), by=cast.general_manager, at=AT)
    follow_up.open(by=cast.general_manager, at=AT)
    year = Year(cast.ciso, at=AT)
    (line,) = [line for line in year.lines if line.department == cast.section]
    assert (line.asked, line.done, line.rate, line.before) == (3, 1, 33, None)
    assert [line.department for line in Year(cast.section_officer, at=AT).lines] == [cast.section]
    assert {line.department for line in Year(cast.division_officer, at=AT).lines} == {cast.section, cast.division}
    assert not Year(cast.clerk, at=AT).may_see
    found = records(at=days(60))
    assert (found.open, found.late) == (13, 13)  # asked twice, to be done once


def test_who_sees_a_session_and_whose_rows(cast):
    draft = make_session(cast)
    seen = TrainingSession.objects.visible_to
    assert not seen(cast.clerk, at=AT).filter(pk=draft.pk).exists()
    groups = [{"group": Audience.Group.DEPARTMENT, "department": cast.section}]
    session = announced(cast, audiences=groups)
    for person in (cast.clerk, cast.section_officer, cast.division_officer, cast.ciso, cast.central_manager):
        assert seen(person, at=AT).filter(pk=session.pk).exists(), person
    for person in (cast.outsider_clerk, cast.outsider_officer, cast.personnel):
        assert not seen(person, at=AT).filter(pk=session.pk).exists(), person
    rows = Attendance.objects.visible_to
    assert rows(cast.clerk, at=AT).get().person == cast.clerk
    assert rows(cast.section_officer, at=AT).count() == 4


# -- every path --------------------------------------------------------------------------------------------------------

ACTS = ("attend", "wrong", "right", "enter", "excuse", "put_back", "grant", "close", "reopen", "follow")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=st.lists(st.sampled_from(ACTS), max_size=12))
def test_whatever_people_press_a_row_is_completed_only_by_attending_and_passing(cast, walk):
    session, by = announced(cast, make_course(cast)), {"by": cast.general_manager, "at": days(1)}
    row = row_of(session, cast.clerk)
    acts = {
        "attend": lambda: row.attend(by=cast.clerk, at=days(1)),
        "wrong": lambda: row.take_test(WRONG, by=cast.clerk, at=days(1)),
        "right": lambda: row.take_test(RIGHT, by=cast.clerk, at=days(1)),
        "enter": lambda: session.enter([cast.clerk.pk], on=AT.date(), **by),
        "excuse": lambda: row.excuse(reason="休職", **by),
        "put_back": lambda: row.put_back(reason="訂正", **by),
        "grant": lambda: row.grant_try(**by),
        "close": lambda: session.close(note="終了", **by),
        "reopen": lambda: session.reopen(**by),
        "follow": lambda: session.align(at=days(1)),
    }
    for act in walk:
        row.refresh_from_db()
        session.refresh_from_db()
        before = (row.status, session.status)
        with suppress(InvalidTransition):
            acts[act]()
        row = row_of(session, cast.clerk)
        session.refresh_from_db()
        assert row.status == before[0] or row.status in Attendance.TRANSITIONS[before[0]]
        assert session.status == before[1] or session.status in TrainingSession.TRANSITIONS[before[1]]
        assert (row.completed_at is not None) == (row.status == Status.COMPLETED)
        if row.status == Status.COMPLETED:
            assert row.attended_on
            assert row.attempts.filter(passed=True).exists()
        assert row.tries_used <= session.tries + row.extra_tries


def test_the_duties_named_by_the_kinds_are_in_the_reference_data(cast):
    from audits.training.kinds import DUTIES

    load_duties(at=AT)
    assert set(DUTIES.values()) <= set(Duty.objects.values_list("code", flat=True))
