"""状況: what stands on top, what changed, the tiles; every figure is that of its list, and a stranger has none of it."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from assets.models import Move
from assets.reach import Reach as RegisterReach
from audits.models import CorrectiveAction, Engagement, Finding
from audits.models.corrective_action import Part
from incidents.models import Incident, IncidentKind
from incidents.parties import Reach as IncidentReach
from musashimurayama_isms.accounts.models import Committee, RoleCode
from musashimurayama_isms.approvals import listing
from musashimurayama_isms.approvals.committee_people import Insider, run_by
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.approvals.models.request_set import Reach as ApprovalReach
from musashimurayama_isms.approvals.waiting import Waiting
from musashimurayama_isms.approvals.waiting import waiting_for as requests_waiting_for
from musashimurayama_isms.dashboard.overview import decisions
from musashimurayama_isms.dashboard.overview.charts import Bar, Bars, Lines, Series
from musashimurayama_isms.dashboard.overview.decisions import Decisions
from musashimurayama_isms.dashboard.overview.headlines import Nearest
from musashimurayama_isms.dashboard.overview.look import Level, Look
from musashimurayama_isms.dashboard.overview.page import Overview
from musashimurayama_isms.dashboard.overview.tile import Figure
from musashimurayama_isms.dashboard.overview.tiles import PROVIDERS
from musashimurayama_isms.dashboard.overview.tiles.coverage import counted
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.prepared import Prepared
from musashimurayama_isms.trail.models import Reading
from policy.models import PolicyException

from .cast import Cast
from .factory import make_appointment, make_asset, make_user
from .world import World

pytestmark = pytest.mark.django_db
MOST_QUERIES = 60  # a third of them find out which requests wait for whom (approvals)
LOOKING = ("ciso", "general_manager", "central_manager", "division_officer", "section_officer")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """One of everything, built once for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World(Cast())
        transaction.set_rollback(True)


def page(cast, user, *, name="overview", status=200) -> str:
    answer = cast.client(user).get(reverse(name))
    assert answer.status_code == status
    return answer.content.decode()


def figures(user) -> list[Figure | Bar]:
    """Everything on the page of a person that is a number with a list."""
    view = Overview(user, at=timezone.now())
    top = [*view.headlines.decisions.figures, *view.headlines.exceptions, *filter(None, [view.headlines.grave])]
    tiles = [figure for tile in view.tiles for figure in tile.figures]
    bars = [bar for tile in view.tiles if isinstance(tile.chart, Bars) for bar in tile.chart.bars if bar.url]
    cells = [
        Figure(value, row.label, url)
        for tile in view.tiles
        if isinstance(tile.chart, Lines)
        for row in tile.chart.series
        for value, url in row.cells()
        if url
    ]
    return [*top, *tiles, *bars, *cells]


def count_of(answer) -> int:
    """How many rows the list has, on however many pages."""
    context = answer.context
    if "page_obj" in context and context["page_obj"] is not None:
        return context["page_obj"].paginator.count
    return context["page"].page_obj.paginator.count


NO_LIST_OF_ROWS = ("/audits/inspections/", "/audits/training/", "/committee/", "/policy/coverage/")


@pytest.mark.parametrize("role", LOOKING)
def test_every_figure_is_that_of_the_list_it_opens(world, role):
    user = getattr(world.cast, role)
    client, seen = world.cast.client(user), 0
    for figure in {figure.url: figure for figure in figures(user)}.values():
        answer = client.get(figure.url)
        assert answer.status_code == 200, figure
        if not figure.url.startswith(NO_LIST_OF_ROWS):
            assert count_of(answer) == figure.count, figure
            seen += 1
    assert seen > 15


def test_the_figures_are_not_all_nothing(world):
    tiles = {tile.slug: tile for tile in Overview(world.cast.ciso, at=timezone.now()).tiles}
    assert len(tiles) == len(PROVIDERS)
    for slug in ("incidents", "authorities", "exceptions", "findings", "assets"):
        assert tiles[slug].figures[0].count, slug
    assert tiles["steps"].chart.bars


@pytest.mark.parametrize("role", LOOKING)
def test_each_role_is_shown_its_own_reach(world, role):
    user = getattr(world.cast, role)
    words = {"division_officer": "市民部", "section_officer": "市民課"}.get(role, "全庁")
    html = page(world.cast, user)
    assert f"状況（{words}）" in html
    assert ("決裁待ちの一覧を印刷する" in html) == (role == "ciso")
    assert "状況</a>" in html  # the door in the menu


@pytest.mark.parametrize("role", ["clerk", "auditor", "promoter", "secretary", "administrator"])
def test_who_answers_for_nothing_meets_404_and_sees_no_door(world, role):
    user = getattr(world.cast, role)
    page(world.cast, user, status=404)
    assert reverse("overview") not in page(world.cast, user, name="desk")


KEYS = {
    "requests": Prepared(lambda reach, types: Request.objects.within(reach, types).order_by().values_list("pk", flat=True)),
    "exceptions": Prepared(lambda reach: PolicyException.objects.within(reach).order_by().values_list("pk", flat=True)),
    "moves": Prepared(lambda reach: Move.objects.within(reach).order_by().values_list("pk", flat=True)),
    "incidents": Prepared(lambda reach: Incident.objects.within(reach).order_by().values_list("pk", flat=True)),
    "measures": Prepared(lambda part: CorrectiveAction.objects.within(part).order_by().values_list("pk", flat=True)),
    "findings": Prepared(lambda reach: Finding.objects.within(reach).order_by().values_list("pk", flat=True)),
    "audits": Prepared(lambda reach: Engagement.objects.within(reach).order_by().values_list("pk", flat=True)),
}


def test_a_prepared_question_sees_what_each_person_sees(world):
    """Whoever asks after somebody else gets the own rows: the SQL is that of the first, the values are their own."""
    at, seen = timezone.now(), Counter()
    for user in world.cast.everyone():
        requests, part = ApprovalReach.of(user, at=at), Part.of(user, at=at)
        found = {
            "requests": KEYS["requests"](reach=requests, types=Request.objects.submitted_by(requests)),
            "exceptions": KEYS["exceptions"](reach=requests),
            "moves": KEYS["moves"](reach=RegisterReach.of(user, at=at)),
            "incidents": KEYS["incidents"](reach=IncidentReach.of(user, at=at).settled),
            "measures": KEYS["measures"](part=part),
            "findings": KEYS["findings"](reach=part.audits),
            "audits": KEYS["audits"](reach=part.audits),
        }
        models = {
            "requests": Request,
            "exceptions": PolicyException,
            "moves": Move,
            "incidents": Incident,
            "measures": CorrectiveAction,
            "findings": Finding,
            "audits": Engagement,
        }
        for name, keys in found.items():
            expected = set(models[name].objects.visible_to(user, at=at).values_list("pk", flat=True))
            assert set(keys) == expected, (user, name)
            seen[name, len(expected)] += 1
    assert all(len({count for kind, count in seen if kind == name}) > 1 for name in KEYS)  # not everybody sees the same


def test_whose_business_a_committee_is_is_the_same_for_all_at_once_and_for_one(world):
    at, running = timezone.now(), 0
    for user in world.cast.everyone():
        runs = [row.pk for row in Committee.objects.all() if Insider.of(user, row, at=at).runs]
        assert sorted(run_by(user, at=at)) == sorted(runs)
        running += bool(runs)
    assert 0 < running < len(world.cast.everyone())


def test_of_what_waits_some_acts_alone_may_be_asked_for(world):
    at, waiting = timezone.now(), 0
    for user in world.cast.everyone():
        everything = requests_waiting_for(user, at=at)
        for act in {row.act for row in everything}:
            only = requests_waiting_for(user, at=at, acts=(act,))
            assert [row.request for row in only] == [row.request for row in everything if row.act == act]
            waiting += len(only)
    assert waiting


def test_a_chief_counts_nothing_of_another_section(world):
    titles = {tile.slug: tile for tile in Overview(world.cast.outsider_officer, at=timezone.now()).tiles}
    assert titles["incidents"].figures[0].count == 0
    assert titles["findings"].figures[0].count == 0
    assert "authorities" not in titles
    assert "coverage" not in titles


def test_drills_are_left_out(world):
    def shown() -> int:
        return Overview(world.cast.ciso, at=timezone.now()).tiles[0].figures[0].count

    before, kind = shown(), IncidentKind.objects.get(code="other")
    drill = world.drill_running.begin_incident(kind=kind, by=world.cast.clerk, at=timezone.now())
    assert drill.report(by=world.cast.clerk, at=timezone.now()).is_drill
    assert shown() == before == Incident.objects.filter(is_drill=False).open().count()


def test_the_audit_head_alone_is_told_no_incidents(world):
    head = make_user(name="監査 総括")
    make_appointment(head, "kikaku-zaisei.audit-head", kind="named")
    view = Overview(head, at=timezone.now())
    assert view.look.level == Level.CITY
    assert view.headlines.grave is None
    assert {tile.slug for tile in view.tiles} & {"incidents", "steps", "authorities"} == set()
    page(world.cast, head)


@pytest.mark.parametrize(("role", "desk"), [("section_officer", "section"), ("division_officer", "division")])
def test_a_chief_who_is_the_audit_head_as_well_is_still_told_of_the_own_line(world, role, desk):
    chief = getattr(world.cast, role)
    with transaction.atomic():
        before = Look(chief, at=timezone.now()).open_incidents
        make_appointment(chief, "kikaku-zaisei.audit-head", kind="named")
        view = Overview(chief, at=timezone.now())
        assert view.look.level == Level.CITY
        assert view.look.incident_desk.slug == desk
        assert view.look.open_incidents == before
        assert {"incidents", "steps"} <= {tile.slug for tile in view.tiles}
        transaction.set_rollback(True)


def test_the_coverage_comes_after_the_page_and_is_that_of_the_map(world):
    assert reverse("overview_coverage") in page(world.cast, world.cast.ciso)
    tile = counted(Look(world.cast.ciso, at=timezone.now()))
    answer = world.cast.client(world.cast.ciso).get(tile.figures[1].url)
    assert len(answer.context["page"].lines) == tile.figures[1].count
    assert "ポリシーの遵守状況" in page(world.cast, world.cast.ciso, name="overview_coverage")
    page(world.cast, world.cast.section_officer, name="overview_coverage", status=404)


def test_what_others_did_since_the_last_look_is_shown_once_the_hour_is_over(world):
    cast, now = world.cast, timezone.now() + timedelta(hours=9)
    first = Overview(cast.ciso, at=now - timedelta(hours=3)).changes
    assert first.since is None
    assert Reading.objects.filter(person=cast.ciso, subject_label="状況（全庁）").count() == 1
    report(cast, at=now - timedelta(hours=1))
    again = Overview(cast.ciso, at=now).changes
    assert [row.words for row in again.rows] == ["が報告されました"]
    assert Overview(cast.ciso, at=now).changes.rows == again.rows  # a second look within the hour loses nothing
    with time_machine.travel(now, tick=False):
        html = page(cast, cast.ciso)
    assert "前回からの動き" in html
    assert again.rows[0].what in html
    look = Overview(cast.outsider_officer, at=now - timedelta(hours=3))
    assert look.changes.since is None
    assert Overview(cast.outsider_officer, at=now).changes.rows == []


def test_the_own_acts_are_no_news(world):
    cast, now = world.cast, timezone.now() + timedelta(hours=9)
    assert Overview(cast.section_officer, at=now - timedelta(hours=3)).changes.rows == []
    report(cast, at=now - timedelta(hours=1), by=cast.section_officer)
    assert "が報告されました" not in [row.words for row in Overview(cast.section_officer, at=now).changes.rows]


def report(cast, *, at, by=None) -> Incident:
    by = by or cast.clerk
    kind = IncidentKind.objects.get(code="other")
    facts = {"kind": kind, "noticed_at": at, "personal_information": "no", "department": cast.section, "summary": "試験"}
    return Incident.objects.create(reporter=by, **facts).report(by=by, at=at)


def test_the_sheet_lists_what_waits_for_the_ciso(world):
    cast = world.cast
    client = cast.client(cast.ciso)
    assert client.post(reverse("overview_paper")).status_code == 302
    job = Job.objects.get(kind="dashboard.decision_sheet")
    run_job(job.pk)
    job.refresh_from_db()
    assert job.status == "done"
    result = job.results.get()
    assert re.fullmatch(r"決裁待ち-\d{4}-\d{2}-\d{2}\.pdf", result.name)
    rows = Decisions(Look(cast.ciso, at=timezone.now())).rows
    assert job.result["message"] == f"決裁を待つ{len(rows)}件の一覧ができました。"
    assert rows
    assert all(row.outcomes for row in rows)


def test_only_what_wants_a_word_is_a_decision_and_each_has_its_own_answers(world, monkeypatch):
    now = timezone.now()
    acts = ("決定", "同意", "口頭の確認", "後閲", "例外の確認", "申請", "差戻し", "完了の入力", "実施の記録")
    requests = [Waiting(SimpleNamespace(pk=place, title=""), act, now) for place, act in enumerate(acts)]
    where = SimpleNamespace(what="", department=world.cast.section)
    ended = [SimpleNamespace(exception=where, act=act, since=now, due=None, is_urgent=False) for act in ("見直し", "完了報告")]
    monkeypatch.setattr(decisions, "requests_waiting_for", lambda user, at, acts: [row for row in requests if row.act in acts])
    monkeypatch.setattr(decisions, "exceptions_waiting_for", lambda user, at: ended)
    found = Decisions(Look(world.cast.ciso, at=now))
    printed = {row.kind: row.outcomes for row in found.rows}
    assert not {"申請", "差戻し", "完了の入力", "実施の記録", "例外措置の完了報告"} & set(printed)
    assert printed["同意"] == ("同意", "同意しない")
    assert printed["決定"] == ("許可", "条件付き", "差戻し", "不許可")
    assert next(figure.count for figure in found.figures if figure.words == "申請・許可") == 5


def test_the_sheet_is_in_the_order_of_the_last_moments(world, monkeypatch):
    now = timezone.now()
    day = timezone.localdate(now)
    dues = {"終日": day, "昼": timezone.localtime(now).replace(hour=12), "なし": None}
    rows = [Waiting(SimpleNamespace(pk=name, title=name), "決定", now, due) for name, due in dues.items()]
    monkeypatch.setattr(decisions, "requests_waiting_for", lambda user, at, acts: rows)
    found = [row.due for row in Decisions(Look(world.cast.ciso, at=now)).rows if row.kind == "決定"]
    assert found == [dues["昼"], dues["終日"], None]


def test_the_list_of_decisions_leaves_out_other_work(world, monkeypatch):
    now, client = timezone.now(), world.cast.client(world.cast.ciso)
    seen = Request.objects.visible_to(world.cast.ciso, at=now)[:3]
    rows = [Waiting(request, act, now) for request, act in zip(seen, ("決定", "同意", "申請"), strict=True)]
    monkeypatch.setattr(listing, "waiting_for", lambda user, at: rows)
    address = reverse("approvals:desk", args=["waiting"])
    assert [count_of(client.get(address, {"act": acts})) for acts in ([], ["決定", "同意"], ["申請"])] == [3, 2, 1]


def test_the_sheet_is_refused_to_everybody_else(world):
    assert world.cast.client(world.cast.general_manager).post(reverse("overview_paper")).status_code == 404


def test_a_bad_filter_of_the_overrides_shows_the_list(world):
    answer = world.cast.client(world.cast.ciso).get(reverse("overview_overrides"), {"year": "いつか", "state": "x", "page": "-1"})
    assert answer.status_code == 200


@pytest.mark.parametrize("role", ["ciso", "section_officer"])
def test_the_queries_do_not_grow_with_the_rows(world, role):
    user, now = getattr(world.cast, role), timezone.now()
    client = world.cast.client(user)
    client.get(reverse("overview"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("overview"))
    for _ in range(5):
        report(world.cast, at=now)
        make_asset(world.cast.section, by=world.cast.clerk)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("overview"))
    assert len(many) <= len(few)
    assert len(few) <= MOST_QUERIES, (role, len(few))


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**6)), min_size=1, max_size=12))
def test_a_line_stays_within_its_frame(values):
    chart = Lines("試験", [str(place) for place in range(len(values))], [Series("今年度", values)])
    assert len(chart.drawn[0].points) == sum(value is not None for value in values)
    assert all(26 <= x <= 312 and 12 <= y <= 98 for x, y in chart.drawn[0].points)
    assert chart.middle * 2 == chart.top


@given(st.lists(st.tuples(st.integers(0, 10**6), st.one_of(st.none(), st.integers(0, 10**6))), max_size=9))
def test_a_bar_is_never_longer_than_its_place(pairs):
    chart = Bars("試験", [Bar(str(place), count, before=before) for place, (count, before) in enumerate(pairs)])
    for _, length, before in chart.drawn:
        assert 0 <= length <= 100
        assert before is None or 0 <= before <= 100


def test_only_the_hats_of_answerable_roles_open_the_page(world):
    cast = world.cast
    for user, level in ((cast.ciso, Level.CITY), (cast.division_officer, Level.DIVISION), (cast.section_officer, Level.SECTION)):
        assert Look(user, at=timezone.now()).level == level
    with pytest.raises(LookupError):
        Look(cast.clerk, at=timezone.now())
    assert not Look(cast.section_officer, at=timezone.now()).holds(RoleCode.CISO)


def test_a_term_that_is_over_is_not_called_the_next_one():
    due = timezone.localdate()
    assert Nearest("R8-001 速報", due, "/").label == "次の報告期限"
    assert Nearest("R8-001 速報", due, "/", is_over=True).label == "過ぎた報告期限"


def test_who_has_nothing_to_decide_is_led_to_the_other_work(world, monkeypatch):
    monkeypatch.setattr(Decisions, "figures", [])
    text = page(world.cast, world.cast.ciso)
    assert "いま決裁を待つものはありません" in text
    assert f'<a href="{reverse("desk")}">ほかの仕事は受信箱で見る</a>' in text
