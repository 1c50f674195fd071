"""棚卸: one sheet a section, every line looked at by its staff, closed by its officer; what is lost becomes an incident."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assets.calendar_work import open_due, remind
from assets.figures import register
from assets.models import Asset, StockTake, StockTakeSection
from assets.overview import incident_url
from incidents.models import Incident, IncidentKind
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.dashboard.desk import waiting
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.transitions import InvalidTransition

from .factory import make_asset
from .test_incident_pages import moment

pytestmark = pytest.mark.django_db
SEPTEMBER = datetime(2027, 9, 1, 0, 20, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.fixture
def sheet(cast) -> StockTakeSection:
    """The sheet of 市民課 with three lines; 文書法制課 has one of its own."""
    for _ in range(3):
        make_asset(cast.section, by=cast.clerk)
    make_asset(cast.other_section, by=cast.outsider_clerk)
    Asset.objects.update(last_checked_on=None)
    StockTake.open(due_on=timezone.localdate() + timedelta(days=20), by=cast.central_manager, at=timezone.now())
    return StockTakeSection.objects.get(department=cast.section)


def lines(sheet) -> list:
    return list(sheet.lines.order_by("asset__sequence"))


def test_a_campaign_is_opened_by_the_central_manager_once_and_tells_the_officers(cast, sheet):
    assert {row.department: row.total for row in StockTakeSection.objects.for_list()} == {cast.section: 3, cast.other_section: 1}
    assert Notification.objects.filter(recipient=cast.section_officer, url=sheet.get_absolute_url()).count() == 1
    due_on = timezone.localdate() + timedelta(days=30)
    with pytest.raises(PermissionDenied):
        StockTake.open(due_on=due_on, by=cast.section_officer, at=timezone.now())
    with pytest.raises(InvalidTransition):
        StockTake.open(due_on=due_on, by=cast.central_manager, at=timezone.now())


def test_every_line_is_confirmed_corrected_or_lost_and_then_the_officer_closes(cast, sheet):
    first, second, third = lines(sheet)
    now = timezone.now()
    with pytest.raises(PermissionDenied):
        sheet.confirm([first.pk], by=cast.outsider_clerk, at=now)
    assert sheet.confirm([first.pk], by=cast.clerk, at=now) == 1
    client = cast.client(cast.colleague)
    page = client.get(reverse("assets:asset_edit", args=[second.asset_id]), {"line": second.pk})
    data = {name: value for name, value in page.context["form"].initial.items() if value not in (None, False)}
    answer = client.post(reverse("assets:asset_edit", args=[second.asset_id]), {**data, "place": "書庫2", "line": second.pk})
    assert answer.url == sheet.get_absolute_url()
    with pytest.raises(InvalidTransition):
        sheet.close(by=cast.section_officer, at=now)
    third.lose(by=cast.clerk, at=now)
    with pytest.raises(PermissionDenied):
        sheet.close(by=cast.clerk, at=now)
    sheet.close(by=cast.section_officer, at=now)
    assert [row.outcome for row in lines(sheet)] == ["confirmed", "corrected", "lost"]
    states = [(row.status, row.place, row.last_checked_on) for row in Asset.objects.filter(department=cast.section)]
    place, today = first.asset.place, timezone.localdate()
    assert states == [("in_use", place, today), ("in_use", "書庫2", today), ("lost", place, None)]
    with pytest.raises(InvalidTransition):
        sheet.confirm([first.pk], by=cast.clerk, at=now)


def test_what_was_lost_by_another_way_waits_no_longer(cast, sheet):
    lines(sheet)[0].asset.report_lost(by=cast.clerk, at=timezone.now())
    assert StockTakeSection.objects.for_list().get(pk=sheet.pk).waiting == sheet.lines.waiting().count() == 2


def test_a_lost_asset_begins_a_report_that_knows_it(cast, sheet):
    reference.load("incident_kinds.json")
    line = lines(sheet)[0]
    client = cast.client(cast.clerk)
    page = client.post(reverse("assets:stock_take_lost", args=[line.pk]), follow=True)
    assert 'href="/incidents/start/?kind=lost' in page.content.decode()
    url = incident_url(line.asset)
    kind = IncidentKind.objects.get(code="lost")
    assert client.get(url).context["form"]["kind"].value() == kind.pk
    client.post(url, {"kind": kind.pk, "personal_information": "no", **moment("noticed_at", timezone.now())})
    draft = Incident.objects.get()
    assert (draft.information, draft.asset_class, draft.place) == (str(line.asset), 2, line.asset.place)


def test_the_portal_begins_in_its_month_and_reminds_once_a_stage(cast):
    make_asset(cast.section, by=cast.clerk, at=SEPTEMBER)
    assert open_due(at=SEPTEMBER - timedelta(days=1)) is None
    assert open_due(at=SEPTEMBER).due_on == date(2027, 9, 30)
    assert open_due(at=SEPTEMBER) is None
    told = Notification.objects.filter(recipient=cast.section_officer, title__contains="期限")
    for days, count in ((1, 0), (25, 1), (26, 1), (29, 2), (31, 2), (37, 3)):
        remind(at=SEPTEMBER + timedelta(days=days))
        assert told.count() == count, days


def test_the_desk_and_the_coverage_know_what_waits(cast, sheet):
    now = timezone.now()
    assert [item.why for item in waiting(cast.clerk, at=now)] == ["未確認 3件"]
    assert (register(at=now).open, register(at=now + timedelta(days=30)).late, register(at=now).total) == (4, 4, 4)
    sheet.confirm([row.pk for row in lines(sheet)], by=cast.clerk, at=now)
    assert waiting(cast.clerk, at=now) == []
    assert [item.kind for item in waiting(cast.section_officer, at=now)] == ["棚卸"]


def test_the_pages_ask_a_fixed_number_of_questions(cast, sheet):
    client = cast.client(cast.central_manager)
    pages = [reverse("assets:asset_list"), reverse("assets:stock_take_list"), sheet.stock_take.get_absolute_url(), sheet.get_absolute_url()]
    pages.append(lines(sheet)[0].asset.get_absolute_url())
    _queries(client, pages[0])  # the session and the content types are known from then on
    counts = [_queries(client, page) for page in pages]
    source = Asset.objects.first()
    for _ in range(40):
        asset = make_asset(cast.section, by=cast.clerk, copy_of=source)
        sheet.lines.create(asset=asset)
    assert [_queries(client, page) for page in pages] == counts
    assert max(counts) < 60


def _queries(client, page) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    return len(asked)
