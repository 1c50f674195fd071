"""年度替: each step is read from the records, each button goes through the real door, and a second press does nothing."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from audits.models import AuditProgramme, Campaign, MediumTermPlan
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.models import PersonnelChange
from musashimurayama_isms.accounts.personnel.file import read
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.dashboard.year_turn.acts import ACTS, DUTIES
from musashimurayama_isms.dashboard.year_turn.page import TurnPage
from musashimurayama_isms.dashboard.year_turn.rooms import ROOMS, RoomPage
from musashimurayama_isms.dashboard.year_turn.step import State
from musashimurayama_isms.dashboard.year_turn.steps import STEPS
from musashimurayama_isms.dashboard.year_turn.turn import Turn, year_to_come
from musashimurayama_isms.duties.catalogue import load_duties
from musashimurayama_isms.duties.models import Duty, Occurrence
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.retention.models import Disposal, Hold
from musashimurayama_isms.retention.registry import KINDS
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from . import audit_rows, inspections
from .factory import make_request_type
from .matters import ERRAND
from .response_rows import sent
from .world import World

pytestmark = pytest.mark.django_db
MARCH = datetime(2027, 3, 10, 9, 0, tzinfo=TOKYO)
APRIL = datetime(2027, 4, 1, 9, 0, tzinfo=TOKYO)


def turn(user, year: int = 2027, at: datetime = MARCH) -> Turn:
    return Turn(user, year, at=at)


def step(slug: str, user, *, year: int = 2027, at: datetime = MARCH):
    return next(found for found in TurnPage(turn(user, year, at)).steps if found.slug == slug)


def figures(slug: str, user, **when) -> dict[str, int]:
    return {figure.words: figure.count for figure in step(slug, user, **when).figures}


def change(cast, rows: list[str], effective_on: date = date(2027, 4, 1), at: datetime = MARCH) -> PersonnelChange:
    content = "\n".join(["職員番号,氏名,区分,新所属,新職", *rows]).encode()
    facts = {"effective_on": effective_on, "file_name": "異動.csv", "file_digest": "0" * 64}
    made = PersonnelChange.upload(read(content), **facts, by=cast.personnel, at=at)
    made.schedule(by=cast.personnel, at=at)
    return made


# -- who, and when ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "year"),
    [(date(2026, 9, 30), 2026), (date(2026, 10, 1), 2027), (date(2027, 3, 31), 2027), (date(2027, 4, 1), 2027), (date(2027, 10, 1), 2028)],
)
def test_the_turn_that_is_near_is_the_coming_one_from_october_on(on, year):
    assert year_to_come(on) == year


def test_it_is_for_administrators_central_and_the_audit_head(cast):
    for person in (cast.administrator, cast.central_manager, cast.audit_head):
        assert turn(person).label == "令和9年度"
    for person in (cast.clerk, cast.section_officer, cast.ciso):
        with pytest.raises(LookupError):
            turn(person)
    with pytest.raises(LookupError):
        turn(cast.administrator, 2029)


def test_an_empty_portal_has_every_step_in_its_order_and_none_that_fails(cast):
    page = TurnPage(turn(cast.central_manager))
    assert len(page.steps) == len(STEPS) == len({found.slug for found in page.steps})
    assert [found.slug for _, rows in page.groups for found in rows] == [found.slug for found in page.steps]
    assert sum(count for _, count in page.states) == len(STEPS)
    assert page.next.slug == "policy-review"


# -- the plan of the audits --------------------------------------------------------------------------------------------


def test_the_plan_of_the_audits_is_copied_once(cast):
    audit_rows.programme(cast, year=2026)
    assert step("programme", cast.central_manager).state == State.OPEN
    act, mine = ACTS["programme"], turn(cast.audit_head)
    assert any("テーマ1件" in line for line in act.preview(mine)) or act.preview(mine)
    with pytest.raises(PermissionDenied):
        act.perform(turn(cast.administrator))
    act.perform(mine)
    made = AuditProgramme.objects.get(fiscal_year=2027)
    assert made.copied_from.fiscal_year == 2026
    assert made.themes.count() == made.copied_from.themes.count() > 0
    assert step("programme", cast.central_manager).state == State.PARTLY
    with pytest.raises(InvalidTransition):
        act.perform(mine)
    assert AuditProgramme.objects.count() == 2


def test_the_medium_term_plan_says_when_it_ends(cast):
    plan = MediumTermPlan.begin(2024, by=cast.audit_head, at=MARCH)
    found = step("medium-term", cast.audit_head)
    assert (found.state, "令和8年度で終わります" in found.sentence) == (State.OPEN, True)
    plan.delete()
    plan = MediumTermPlan.begin(2026, by=cast.audit_head, at=MARCH)
    assert step("medium-term", cast.audit_head).state == State.PARTLY
    plan.put(fiscal_year=2027, theme="委託", department=None, by=cast.audit_head, at=MARCH)
    assert step("medium-term", cast.audit_head).state == State.DONE


# -- self-inspections ----------------------------------------------------------------------------------------------------


@pytest.fixture
def inspected(cast):
    """The inspection of 令和8年度, open past its day."""
    return inspections.opened(cast, title="令和8年度 自己点検", due_on=date(2026, 11, 30), note="正直に答えてください。")


def test_what_is_over_is_closed_and_the_next_one_prepared_each_once(cast, inspected):
    assert figures("close-inspections", cast.central_manager)["受付中"] == 1
    assert ACTS["inspection"].preview(turn(cast.central_manager)) == []  # nothing to copy from before it is closed
    with pytest.raises(PermissionDenied):
        ACTS["close-inspections"].perform(turn(cast.administrator))
    ACTS["close-inspections"].perform(turn(cast.central_manager))
    inspected.refresh_from_db()
    assert inspected.status == "closed"
    with pytest.raises(InvalidTransition):
        ACTS["close-inspections"].perform(turn(cast.central_manager))

    assert step("inspection", cast.administrator).state == State.OPEN
    ACTS["inspection"].perform(turn(cast.central_manager))
    made = Campaign.objects.get(fiscal_year=2027)
    assert (made.title, made.due_on, made.note, made.previous) == ("令和9年度 自己点検", date(2027, 11, 30), inspected.note, inspected)
    assert made.questions.count() == inspected.questions.count() > 0
    assert step("inspection", cast.administrator).state == State.PARTLY
    with pytest.raises(InvalidTransition):
        ACTS["inspection"].perform(turn(cast.central_manager))
    assert Campaign.objects.count() == 2


def test_a_day_that_is_closed_next_year_moves_to_the_next_open_one(cast, inspected):
    Campaign.objects.update(due_on=date(2026, 11, 27), status="closed")  # a Friday; in 2027 a Saturday
    assert any("令和9年11月29日" in line for line in ACTS["inspection"].preview(turn(cast.central_manager)))


# -- duties ---------------------------------------------------------------------------------------------------------------


def test_rounds_are_made_ahead_by_the_worker_and_a_second_time_nothing(cast, django_capture_on_commit_callbacks):
    load_duties(at=MARCH - timedelta(days=300))
    Occurrence.objects.filter(due_on__gte=date(2027, 4, 1)).delete()
    before = step("duties", cast.administrator)
    assert before.state == State.OPEN
    ACTS["duties"].perform(turn(cast.administrator))
    job = Job.objects.get(kind=DUTIES)
    run_job(job.pk, clock=lambda: MARCH)
    assert step("duties", cast.administrator).state == State.DONE
    with pytest.raises(InvalidTransition):
        ACTS["duties"].perform(turn(cast.administrator))


def test_the_year_reminds_of_itself_in_february(cast):
    load_duties(at=datetime(2026, 5, 1, 9, tzinfo=TOKYO))
    duty = Duty.objects.get(code="year-turn")
    rows = Occurrence.objects.filter(duty=duty)
    assert not rows.appeared(on=date(2027, 1, 31)).exists()
    assert rows.appeared(on=date(2027, 2, 1)).get().due_on == date(2027, 3, 31)


# -- what is carried over ------------------------------------------------------------------------------------------------


def test_open_incidents_are_carried_over_to_who_comes_on_the_first_of_april(cast):
    reference.load("incident_kinds.json")
    sent(cast, at=MARCH)
    sent(cast, at=MARCH, is_drill=True)
    assert figures("carried", cast.central_manager)["インシデント"] == 1
    mine = turn(cast.central_manager)
    page = RoomPage(ROOMS["incidents"], mine)
    (line,) = page.lines(page.rows)
    assert line.holder == "市民 課長"
    change(cast, [f"{cast.section_officer.staff_number},市民 課長,退職,,"])
    later = RoomPage(ROOMS["incidents"], turn(cast.central_manager))
    assert [row.holder for row in later.lines(later.rows)] == ["空席"]
    assert step("carried", cast.central_manager).state == State.PARTLY
    assert "市民課" in step("vacancies", cast.central_manager).sentence


def test_a_figure_leads_to_a_list_of_as_many_or_nowhere(cast):
    world = World(cast)
    for person in (cast.central_manager, cast.administrator, cast.audit_head):
        client = cast.client(person)
        mine = Turn(person, 2027, at=world.at)
        for slug, room in ROOMS.items():
            figure = room.figure(mine)
            assert figure.count == room.rows(mine).count()
            answer = client.get(reverse("year_turn_list", args=[2027, slug]))
            assert answer.status_code == 200, slug
            if figure.url:
                assert answer.context["page_obj"].paginator.count == figure.count, slug
    assert sum(room.rows(Turn(cast.central_manager, 2027, at=world.at)).count() for room in ROOMS.values()) > 5


def test_the_list_tells_nothing_that_its_reader_may_not_see(cast):
    world = World(cast)
    answer = cast.client(cast.administrator).get(reverse("year_turn_list", args=[2027, "exceptions"]))
    assertNotContains(answer, str(world.exception))
    figure = ROOMS["exceptions"].figure(Turn(cast.administrator, 2027, at=world.at))
    assert figure.count
    assert not figure.url


def test_records_whose_time_is_over_are_counted_and_their_disposal_followed(cast):
    make_request_type(ERRAND, ("any", ["SECTION_OFFICER"]))
    assert step("disposal", cast.central_manager).state == State.NONE
    for ended_in in (2020, 2021):  # kept for five years: the first goes since 1 April 令和8年, the second from 令和9年 on
        at = datetime(ended_in, 6, 1, 10, tzinfo=TOKYO)
        request = Request.draft(ERRAND, by=cast.clerk, at=at, content={"what": "借りる", "way": "case"})
        request.submit(by=cast.clerk, at=at)
        request.withdraw(by=cast.clerk, at=at, reason="要らなくなった")

    found = step("disposal", cast.central_manager)
    assert (found.state, "さらに1件" in found.sentence) == (State.OPEN, True)
    assert list(figures("disposal", cast.central_manager).values()) == [1, 1, 0, 0, 0]
    assert [door.url for door in found.doors] == [reverse("retention:due"), reverse("retention:disposals")]
    batch = KINDS["request"], 2020, cast.section
    disposal = Disposal.propose(*batch, by=cast.promoter, at=MARCH)
    found = step("disposal", cast.central_manager)
    assert (found.state, "4月1日から起案" in found.sentence) == (State.PARTLY, True)
    assert list(figures("disposal", cast.central_manager).values()) == [0, 1, 1, 0, 0]
    disposal.permit(by=cast.section_officer, at=MARCH)
    assert figures("disposal", cast.central_manager)["実施待ちの廃棄"] == 1

    assert list(figures("disposal", cast.central_manager, at=APRIL).values()) == [1, 0, 0, 1, 0]
    assert "起案していない記録が、まだ1件" in step("disposal", cast.central_manager, at=APRIL).sentence
    row = Request.objects.order_by("pk").last()
    Hold.put(KINDS["request"], str(row.pk), reason="裁判のため", until=None, by=cast.central_manager, at=APRIL)
    assert figures("disposal", cast.central_manager, at=APRIL)["保存延長"] == 1


# -- 1 April --------------------------------------------------------------------------------------------------------------


def test_the_personnel_list_and_the_net_go_from_open_to_done(cast):
    assert step("personnel", cast.administrator).state == State.OPEN
    made = change(cast, [f"{cast.section_officer.staff_number},市民 課長,退職,,"])
    assert step("personnel", cast.administrator).state == State.PARTLY
    made.apply(by=cast.personnel, at=APRIL)
    assert step("personnel", cast.administrator, at=APRIL).state == State.DONE
    assert step("contact-net", cast.administrator).state == State.OPEN


def test_numbers_of_the_new_year_need_nothing(cast):
    assert "R9-001" in step("numbering", cast.administrator).sentence
    assert step("numbering", cast.administrator).state == State.NONE
    assert step("numbering", cast.administrator, at=APRIL).state == State.DONE


# -- the pages -------------------------------------------------------------------------------------------------------------


def test_the_page_asks_the_same_however_much_is_open(cast):
    reference.load("incident_kinds.json")
    client, address = cast.client(cast.central_manager), reverse("year_turn_year", args=[2026])
    client.get(address)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    now = datetime(2026, 11, 20, 9, tzinfo=TOKYO)
    sent(cast, at=now)
    few = asked()
    for _ in range(5):
        sent(cast, at=now)
    assert asked() == few


def test_a_step_is_done_by_its_button_and_twice_is_harmless(cast, inspected):
    client, address = cast.client(cast.central_manager), reverse("year_turn_do", args=[2027, "close-inspections"])
    Campaign.objects.update(due_on=date(2026, 1, 5))
    assertContains(client.get(address), "令和8年度 自己点検")
    answer = client.post(address)
    assertRedirects(answer, reverse("year_turn_year", args=[2027]))
    entries = Entry.objects.count()
    answer = client.post(address, follow=True)
    assertContains(answer, "行うことは残っていません")
    assert Entry.objects.count() == entries
    assertContains(client.get(address), "行うことは残っていません")


def test_the_paper_holds_every_step(cast, django_capture_on_commit_callbacks):
    client = cast.client(cast.administrator)
    client.post(reverse("year_turn_paper", args=[2026]))
    job = run_job(Job.objects.get(kind="dashboard.year_turn_paper").pk)
    assert job.status == "done", job.error
    assert job.results.get().name == "年度替の確認表-2026.pdf"
