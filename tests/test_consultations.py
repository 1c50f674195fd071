"""相談 (3.9.1.1): who asks, who answers, who sees it, what it becomes."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.consultations.reminders import remind_overdue
from incidents.models import Consultation, Incident
from incidents.report_figures import consultations as figures
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.approvals.catalogue import load_request_types
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.transitions import InvalidTransition

from .factory import make_absence, make_deputyship, make_user
from .test_incident_pages import count_queries

MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=TOKYO)  # a Tuesday
Status = Consultation.Status


def asked(cast, by=None, at=MORNING, **fields) -> Consultation:
    given = {"topic": "unclear", "title": "媒体の使いかた", "text": "使ってよいか分からない"} | fields
    return Consultation.ask(by=by or cast.clerk, at=at, **given)


def seen_by(cast, row, at=MORNING) -> set[str]:
    return {user.username for user in cast.everyone() if Consultation.objects.visible_to(user, at=at).filter(pk=row.pk).exists()}


def test_a_question_goes_to_the_central_manager_and_nobody_else_sees_it(cast):
    row = asked(cast)
    assert row.number == "R8-001"
    assert row.due_at == datetime(2026, 11, 27, 17, 15, tzinfo=TOKYO)
    assert seen_by(cast, row) == {"clerk", "central_manager"}
    assert list(Consultation.objects.waiting_for(cast.central_manager, at=MORNING)) == [row]
    assert set(Notification.objects.values_list("recipient__username", flat=True)) == {"central_manager"}
    assert "媒体" not in Notification.objects.get().title + Notification.objects.get().body


def test_the_officer_of_the_section_sees_it_only_where_the_asker_says_so(cast):
    row = asked(cast)
    row.share(True, by=cast.clerk, at=MORNING)
    assert seen_by(cast, row) == {"clerk", "central_manager", "section_officer"}
    with pytest.raises(PermissionDenied):
        row.share(False, by=cast.section_officer, at=MORNING)
    row.share(False, by=cast.clerk, at=MORNING)
    assert "section_officer" not in seen_by(cast, row)


def test_the_answer_reaches_the_asker_and_a_further_question_waits_anew(cast):
    row, later = asked(cast), MORNING + timedelta(days=1)
    row.answer("使わずに共有フォルダで渡してください", by=cast.central_manager, at=later, clauses=["3.5.2.7.2"])
    assert row.status == Status.ANSWERED
    assert Notification.objects.filter(recipient=cast.clerk, title__contains="回答").exists()
    row.ask_more("相手が庁外のときは", by=cast.clerk, at=later)
    assert (row.status, row.waits_since) == (Status.ASKED, later)
    assert row.due_at == datetime(2026, 11, 30, 17, 15, tzinfo=TOKYO)


def test_more_words_of_the_asker_do_not_put_the_answer_off(cast):
    row = asked(cast)
    due = row.due_at
    row.ask_more("補足です", by=cast.clerk, at=MORNING + timedelta(days=2))
    assert row.due_at == due


def test_only_who_is_asked_answers(cast):
    row = asked(cast)
    for person in (cast.clerk, cast.section_officer, cast.general_manager, cast.administrator):
        with pytest.raises(PermissionDenied):
            row.answer("答え", by=person, at=MORNING)
    assert row.messages.count() == 1


def test_a_deputy_answers_for_an_absent_central_manager(cast):
    make_absence(cast.central_manager, starts_at=MORNING - timedelta(hours=1), hours=6)
    make_deputyship("gyosei-keiei.head", cast.secretary, named_by=cast.central_manager)
    row = asked(cast)
    row.answer("答え", by=cast.secretary, at=MORNING)
    assert "代理" in row.messages.last().by_as


def test_nobody_answers_oneself_so_the_question_of_the_central_manager_goes_one_up(cast):
    row = asked(cast, by=cast.central_manager)
    assert seen_by(cast, row) == {"central_manager", "general_manager"}
    assert not Consultation.objects.waiting_for(cast.central_manager, at=MORNING).exists()
    assert list(Consultation.objects.waiting_for(cast.general_manager, at=MORNING)) == [row]
    with pytest.raises(PermissionDenied):
        row.answer("自分で", by=cast.central_manager, at=MORNING)
    row.answer("答え", by=cast.general_manager, at=MORNING)
    assert row.status == Status.ANSWERED


def test_a_closed_one_opens_again_with_a_question_and_in_no_other_way(cast):
    row = asked(cast)
    row.close(by=cast.clerk, at=MORNING)
    with pytest.raises(InvalidTransition):
        row.answer("遅い答え", by=cast.central_manager, at=MORNING)
    with pytest.raises(InvalidTransition):
        row.close(by=cast.clerk, at=MORNING)
    row.ask_more("もう一つ", by=cast.clerk, at=MORNING)
    assert row.status == Status.ASKED


def test_an_empty_question_is_refused_and_nothing_is_written(cast):
    with pytest.raises(ValidationError), transaction.atomic():
        asked(cast, text="  ")
    assert not Consultation.objects.exists()


def test_who_has_no_section_must_name_one(cast):
    nobody = make_user("nobody")
    with pytest.raises(InvalidTransition):
        asked(cast, by=nobody)
    assert asked(cast, by=nobody, department=cast.section).department == cast.section


def test_the_answer_can_become_a_request_for_an_exception_once(cast):
    load_request_types()
    row = asked(cast, topic="hard", clauses=["3.5.2.7.2"])
    row.answer("例外措置を申請してください", by=cast.central_manager, at=MORNING, advice="exception")
    request = row.begin_exception(by=cast.clerk, at=MORNING)
    assert (request.type.code, request.content["clauses"], request.content["what"]) == ("exception", ["3.5.2.7.2"], "媒体の使いかた")
    assert row.begin_exception(by=cast.clerk, at=MORNING) == request
    with pytest.raises(PermissionDenied):
        row.begin_exception(by=cast.central_manager, at=MORNING)


def test_a_request_that_came_to_nothing_is_followed_by_another(cast):
    load_request_types()
    row = asked(cast, topic="hard", clauses=["3.5.2.7.2"])
    row.answer("例外措置を申請してください", by=cast.central_manager, at=MORNING, advice="exception")
    first = row.begin_exception(by=cast.clerk, at=MORNING)
    first.discard(by=cast.clerk, at=MORNING)
    assert "例外措置の申請を始める" in cast.client(cast.clerk).get(row.get_absolute_url()).content.decode()
    row.refresh_from_db()
    second = row.begin_exception(by=cast.clerk, at=MORNING)
    assert second.pk != first.pk
    assert row.begin_exception(by=cast.clerk, at=MORNING) == second


def test_who_has_no_section_is_told_that_no_request_can_be_begun(cast):
    load_request_types()
    nobody = make_user("nobody")
    row = asked(cast, by=nobody, department=cast.section)
    page = cast.client(nobody).post(reverse("incidents:consultation_exception", args=[row.pk]), follow=True)
    assert page.status_code == 200
    assert "所属が登録されていない" in page.content.decode()


def test_the_question_can_become_the_draft_of_an_incident_once(cast):
    reference.load("incident_kinds.json")
    row = asked(cast, topic="worry")
    incident = row.begin_incident(by=cast.clerk, at=MORNING)
    assert (incident.reporter, incident.summary, incident.noticed_at) == (cast.clerk, "使ってよいか分からない", MORNING)
    assert row.begin_incident(by=cast.clerk, at=MORNING) == incident
    assert Incident.objects.count() == 1


def test_reminders_go_to_who_answers_and_later_one_up_each_once(cast):
    row = asked(cast)
    assert remind_overdue(at=row.due_at - timedelta(minutes=1)) == 0
    for _ in range(2):
        remind_overdue(at=row.due_at)
    late = Notification.objects.filter(title__contains="期限超過")
    assert [found.recipient for found in late] == [cast.central_manager]
    remind_overdue(at=row.due_at + timedelta(days=7))
    assert "general_manager" in set(late.values_list("recipient__username", flat=True))
    counted = figures(at=row.due_at)
    assert (counted.open, counted.late, counted.total) == (1, 1, 1)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["clerk", "central_manager", "general_manager", "section_officer"]),
        st.sampled_from(["ask_more", "answer", "close", "share"]),
    ),
    max_size=8,
)


def test_no_order_of_acts_loses_a_question_or_a_clock(cast):
    @settings(max_examples=15, deadline=None)
    @given(ACTS)
    def walk(acts):
        with transaction.atomic():
            row = asked(cast)
            for minute, (person, what) in enumerate(acts, start=1):
                by, at, before = getattr(cast, person), MORNING + timedelta(minutes=minute), row.messages.count()
                try:
                    if what == "share":
                        row.share(not row.shares_with_officer, by=by, at=at)
                    elif what == "close":
                        row.close(by=by, at=at)
                    else:
                        getattr(row, what)("言葉", by=by, at=at)
                except (InvalidTransition, PermissionDenied):
                    assert row.messages.count() == before
                row.refresh_from_db()
                last = row.messages.last()
                assert row.status == Status.CLOSED or (row.status == Status.ASKED) == (last.kind == "question")
                assert row.due_at > row.waits_since >= row.asked_at
                assert (row.status == Status.CLOSED) == (row.closed_at is not None)
                assert all(message.by != row.asker for message in row.messages.filter(kind="answer"))
            transaction.set_rollback(True)

    walk()


# -- pages -------------------------------------------------------------------------------------------------------------


def test_a_question_is_asked_answered_and_closed_by_page(cast):
    data = {"topic": "unclear", "title": "件名", "text": "困っています", "clauses": "3-5(2)キ(イ)"}
    client = cast.client(cast.clerk)
    page = client.post(reverse("incidents:consultation_new"), data, follow=True).content.decode()
    row = Consultation.objects.get()
    assert row.clauses == ["3.5.2.7.2"]
    assert "これからのこと" in page
    central = cast.client(cast.central_manager)
    assert "相談に答えてください" in central.get(row.get_absolute_url()).content.decode()
    answer = {"text": "こうしてください", "advice": "exception"}
    page = central.post(reverse("incidents:consultation_answer", args=[row.pk]), answer, follow=True).content.decode()
    assert "回答しました" in page
    assert "例外措置の申請を始める" in client.get(row.get_absolute_url()).content.decode()
    assert "相談を終えました" in client.post(reverse("incidents:consultation_close", args=[row.pk]), follow=True).content.decode()


@pytest.mark.parametrize("wrong", [{"text": ""}, {"topic": "unknown"}, {"clauses": "第百条"}])
def test_a_wrong_form_keeps_what_was_typed_and_writes_nothing(cast, wrong):
    data = {"topic": "unclear", "title": "残る件名", "text": "残る本文"} | wrong
    answer = cast.client(cast.clerk).post(reverse("incidents:consultation_new"), data)
    assert answer.status_code == 422
    assert "入力内容に誤りがあります" in answer.content.decode()
    assert "残る件名" in answer.content.decode()
    assert not Consultation.objects.exists()


def test_what_the_state_does_not_allow_stands_in_the_form(cast, monkeypatch):
    def refuse(**_):
        raise InvalidTransition("いまはできません。")

    monkeypatch.setattr(Consultation, "ask", refuse)
    data = {"topic": "unclear", "title": "残る件名", "text": "残る本文"}
    answer = cast.client(cast.clerk).post(reverse("incidents:consultation_new"), data)
    assert answer.status_code == 422
    assert all(words in answer.content.decode() for words in ("いまはできません。", "残る件名", "残る本文"))


def test_a_stranger_meets_404_and_who_may_not_answer_403(cast):
    row = asked(cast, at=timezone.now())
    assert cast.client(cast.colleague).get(row.get_absolute_url()).status_code == 404
    assert cast.client(cast.clerk).get(reverse("incidents:consultation_answer", args=[row.pk])).status_code == 403


def test_the_questions_the_list_asks_do_not_grow(cast):
    client, url = cast.client(cast.central_manager), reverse("incidents:consultations")
    asked(cast, at=timezone.now())
    client.get(url)
    counted = count_queries(client, url)
    for _ in range(5):
        asked(cast, at=timezone.now())
    assert count_queries(client, url) == counted
