"""報告書: who finds which paper, what each tells of, the month in figures, and what the portal makes by itself."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audits.models import AuditReport
from incidents.models import Incident
from musashimurayama_isms.accounts.models import Appointment
from musashimurayama_isms.dashboard.overview.look import Look
from musashimurayama_isms.dashboard.reports.asset_register import AssetRegister
from musashimurayama_isms.dashboard.reports.catalogue import REPORTS
from musashimurayama_isms.dashboard.reports.incident_file import IncidentFile
from musashimurayama_isms.dashboard.reports.month import Month, MonthFigures
from musashimurayama_isms.dashboard.reports.monthly import MONTHLY, MonthlyReport, begin_report
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.jobs import registry
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry, Reading
from policy.visits import Visit

from .cast import Cast
from .factory import make_asset
from .world import World

pytestmark = pytest.mark.django_db
ANSWERS = {
    "monthly": lambda world: {"month": Month.of(timezone.localdate()).code},
    "year-plan": lambda world: {"year": world.plan_year, "scope": "city"},
    "incident": lambda world: {"number": world.incident.number},
    "incident-file": lambda world: {"number": world.handled.number},
    "half-year": lambda world: {"half": "2026-1"},
    "policy-text": lambda world: {"revision": Visit(world.cast.ciso, at=timezone.now()).revision.pk},
    "comparison": lambda world: {"revision": world.draft_text.pk},
    "guide": lambda world: {"bearer": "TERMINAL_USER"},
    "exceptions": lambda world: {"state": "all"},
    "asset-register": lambda world: {"department": "", "state": "all"},
    "audit-report": lambda world: {"report": AuditReport.objects.exclude(status=AuditReport.Status.DRAFT).first().pk},
    "inspection": lambda world: {"campaign": world.campaign.pk},
    "policy-review": lambda world: {"review": world.policy_review.pk},
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """One of everything, built once for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World(Cast())
        transaction.set_rollback(True)


def shown(cast, user) -> set[str]:
    """The reports whose cards the person sees."""
    html = cast.client(user).get(reverse("reports")).content.decode()
    return {report.slug for report in REPORTS if report.url in html}


# -- the room ----------------------------------------------------------------------------------------------------------


def test_everybody_finds_what_everybody_may_have_and_the_ciso_more(world):
    cast = world.cast
    common = {"year-plan", "incident", "incident-file", "contact-net", "policy-text", "comparison", "guide", "exceptions", "asset-register"}
    assert common <= shown(cast, cast.clerk)
    assert not {"monthly", "decisions", "inspection", "half-year", "policy-review"} & shown(cast, cast.clerk)
    assert {"monthly", "decisions", "inspection", "half-year", "policy-review"} <= shown(cast, cast.ciso)
    assert "monthly" in shown(cast, cast.general_manager) & shown(cast, cast.central_manager)
    assert "decisions" not in shown(cast, cast.central_manager)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_what_is_not_shown_is_not_there_at_all(world, report):
    cast = world.cast
    for user in cast.everyone():
        client, is_shown = cast.client(user), report.slug in shown(cast, user)
        assert client.get(report.url).status_code == (200 if is_shown else 404)
        if not is_shown:
            assert client.post(report.url).status_code == 404


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.slug)
def test_each_report_is_made_by_the_room_and_is_a_pdf(world, report):
    asker = getattr(world.cast, "central_manager" if report.slug == "comparison" else "ciso")
    given = ANSWERS.get(report.slug, lambda world: {})(world)
    answer = world.cast.client(asker).post(report.url, given)
    assert answer.status_code == 302, answer.context["form"].errors
    job = Job.objects.filter(kind=report.kind, created_by=asker).latest("created_at")
    assert answer.url == job.get_absolute_url()
    run_job(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.DONE, job.error
    if report.slug == "audit-report" and not job.results.exists():
        assert job.result["url"]  # it is kept with the audit already
    else:
        assert job.results.get().content.read().startswith(b"%PDF-")


def test_a_wrong_number_is_told_beside_the_field_and_what_was_typed_stays(world):
    cast = world.cast
    client, url = cast.client(cast.clerk), reverse("report", args=["incident"])
    page = client.post(url, {"number": "八の十二"})
    assert page.status_code == 422
    assert "R8-012 のように" in page.content.decode()
    assert "八の十二" in page.content.decode()
    assert "見る権限がありません" in client.post(url, {"number": "R8-999"}).content.decode()
    assert not Job.objects.filter(kind="incidents.report_sheet", created_by=cast.clerk).exclude(pk=world.job.pk).exists()


def test_a_number_is_read_however_it_is_typed_and_fills_in_from_the_address(world):
    cast = world.cast
    client, url = cast.client(cast.clerk), reverse("report", args=["incident"])
    assert f'value="{world.incident.number}"' in client.get(url, {"number": world.incident.number}).content.decode()
    wide = world.incident.number.lower().translate(str.maketrans("r0123456789-", "ｒ０１２３４５６７８９－"))
    assert client.post(url, {"number": wide}).status_code == 302


def test_an_incident_that_a_stranger_does_not_see_is_not_there_for_the_form(world):
    cast = world.cast
    page = cast.client(cast.outsider_clerk).post(reverse("report", args=["incident-file"]), {"number": world.incident.number})
    assert page.status_code == 422


def test_the_history_has_ones_own_and_an_administrator_sees_that_it_ran(world):
    cast = world.cast
    job = enqueue("policy.guide", by=cast.clerk, bearer="TERMINAL_USER")
    address = reverse("reports_history")
    for person, sees in ((cast.clerk, True), (cast.administrator, True), (cast.colleague, False)):
        html = cast.client(person).get(address, {"kind": "policy.guide", "status": "queued"}).content.decode()
        assert (job.get_absolute_url() in html) == sees
    assert job.get_absolute_url() not in cast.client(cast.clerk).get(address, {"kind": MONTHLY}).content.decode()


def test_room_and_history_ask_the_database_as_often_for_fifty_reports_as_for_one(world):
    cast = world.cast
    client = cast.client(cast.ciso)
    for address in (reverse("reports"), reverse("reports_history")):
        Job.objects.create(kind="policy.guide", title="手引", created_by=cast.ciso)
        client.get(address)
        with CaptureQueriesContext(connection) as one:
            client.get(address)
        for _ in range(50):
            Job.objects.create(kind="policy.guide", title="手引", created_by=cast.ciso)
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) <= len(one), address


def test_every_report_is_a_registered_job_that_can_be_run_again(world):
    for report in REPORTS:
        assert registry.find(report.kind).repeats, report.slug
    assert len({report.kind for report in REPORTS}) == len(REPORTS)


# -- rights are asked again --------------------------------------------------------------------------------------------


def test_who_lost_the_office_between_asking_and_making_gets_a_sentence_and_no_paper(world):
    cast = world.cast
    jobs = [
        enqueue(MONTHLY, by=cast.clerk, month="2026-10"),
        enqueue("dashboard.incident_file", by=cast.outsider_clerk, incident=str(world.incident.pk)),
        enqueue("dashboard.policy_text", by=cast.clerk, revision=world.draft_text.pk),
    ]
    for job in jobs:
        run_job(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.FAILED
        assert "なりました" in job.error or "なくなった" in job.error
        assert not job.results.exists()


def test_a_paper_about_an_incident_is_no_longer_handed_out_to_who_left_the_section(world):
    cast = world.cast
    job = enqueue("dashboard.incident_file", by=cast.section_officer, subject=world.incident, incident=str(world.incident.pk))
    run_job(job.pk)
    address = reverse("jobs:download", args=[job.results.get().pk])
    assert cast.client(cast.section_officer).get(address).status_code == 200
    assert cast.client(cast.clerk).get(address).status_code == 404
    Appointment.objects.filter(person=cast.section_officer).update(until=timezone.localdate() - timedelta(days=1))
    assert cast.client(cast.section_officer).get(address).status_code == 404


# -- the whole file of an incident ---------------------------------------------------------------------------------------


def test_the_file_leaves_out_evidence_for_who_may_not_know_of_it(world):
    at = timezone.now()
    incident = world.piece.incident
    wide = IncidentFile(incident, world.cast.central_manager, at=at)
    narrow = IncidentFile(incident, world.cast.section_officer, at=at)
    assert world.piece in wide.response.evidence
    assert any(entry.verb == "incidents.evidence.secured" for entry in wide.entries)
    assert narrow.response.evidence == []
    assert not any(entry.verb.startswith("incidents.evidence") for entry in narrow.entries)
    assert not any(where.startswith("証拠") for where, _ in narrow.files)


def test_making_a_file_counts_as_reading_the_incident(world):
    cast = world.cast
    Reading.objects.filter(person=cast.ciso, object_id=str(world.handled.pk)).delete()
    run_job(enqueue("dashboard.incident_file", by=cast.ciso, subject=world.handled, incident=str(world.handled.pk)).pk)
    assert Reading.objects.filter(person=cast.ciso, object_id=str(world.handled.pk)).exists()


# -- the register ------------------------------------------------------------------------------------------------------


def test_the_register_has_what_the_person_sees_by_section_and_bears_its_class(world):
    cast = world.cast
    mine = make_asset(cast.section, by=cast.clerk, asset_class=1)
    other = make_asset(cast.other_section, by=cast.outsider_clerk)
    job = enqueue("dashboard.asset_register", by=cast.clerk, department=None, state="kept")
    run_job(job.pk)
    assert job.results.get().name.startswith("【分類Ⅰ】情報資産台帳-")
    entry = Entry.objects.filter(verb="assets.asset.printed", actor=cast.clerk).first()
    register = AssetRegister(cast.clerk, at=timezone.now(), department=None, with_disposed=False)
    assert list(register.reading())[-1] == register.total == entry.changes["count"]
    assert mine in register.read
    assert other not in register.read
    assert {shelf.name for shelf in register.shelves} == {row.department.full_name for row in register.read}
    assert sum(count for _, count in register.counts) == register.total


def test_an_empty_register_says_what_to_do(world):
    cast = world.cast
    job = enqueue("dashboard.asset_register", by=cast.clerk, department=cast.other_section.pk, state="kept")
    run_job(job.pk)
    job.refresh_from_db()
    assert "載せる情報資産がありません" in job.error


# -- the month -----------------------------------------------------------------------------------------------------------


def test_a_month_knows_its_bounds_and_its_neighbours():
    month = Month.read("2027-01")
    assert (month.before.code, month.after.code, month.year_before.code, month.last) == ("2026-12", "2027-02", "2026-01", date(2027, 1, 31))
    assert month.begin == datetime(2027, 1, 1, tzinfo=TOKYO)
    assert [each.code for each in month.series()][::6] == ["2026-01", "2026-07", "2027-01"]
    for wrong in ("2027-13", "27-01", "2027-01-01"):
        with pytest.raises(ValueError, match=wrong):
            Month.read(wrong)


def test_the_figures_of_a_month_count_what_lies_in_it(world):
    cast, month = world.cast, Month.read("2026-10")
    rows = list(Incident.objects.submitted().real()[:3])
    last_moment, first_after = month.end - timedelta(seconds=1), month.end
    for row, at in zip(rows, (month.begin, last_moment, first_after), strict=True):
        Incident.objects.filter(pk=row.pk).update(reported_at=at)
    Incident.objects.real().exclude(pk__in=[row.pk for row in rows]).update(reported_at=datetime(2025, 10, 5, tzinfo=TOKYO))
    now = timezone.now()
    october = MonthFigures(Look(cast.ciso, at=now), month).reported
    november = MonthFigures(Look(cast.ciso, at=now), month.after).reported
    assert (october.now, october.before, november.now, november.before) == (2, 0, 1, 2)
    assert october.year_before > 0
    assert (october.change, november.change) == ("＋2", "−1")


def test_the_report_has_the_same_numbers_as_the_page_of_the_situation(world):
    report = MonthlyReport(world.cast.ciso, Month.of(timezone.localdate()), at=timezone.now())
    assert [tile.slug for tile in report.tiles] == [tile.slug for tile in report.overview.tiles]
    assert all(not tile.later for tile in report.tiles)
    assert report.is_running
    incidents = report.look.incidents.filter(report.month.holds("reported_at")).count()
    assert report.figures.reported.now == incidents == sum(count for _, count, _ in report.by_kind)
    assert incidents == sum(count for _, count, _ in report.by_section)


def test_the_duties_of_the_month_add_up(world):
    report = MonthlyReport(world.cast.ciso, Month.of(timezone.localdate()), at=timezone.now())
    table = dict(report.figures.measures)["定期業務"]
    due, in_time, late, left = (measure.now for measure in table)
    assert due == in_time + late + left == sum(line.due for line in report.duties)
    assert left == sum(line.left for line in report.duties)


def test_it_asks_as_often_however_many_incidents_there_were(world):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            report = MonthlyReport(world.cast.ciso, Month.of(timezone.localdate()), at=timezone.now())
            _ = report.figures.measures, report.trend, report.by_kind, report.by_section, report.reports, report.duties, report.exceptions
        return len(queries)

    asked()
    before = asked()
    row = Incident.objects.submitted().first()
    facts = {
        "kind": row.kind,
        "noticed_at": row.noticed_at,
        "personal_information": "no",
        "department": row.department,
        "reporter": row.reporter,
    }
    for _ in range(10):
        Incident.objects.create(**facts, summary="試験", place="窓口").report(by=row.reporter, at=timezone.now())
    assert asked() == before


# -- by itself -----------------------------------------------------------------------------------------------------------


def test_at_the_beginning_of_a_month_the_last_one_is_reported_once_and_the_ciso_is_told(world):
    cast, first = world.cast, datetime(2026, 12, 1, 0, 45, tzinfo=TOKYO)
    job = begin_report(at=first)
    assert job.params == {"month": "2026-11"}
    assert begin_report(at=first + timedelta(hours=1)) is None
    assert begin_report(at=first + timedelta(days=20)) is None
    assert begin_report(at=datetime(2027, 1, 1, 3, tzinfo=TOKYO)).params == {"month": "2026-12"}
    run_job(job.pk)
    result = job.results.get()
    for reader in (cast.ciso, cast.general_manager, cast.central_manager):
        assert cast.client(reader).get(reverse("jobs:download", args=[result.pk])).status_code == 200
        assert Notification.objects.filter(recipient=reader, url=job.get_absolute_url()).exists()
    assert Notification.objects.filter(recipient=cast.administrator, url=job.get_absolute_url()).exists()
    assert cast.client(cast.administrator).get(reverse("jobs:download", args=[result.pk])).status_code == 404
    assert cast.client(cast.section_officer).get(job.get_absolute_url()).status_code == 404
    assert job.get_absolute_url() in cast.client(cast.ciso).get(reverse("reports")).content.decode()


def test_without_anybody_acting_as_ciso_it_says_so(world):
    cast = world.cast
    job = begin_report(at=datetime(2026, 12, 1, 0, 45, tzinfo=TOKYO))
    today = timezone.localdate()
    others = Appointment.objects.filter(since__lt=today).exclude(person=cast.administrator)
    others.update(until=today - timedelta(days=1))
    Appointment.objects.filter(since=today).exclude(person=cast.administrator).update(since=today + timedelta(days=1))
    run_job(job.pk)
    job.refresh_from_db()
    assert "CISOの職務を行う人がいない" in job.error
