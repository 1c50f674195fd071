"""make_scale fills an empty trial database with rows as the real acts leave them; nothing else does it, and nowhere else."""

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from assets.models import Asset
from assets.models.series import AssetSeries
from audits.models import Answer, Campaign, Sheet
from incidents.models import Incident, NumberSeries, ResponseTask, Step
from musashimurayama_isms.accounts import sample
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.models import Decision, Request, Seat
from musashimurayama_isms.dashboard.desk import waiting
from musashimurayama_isms.dashboard.scale.staff import like_the_model, places
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.trail.triggers import missing_triggers
from musashimurayama_isms.trail.verification import verify

TINY = {"staff": 150, "years": 2, "assets": 60, "requests": 60, "incidents": 16, "questions": 3, "entries": 1500}

pytestmark = pytest.mark.walk


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    """The reference data and the sample staff, filled once for all tests of this file; each test rolls back its own acts."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference", stdout=StringIO())
        sample.set_up(None)
        told = StringIO()
        call_command("make_scale", stdout=told, **TINY)
        yield told.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def rows(city, db):
    """A savepoint within the filled database."""
    return city


def test_the_number_of_each_kind_is_what_was_asked_for(rows):
    assert Asset.objects.count() == 60
    assert Request.objects.count() == 60
    assert Incident.objects.count() == 16
    assert Campaign.objects.count() == 2
    assert 1400 < Entry.objects.count() < 2200
    assert "年度: 証跡" in rows
    assert User.objects.count() == 150


def test_the_chain_of_the_trail_holds_and_its_triggers_are_in_place(rows):
    proof = verify()
    assert proof.entries == Entry.objects.count()
    assert proof.segments == 1
    assert missing_triggers() == []


def test_a_request_is_as_its_acts_would_have_left_it(rows):
    request = Request.objects.filter(status=Request.Status.COMPLETED, type__code="publication").first()
    version = request.current_version
    assert version.digest == version.compute_digest()
    decision = request.decisions.get()
    assert decision.digest == version.digest
    assert Seat.objects.filter(step__request=request, decision=decision).exists()
    verbs = list(Entry.objects.about(request).values_list("verb", flat=True))
    assert verbs[0] == "approvals.request.drafted"
    assert verbs[-1] == "approvals.request.completed"
    made = Entry.objects.about(request).get(verb="approvals.decision.made")
    assert made.changes["digest"] == version.digest
    assert made.subject_label == str(request)


def test_people_and_sections_of_a_copy_belong_together(rows):
    chiefs = {place.department.pk: place.head for place in places()}
    for decision in Decision.objects.select_related("request", "person"):
        assert decision.person == chiefs[decision.request.department_id]
    for request in Request.objects.select_related("drafter"):
        assert request.drafter.appointments.filter(post__department=request.department_id).exists()
        assert Entry.objects.about(request).first().actor_name == request.drafter.name


def test_copies_stand_in_several_sections_and_years(rows):
    assert len(set(Request.objects.values_list("department", flat=True))) == len(like_the_model(places()))
    assert len(set(Request.objects.exclude(sequence=None).values_list("fiscal_year", flat=True))) == 2
    assert len(set(Asset.objects.values_list("department", flat=True))) == len(places())


def test_days_and_numbers_move_with_the_copy(rows):
    for request in Request.objects.filter(type__code="publication").exclude(submitted_at=None):
        assert request.content["starts_on"] == request.starts_on.isoformat()
        assert timedelta(days=0) < request.starts_on - timezone.localtime(request.created_at).date() < timedelta(days=5)
    for incident in Incident.objects.all():
        assert Entry.objects.about(incident).get(verb="incidents.incident.reported").changes["number"] == incident.number
        assert incident.created_at <= incident.reported_at
    numbers = Counter(Incident.objects.values_list("fiscal_year", "sequence"))
    assert max(numbers.values()) == 1


def test_hardly_a_measure_of_a_closed_incident_still_waits_for_somebody_to_see_its_effect(rows):
    measures = ResponseTask.objects.filter(incident__status=Incident.Status.CLOSED)
    assert measures.filter(status=ResponseTask.Status.EFFECTIVE).count() > 5 * measures.unchecked().count()


def test_a_closed_incident_has_no_step_left_open(rows):
    closed = Incident.objects.filter(status=Incident.Status.CLOSED)
    assert closed.exists()
    assert not Step.objects.filter(incident__in=closed, done_at=None).exists()
    assert not Notification.objects.filter(object_id__in=[str(pk) for pk in closed.values_list("pk", flat=True)], read_at=None).exists()


def test_running_numbers_go_on_after_the_copies(rows):
    for series in AssetSeries.objects.all():
        assert series.last == Asset.objects.filter(department=series.department).count()
    year = NumberSeries.objects.order_by("fiscal_year").last()
    assert NumberSeries.take(year.fiscal_year) == Incident.objects.filter(fiscal_year=year.fiscal_year).count() + 1


def test_a_real_act_goes_on_from_where_the_copies_end(rows):
    place = like_the_model(places())[-1]
    clerk, at = place.staff[0], timezone.now()
    asset = Asset.register(place.department, by=clerk, at=at, name="あとから登録したもの", kind="paper", asset_class=3, place="書庫")
    assert asset.sequence == Asset.objects.filter(department=place.department).count()
    request = Request.draft("viewing", by=clerk, at=at)
    assert request.subjects.count() == 0
    assert verify().entries == Entry.objects.count()


def test_the_inspection_of_this_year_is_open_and_those_before_are_reported(rows):
    this, last = Campaign.objects.all()
    assert (this.status, last.status) == (Campaign.Status.OPEN, Campaign.Status.REPORTED)
    assert str(last.fiscal_year - 2018) in last.title
    sent = Sheet.objects.filter(campaign=last, submitted_at__isnull=False).first()
    assert sent.answers.count() == sent.questions.count()
    assert all(not answer.lacks for answer in Answer.objects.filter(sheet=sent))
    assert Entry.objects.about(sent).get().verb == "audits.sheet.submitted"


def test_the_pages_are_drawn_and_the_desk_of_a_chief_stays_short(rows):
    chief, officer = User.objects.get(username="kacho"), User.objects.get(username="ciso")
    assert len(waiting(chief, at=timezone.now())) < 30
    browser = Client()
    browser.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    incident = Incident.objects.filter(status=Incident.Status.CLOSED).first()
    for address in ("/", "/overview/", "/assets/", "/requests/desk/all/", incident.get_absolute_url()):
        assert browser.get(address).status_code == 200


def test_a_filled_database_is_left_alone(rows):
    before = Entry.objects.count()
    with pytest.raises(CommandError, match="空のデータベース"):
        call_command("make_scale", stdout=StringIO(), **TINY)
    assert Entry.objects.count() == before
