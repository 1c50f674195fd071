"""遵守状況の問題 (3.11.2.1): a chief tells CISO and 総括管理者, the CISO orders, the 総括管理者 acts."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.chain import Party
from incidents.models import ComplianceProblem
from incidents.violations.reminders import remind_overdue
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.transitions import InvalidTransition

from .test_incident_pages import count_queries

MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=TOKYO)  # a Tuesday
DUE = (MORNING + timedelta(days=10)).date()
Status = ComplianceProblem.Status


def reported(cast, by=None, at=MORNING, **fields) -> ComplianceProblem:
    given = {"department": cast.section, "title": "画面のロック", "text": "10台のうち4台", "found_on": at.date()} | fields
    return ComplianceProblem.report(by=by or cast.section_officer, at=at, **given)


def test_both_are_told_and_the_ciso_is_asked_to_order(cast):
    row = reported(cast)
    assert set(row.words.values_list("party", flat=True)) == {Party.CISO, Party.GENERAL_MANAGER}
    assert set(Notification.objects.values_list("recipient__username", flat=True)) == {"ciso", "general_manager"}
    assert list(ComplianceProblem.objects.waiting_for(cast.ciso, at=MORNING)) == [row]
    assert not ComplianceProblem.objects.waiting_for(cast.general_manager, at=MORNING).exists()


@pytest.mark.parametrize("person", ["clerk", "central_manager", "outsider_officer", "ciso"])
def test_only_who_answers_for_the_department_reports_it(cast, person):
    with pytest.raises(PermissionDenied):
        reported(cast, by=getattr(cast, person))


def test_a_division_chief_reports_of_a_section(cast):
    assert reported(cast, by=cast.division_officer).reporter == cast.division_officer


def test_it_runs_from_the_order_to_the_confirmation(cast):
    row = reported(cast)
    row.order("全台の設定を直す", due_on=DUE, by=cast.ciso, at=MORNING)
    assert (row.status, row.due_at) == (Status.ORDERED, datetime(2026, 12, 4, 17, 15, tzinfo=TOKYO))
    row.tell_done("設定を配った", by=cast.general_manager, at=MORNING)
    row.order("会計年度任用職員の端末も", due_on=DUE, by=cast.ciso, at=MORNING)
    row.tell_done("全て直した", by=cast.general_manager, at=MORNING)
    row.confirm("", by=cast.ciso, at=MORNING)
    assert (row.status, row.closed_at, row.due_at) == (Status.CLOSED, MORNING, None)
    assert not row.words.pending().exists()
    assert Notification.objects.filter(recipient=cast.section_officer, body__contains="完了").exists()


def test_days_that_cannot_be_are_refused(cast):
    with pytest.raises(ValidationError):
        reported(cast, found_on=(MORNING + timedelta(days=1)).date())
    with pytest.raises(ValidationError):
        reported(cast).order("直す", due_on=(MORNING - timedelta(days=1)).date(), by=cast.ciso, at=MORNING)


def test_reminders_go_to_who_acts_next(cast):
    row = reported(cast)
    row.words.get(party=Party.CISO).acknowledge(by=cast.ciso, at=MORNING)
    row.words.get(party=Party.GENERAL_MANAGER).acknowledge(by=cast.general_manager, at=MORNING)
    remind_overdue(at=row.due_at)
    assert [found.recipient for found in Notification.objects.filter(title__contains="期限超過")] == [cast.ciso]


def test_no_order_of_acts_breaks_it(cast):
    @settings(max_examples=10, deadline=None)
    @given(
        st.lists(
            st.tuples(st.sampled_from(["ciso", "general_manager", "clerk"]), st.sampled_from(["order", "done", "confirm"])), max_size=7
        )
    )
    def walk(acts):
        with transaction.atomic():
            row = reported(cast)
            for person, what in acts:
                by = getattr(cast, person)
                try:
                    if what == "order":
                        row.order("指示", due_on=DUE, by=by, at=MORNING)
                    elif what == "done":
                        row.tell_done("対策", by=by, at=MORNING)
                    else:
                        row.confirm("", by=by, at=MORNING)
                except (InvalidTransition, PermissionDenied):
                    pass
                row.refresh_from_db()
                assert (row.due_at is None) == (row.status == Status.CLOSED) == (row.closed_at is not None)
                assert row.words.count() == 2
                orders, done = row.notes.filter(kind="order"), row.notes.filter(kind="done")
                assert all(note.by == cast.ciso for note in orders)
                assert all(note.by == cast.general_manager for note in done)
                assert orders.count() - done.count() in (0, 1)
            transaction.set_rollback(True)

    walk()


def test_it_is_reported_and_ordered_by_page(cast):
    today = {f"found_on_{part}": str(getattr(timezone.localdate(), part)) for part in ("year", "month", "day")}
    data = {"department": cast.section.pk, "title": "画面のロック", "text": "4台"} | today
    page = cast.client(cast.section_officer).post(reverse("incidents:compliance_new"), data, follow=True)
    row = ComplianceProblem.objects.get()
    assert page.status_code == 200
    assert "対策を指示してください" in cast.client(cast.ciso).get(row.get_absolute_url()).content.decode()
    assert cast.client(cast.general_manager).get(reverse("incidents:compliance_order", args=[row.pk])).status_code == 403
    assert cast.client(cast.clerk).get(row.get_absolute_url()).status_code == 404


def test_what_the_state_does_not_allow_stands_in_the_form(cast, monkeypatch):
    def refuse(**_):
        raise InvalidTransition("いまはできません。")

    monkeypatch.setattr(ComplianceProblem, "report", refuse)
    today = {f"found_on_{part}": str(getattr(timezone.localdate(), part)) for part in ("year", "month", "day")}
    data = {"department": cast.section.pk, "title": "画面のロック", "text": "残る言葉"} | today
    answer = cast.client(cast.section_officer).post(reverse("incidents:compliance_new"), data)
    assert answer.status_code == 422
    assert all(words in answer.content.decode() for words in ("いまはできません。", "残る言葉"))


def test_who_is_no_chief_is_shown_the_right_form(cast):
    page = cast.client(cast.clerk).get(reverse("incidents:compliance_new")).content.decode()
    assert "ポリシー違反を報告する" in page


def test_the_questions_the_list_asks_do_not_grow(cast):
    client, url = cast.client(cast.ciso), reverse("incidents:compliance_list")
    reported(cast, at=timezone.now())
    client.get(url)
    counted = count_queries(client, url)
    for _ in range(5):
        reported(cast, at=timezone.now())
    assert count_queries(client, url) == counted
