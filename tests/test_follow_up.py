"""What becomes of findings: order, cause and plan, deed, check by someone else (3.13.1.10)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.follow_up.reminders import remind_of_findings
from audits.models import CorrectiveAction, Engagement
from audits.models.corrective_action import unordered
from incidents.models import Inquiry
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.dashboard.overview.look import Look
from musashimurayama_isms.dashboard.overview.tiles.findings import findings
from musashimurayama_isms.fiscal import fiscal_year, fiscal_year_label
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .audit_rows import MAY, closed, end, ordered, reported, reporting, settle
from .cast import PERSONS
from .factory import make_appointment, make_user
from .taken import take, text_of

pytestmark = pytest.mark.django_db
Status = CorrectiveAction.Status


def planned(cast) -> CorrectiveAction:
    row = ordered(cast)
    row.make_plan(cause="様式がない", plan="様式を作る", by=cast.section_officer, at=MAY)
    return row


def done(cast) -> CorrectiveAction:
    row = planned(cast)
    row.finish(result="様式を作った", by=cast.section_officer, at=MAY)
    return row


def test_the_audit_head_orders_within_the_terms_of_the_city(cast):
    row = ordered(cast)
    assert (row.plan_due_on, row.done_due_on) == (MAY.date() + timedelta(days=30), MAY.date() + timedelta(days=90))
    assert Notification.objects.filter(recipient=cast.section_officer, title__contains="対処が指示").exists()


def test_a_grave_finding_is_dealt_with_within_thirty_days(cast):
    found = reported(cast).findings.get()
    found.grade = "major"
    found.save(update_fields=["grade"])
    row = CorrectiveAction.order(found, addressee="section", instruction="", by=cast.audit_head, at=MAY)
    assert row.done_due_on == MAY.date() + timedelta(days=30)


@pytest.mark.parametrize("person", ["auditor", "section_officer", "central_manager", "ciso"])
def test_nobody_else_orders(cast, person):
    found = reported(cast).findings.get()
    with pytest.raises(PermissionDenied):
        CorrectiveAction.order(found, addressee="section", instruction="", by=getattr(cast, person), at=MAY)


def test_a_finding_is_ordered_once(cast):
    row = ordered(cast)
    with pytest.raises(InvalidTransition, match="すでに指示"):
        CorrectiveAction.order(row.finding, addressee="section", instruction="", by=cast.audit_head, at=MAY)
    assert not unordered(cast.audit_head, at=MAY).exists()


def test_a_day_that_is_over_is_no_term(cast):
    found = reported(cast).findings.get()
    with pytest.raises(ValidationError, match="今日以後"):
        CorrectiveAction.order(found, addressee="section", instruction="", done_due_on=date(2026, 5, 1), by=cast.audit_head, at=MAY)


def test_what_concerns_the_whole_city_goes_to_the_central_manager(cast):
    row = ordered(cast, addressee="central")
    assert row in CorrectiveAction.objects.waiting_for(cast.central_manager, at=MAY)
    with pytest.raises(PermissionDenied):
        row.make_plan(cause="a", plan="b", by=cast.section_officer, at=MAY)


def test_who_has_worked_on_it_does_not_check_it(cast):
    row = done(cast)
    with pytest.raises(PermissionDenied):
        row.verify(is_effective=True, words="見た", by=cast.section_officer, at=MAY)
    make_appointment(cast.section_officer, "kikaku-zaisei.audit-head", kind="named", since=MAY.date())
    with pytest.raises(PermissionDenied):
        row.verify(is_effective=True, words="見た", by=cast.section_officer, at=MAY)
    row.verify(is_effective=True, words="様式を見た", by=cast.auditor, at=MAY)
    assert row.status == Status.EFFECTIVE


def test_the_check_waits_for_those_who_may_do_it(cast):
    row = done(cast)

    def waits(person) -> bool:
        return row in CorrectiveAction.objects.waiting_for(person, at=MAY)

    assert [waits(person) for person in (cast.auditor, cast.audit_head, cast.section_officer, cast.ciso)] == [True, True, False, False]
    told = Notification.objects.filter(title__contains="対処が報告")
    assert {each.recipient for each in told} == {cast.auditor, cast.audit_head}
    make_appointment(cast.section_officer, "kikaku-zaisei.audit-head", kind="named", since=MAY.date())
    assert not waits(cast.section_officer)  # the head as well, but has done it


def test_what_nobody_is_there_for_waits_for_the_next_one_up(cast):
    row = ordered(cast)
    assert row not in CorrectiveAction.objects.waiting_for(cast.division_officer, at=MAY)
    cast.section_officer.appointments.update(until=MAY.date() - timedelta(days=1))
    assert row in CorrectiveAction.objects.waiting_for(cast.division_officer, at=MAY)
    assert row not in CorrectiveAction.objects.waiting_for(cast.ciso, at=MAY)
    row.make_plan(cause="様式がない", plan="様式を作る", by=cast.division_officer, at=MAY)


def test_what_falls_far_up_is_seen_there(cast):
    row = ordered(cast, addressee="central")
    person = make_user(name="総括 管理")
    make_appointment(person, "kikaku-zaisei.head")
    cast.central_manager.appointments.update(until=MAY.date() - timedelta(days=1))
    assert person in [actor.person for actor in row.owners(at=MAY)]
    assert row in CorrectiveAction.objects.waiting_for(person, at=MAY)
    assert row in CorrectiveAction.objects.visible_to(person, at=MAY)


def test_the_overview_counts_what_nobody_was_ordered_to_deal_with(cast):
    row = done(cast)
    row.verify(is_effective=False, words="記録されていない", by=cast.auditor, at=MAY)
    for person in (cast.ciso, cast.audit_head, cast.section_officer):
        tile = findings(Look(person, at=MAY))
        figure = next(figure for figure in tile.figures if figure.words == "未指示")
        assert figure.count == 1
        assert "ありません" not in tile.sentence
        answer = cast.client(person).get(figure.url)
        assert answer.context["page_obj"].paginator.count == 1
        assert row.finding.title in answer.content.decode()
        assert row.finding.title in text_of(take(cast.client(person), "audits.unordered"))
    assert cast.client(cast.outsider_officer).get(figure.url).context["page_obj"].paginator.count == 0


def test_what_did_not_help_is_ordered_again_as_the_next_round(cast):
    row = done(cast)
    row.verify(is_effective=False, words="記録されていない", by=cast.auditor, at=MAY)
    assert list(unordered(cast.audit_head, at=MAY)) == [row.finding]
    second = CorrectiveAction.order(row.finding, addressee="section", instruction="様式を配る", by=cast.audit_head, at=MAY)
    assert (second.round, second.status) == (2, Status.ORDERED)


def test_open_measures_follow_the_post(cast):
    row = ordered(cast)
    held = cast.section_officer.appointments.get()
    held.until = date(2026, 5, 31)
    held.save()
    make_appointment(cast.colleague, "shimin-ka.head", since=date(2026, 6, 1))
    june = MAY + timedelta(days=30)
    assert row in CorrectiveAction.objects.waiting_for(cast.colleague, at=june)
    assert row not in CorrectiveAction.objects.waiting_for(cast.section_officer, at=june)


def test_overdue_shows_at_once_and_each_word_is_sent_once(cast):
    row = ordered(cast)
    on = row.plan_due_on + timedelta(days=1)
    assert row in CorrectiveAction.objects.overdue(on=on)
    late = MAY + timedelta(days=31)
    remind_of_findings(at=late)
    remind_of_findings(at=late + timedelta(hours=1))
    words = Notification.objects.filter(title__contains="期限超過", key__startswith="finding:")
    assert words.filter(recipient=cast.section_officer).count() == 1
    assert words.filter(recipient=cast.audit_head).count() == 1


def test_an_audit_does_not_end_over_a_finding_that_nobody_was_ordered_to_deal_with(cast):
    audit = reported(cast)
    audit.keep_papers(place="書庫", by=cast.audit_head, at=MAY)
    with pytest.raises(InvalidTransition, match="対処を指示していない"):
        end(audit, cast, at=MAY, by=cast.audit_head)
    CorrectiveAction.order(audit.findings.get(), addressee="section", instruction="", by=cast.audit_head, at=MAY)
    with pytest.raises(InvalidTransition, match="理由を書いて"):
        end(audit, cast, at=MAY, by=cast.audit_head)
    end(audit, cast, at=MAY, by=cast.audit_head, reason="翌年度に確かめる")
    assert audit.phase == Engagement.Phase.CLOSED


def test_a_finding_that_was_settled_lets_the_audit_end(cast):
    assert closed(cast).phase == Engagement.Phase.CLOSED


def test_strangers_do_not_see_what_is_weak(cast):
    row = ordered(cast)
    seers = {role for role in PERSONS if CorrectiveAction.objects.visible_to(getattr(cast, role), at=MAY).filter(pk=row.pk).exists()}
    assert {"section_officer", "auditor", "general_manager", "ciso", "clerk"} <= seers
    assert not seers & {"outsider_clerk", "outsider_officer", "member", "personnel", "administrator"}


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["section_officer", "auditor", "audit_head", "clerk", "central_manager"]),
        st.sampled_from(["order", "plan", "finish", "good", "bad"]),
    ),
    max_size=10,
)


def test_no_order_of_acts_loses_a_round_or_lets_one_check_the_own_work(cast):
    found = reported(cast).findings.get()

    def act(person, what) -> None:
        row = found.actions.order_by("-round").first()
        if what == "order":
            CorrectiveAction.order(found, addressee="section", instruction="", by=person, at=MAY)
        elif row is None:
            return
        elif what == "plan":
            row.make_plan(cause="a", plan="b", by=person, at=MAY)
        elif what == "finish":
            row.finish(result="c", by=person, at=MAY)
        else:
            row.verify(is_effective=what == "good", words="d", by=person, at=MAY)

    @settings(max_examples=15, deadline=None)
    @given(ACTS)
    def walk(acts):
        with transaction.atomic():
            for person, what in acts:
                try:
                    with transaction.atomic():
                        act(getattr(cast, person), what)
                except (InvalidTransition, PermissionDenied):
                    pass
                rounds = list(found.actions.order_by("round"))
                assert [row.round for row in rounds] == list(range(1, len(rounds) + 1))
                assert all(row.status == Status.INEFFECTIVE for row in rounds[:-1])
                for row in rounds:
                    assert row.checked_by_id is None or row.checked_by_id not in {row.planned_by_id, row.done_by_id}
                    assert (row.done_at is not None) == (row.status in (Status.DONE, *CorrectiveAction.ENDED))
                assert Entry.objects.filter(verb="audits.action.ordered").count() == len(rounds)
            transaction.set_rollback(True)

    walk()


# -- pages -------------------------------------------------------------------------------------------------------------


def test_the_way_of_a_finding_by_page(cast):
    found = reported(cast).findings.get()
    head, chief, auditor = cast.client(cast.audit_head), cast.client(cast.section_officer), cast.client(cast.auditor)
    assert "対処を指示してください" in head.get("/audits/actions/").content.decode()
    answer = head.post(f"/audits/actions/for/{found.pk}/", {"addressee": "section"}, follow=True)
    row = CorrectiveAction.objects.get()
    assert "対処を指示しました" in answer.content.decode()
    answer = chief.post(f"/audits/actions/{row.pk}/plan/", {"cause": "", "plan": "様式を作る"})
    assert answer.status_code == 422
    assert "様式を作る" in answer.content.decode()
    chief.post(f"/audits/actions/{row.pk}/plan/", {"cause": "様式がない", "plan": "様式を作る"})
    chief.post(f"/audits/actions/{row.pk}/done/", {"result": "様式を作った"})
    assert "効果を確かめる" in auditor.get(row.get_absolute_url()).content.decode()
    auditor.post(f"/audits/actions/{row.pk}/check/", {"is_effective": "yes", "words": "様式を見た"})
    row.refresh_from_db()
    assert row.status == Status.EFFECTIVE
    assert take(head, "audits.actions").status_code == 200


def test_who_looks_on_reads_whom_it_waits_for(cast):
    row = planned(cast)
    looking = cast.client(cast.ciso).get(row.get_absolute_url()).content.decode()
    assert "対処の報告を待っています" in looking
    assert f"（{cast.section_officer.name}）が、" in looking
    row.finish(result="様式を作った", by=cast.section_officer, at=MAY)
    assert "効果の確認を待っています" in cast.client(cast.section_officer).get(row.get_absolute_url()).content.decode()


def test_who_checks_reads_first_what_was_done_and_can_go_back(cast):
    row = done(cast)
    checking = cast.client(cast.auditor).get(reverse("audits:check_action", args=[row.pk])).content.decode()
    assert checking.index(row.result) < checking.index("確かめたこと")
    assert f'href="{row.get_absolute_url()}">やめる' in checking


def test_the_list_is_narrowed_to_a_year_of_the_calendar_of_the_city(cast):
    row = ordered(cast)
    client, year = cast.client(cast.audit_head), fiscal_year(day_of(timezone.now()))
    Engagement.objects.filter(pk=row.finding.engagement_id).update(fiscal_year=year)
    assert fiscal_year_label(year) in client.get("/audits/actions/").content.decode()
    assert client.get("/audits/actions/", {"year": year}).context["page_obj"].paginator.count == 1
    assert client.get("/audits/actions/", {"year": year - 1}).context["page_obj"].paginator.count == 0


def test_the_audit_head_asks_other_sections_and_begins_an_audit_that_looks_again_from_a_finding(cast):
    row = ordered(cast)
    finding, head = row.finding, cast.client(cast.audit_head)
    page = head.get(row.get_absolute_url()).content.decode()
    ask, again = f"/inquiries/new/?model=audits.finding&amp;key={finding.pk}", f"/audits/special/?finding={finding.pk}"
    assert ask in page
    assert again in page
    assert ask not in cast.client(cast.section_officer).get(row.get_absolute_url()).content.decode()
    address = f"{reverse('incidents:inquiry_new')}?model=audits.finding&key={finding.pk}"
    assert finding.number in head.get(address).content.decode()
    data = {"title": "返却の記録", "text": "返却の記録がない課があった。", "question": "記録していますか", "to_all": "on", "is_clean": "on"}
    data |= {"due_on_year": "2099", "due_on_month": "3", "due_on_day": "31"}
    answer = head.post(address, data)
    assert answer.status_code == 302, answer.context["form"].errors
    assert Inquiry.objects.about(finding).get().asked_by == cast.audit_head
    form = head.get(again).content.decode()
    assert finding.fact in form
    assert f"指摘 {finding.number} への対処を確かめるため" in form
    assert f'<option value="{finding.department_id}" selected>' in form


def test_an_audit_that_looks_again_begins_from_an_issued_finding_that_one_sees(cast):
    draft = reporting(cast).findings.get()
    head = cast.client(cast.audit_head)
    for key in (draft.pk, 999, "x", "²"):
        assert head.get("/audits/special/", {"finding": key}).status_code == 404
    assert cast.client(cast.clerk).get("/audits/special/", {"finding": draft.pk}).status_code == 404


def test_the_list_asks_the_same_number_of_questions_for_few_and_for_many(cast):
    row = ordered(cast)
    client = cast.client(cast.audit_head)
    few = _queries(client)
    for sequence in range(10, 30):
        row.finding.pk, row.finding.sequence = None, sequence
        row.finding.save(force_insert=True)
        settle(row.finding, cast)
    assert _queries(client) == few


def _queries(client) -> int:
    client.get("/audits/actions/")
    with CaptureQueriesContext(connection) as found:
        assert client.get("/audits/actions/").status_code == 200
    return len(found)
