"""The first page and the direct lines: where an answer leads, what a kind asks, whom it tells at once."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from assets.models import LedgerEntry, System
from incidents.chain import Party, StepCode
from incidents.direct.faults import record_fault
from incidents.forms import ReportForm
from incidents.intake.questions import AT_MOST, questions_of
from incidents.models import CardStop, Incident, IncidentKind, Receipt
from incidents.open_points import open_points
from incidents.report_figures import of_kinds
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters.catalogue import get
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.transitions import InvalidTransition
from policy.numbers import printed

from . import outside
from .test_incident_chain import MORNING, minutes, parties_told, sent, step
from .test_incident_pages import boxes, moment

ROWS = json.loads(reference.path_of("incident_kinds.json").read_text(encoding="utf-8"))


@pytest.fixture
def city(cast):
    reference.load("incident_kinds.json")
    return cast


def of_kind(cast, code, **fields) -> Incident:
    return sent(cast, kind=IncidentKind.objects.get(code=code), **fields)


# -- the first page ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "page"), [("consultation", "consultation_new"), ("violation", "violation_new"), ("compliance", "compliance_new")]
)
def test_an_answer_that_is_no_incident_lands_in_its_form_whatever_else_is_answered(city, code, page):
    kind = IncidentKind.objects.get(code=code)
    answer = city.client(city.clerk).post(reverse("incidents:start"), {"kind": kind.pk})
    assert answer.url == reverse(f"incidents:{page}")
    assert not Incident.objects.exists()


def test_the_first_page_lists_the_kinds_under_their_headings(city):
    page = city.client(city.clerk).get(reverse("incidents:start")).content.decode()
    for group in IncidentKind.Group:
        assert group.label in page
    assert "相談したい" in page


def test_a_kind_that_leads_elsewhere_is_no_kind_of_incident(city):
    codes = set(IncidentKind.objects.of_incidents().values_list("code", flat=True))
    assert not codes & {"consultation", "violation", "compliance"}
    assert {"defacement", "sns_hijack", "external_service", "cable"} <= codes


def test_what_the_address_knows_of_a_service_comes_along_only_where_the_person_sees_it(city):
    outside.open_types(city)
    service = outside.considered(city)
    url = f"{reverse('incidents:start')}?kind=external_service&service={service.pk}"
    data = {
        **moment("noticed_at", timezone.now()),
        "kind": IncidentKind.objects.get(code="external_service").pk,
        "personal_information": "no",
    }
    city.client(city.clerk).post(url, data)
    assert Incident.objects.get(reporter=city.clerk).service == service
    city.client(city.outsider_clerk).post(url, data)
    assert Incident.objects.get(reporter=city.outsider_clerk).service is None


# -- what a kind asks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["fields"]["code"])
def test_the_data_of_a_kind_speak_the_words_of_the_code(row):
    kind = IncidentKind(**row["fields"])
    kind.clean_fields(exclude=["id", "is_active", "never", "first_steps", "questions", "also_tells"])
    questions_of(kind)
    for party in kind.also_tells:
        assert get(party) if "." in party else Party(party)
    assert all(printed(number) for number in kind.clauses)


def test_no_kind_asks_more_than_eight_fields_before_sending(city):
    for kind in IncidentKind.objects.of_incidents():
        form = ReportForm(instance=Incident(kind=kind, reporter=city.clerk, department=city.section), at=MORNING)
        assert len(form.main()) <= AT_MOST, kind.code
        assert not any(form.fields[question.name].required for question in form.questions)


def test_the_answers_are_kept_with_the_words_of_their_questions_and_shown(city):
    draft = Incident.objects.create(
        reporter=city.clerk,
        department=city.section,
        kind=IncidentKind.objects.get(code="password"),
        noticed_at=timezone.now(),
        personal_information="no",
    )
    client, autosave = city.client(city.clerk), reverse("incidents:autosave", args=[draft.pk])
    client.post(autosave, boxes(city, answer_system="人事給与", answer_changed="no"))
    draft.refresh_from_db()
    assert draft.answers["system"] == {"label": "どのシステムのパスワードですか", "words": "人事給与", "value": "人事給与"}
    client.post(autosave, boxes(city, answer_system="", answer_changed="yes"))
    draft.refresh_from_db()
    assert set(draft.answers) == {"changed"}
    assert "どのシステムのパスワードですか" in client.get(reverse("incidents:draft", args=[draft.pk])).content.decode()
    sending = boxes(city, send="1", summary="偽の画面に入力した", place="自席", answer_system="財務", answer_changed="yes")
    page = client.post(reverse("incidents:draft", args=[draft.pk]), sending, follow=True).content.decode()
    assert "財務" in page


def test_a_report_is_sent_without_any_answer_of_its_kind(city):
    assert of_kind(city, "malware").answers == {}


# -- whom it tells at once -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "party"),
    [
        ("ic_card", Party.CENTRAL_MANAGER),
        ("password", Party.CENTRAL_MANAGER),
        ("missent", Party.CENTRAL_MANAGER),
        ("failure", Party.CENTRAL_MANAGER),
        ("cable", Party.CENTRAL_MANAGER),
        ("defacement", Party.GENERAL_MANAGER),
        ("sns_hijack", Party.CENTRAL_MANAGER),
    ],
)
def test_a_kind_tells_its_party_at_once_beside_the_officer(city, code, party):
    incident = of_kind(city, code)
    assert parties_told(incident, StepCode.REPORT) == {Party.SECTION_OFFICER, party}
    person = {"CENTRAL_MANAGER": city.central_manager, "GENERAL_MANAGER": city.general_manager}[party]
    assert Notification.objects.filter(recipient=person, urgent=True).exists()
    assert Receipt.objects.waiting_for(person, at=MORNING).exists()


def test_other_kinds_tell_the_officer_alone(city):
    assert parties_told(of_kind(city, "lost"), StepCode.REPORT) == {Party.SECTION_OFFICER}


def test_one_look_at_the_report_reads_what_was_told_twice(city):
    incident = of_kind(city, "password")
    step(incident, StepCode.PASS_ON).pass_on(by=city.section_officer, at=minutes(5))
    rows = Receipt.objects.filter(step__incident=incident, party=Party.CENTRAL_MANAGER)
    assert rows.pending().count() == 2
    rows.first().acknowledge(by=city.central_manager, at=minutes(6))
    assert not rows.pending().exists()


def test_a_chief_who_reports_tells_the_party_once(city):
    incident = of_kind(city, "password", reporter=city.section_officer)
    assert Receipt.objects.filter(step__incident=incident, party=Party.CENTRAL_MANAGER).count() == 1


def test_a_report_past_the_chief_keeps_the_manager_of_the_service_out(city):
    outside.open_types(city)
    incident = of_kind(city, "external_service", service=outside.in_use(city), bypasses_chief=True)
    assert not Receipt.objects.filter(step__incident=incident, party=Party.SERVICE_MANAGER).exists()
    assert not Incident.objects.visible_to(city.colleague, at=MORNING).filter(pk=incident.pk).exists()


def test_an_incident_of_a_service_tells_its_manager_who_then_sees_it(city):
    outside.open_types(city)
    service, now = outside.in_use(city), timezone.now()
    incident = of_kind(city, "external_service", service=service, at=now, noticed_at=now)
    assert parties_told(incident, StepCode.REPORT) == {Party.SECTION_OFFICER, Party.SERVICE_MANAGER}
    receipt = Receipt.objects.get(step__incident=incident, party=Party.SERVICE_MANAGER)
    assert Incident.objects.visible_to(city.colleague, at=now).filter(pk=incident.pk).exists()
    assert not Incident.objects.visible_to(city.promoter, at=now).filter(pk=incident.pk).exists()
    assert list(Receipt.objects.waiting_for(city.colleague, at=now)) == [receipt]
    assert "報告を受領してください" in city.client(city.colleague).get(incident.get_absolute_url()).content.decode()
    receipt.acknowledge(by=city.colleague, at=now)
    assert receipt.step.incident.able(Party.SERVICE_MANAGER, at=now)[0].person == city.colleague


def test_an_incident_of_an_unknown_service_tells_the_central_manager_instead(city):
    assert parties_told(of_kind(city, "external_service"), StepCode.REPORT) == {Party.SECTION_OFFICER, Party.CENTRAL_MANAGER}


def test_who_is_told_of_a_hijacked_account_is_the_citys_choice(city):
    outside.open_types(city)
    parameter, now = get("incidents.sns_hijack_owner"), timezone.now()
    ParameterChoice.choose(parameter, "SERVICE_MANAGER", basis="委員会の議決", seen=0, by=city.central_manager, at=now)
    account = outside.account(city)
    incident = of_kind(city, "sns_hijack", account=account, at=now, noticed_at=now)
    assert parties_told(incident, StepCode.REPORT) == {Party.SECTION_OFFICER, Party.SERVICE_MANAGER}
    assert Incident.objects.visible_to(account.owner, at=now).filter(pk=incident.pk).exists()


# -- a lost card, a fault ------------------------------------------------------------------------------------------------


def card_of(cast) -> LedgerEntry:
    data = {"card_number": "C-001", "person": cast.clerk, "used_for": "ログイン", "issued_on": MORNING.date()}
    department = cast.central_manager.appointments.get().post.department
    return LedgerEntry.enter("ic-card", department=department, data=data, by=cast.central_manager, at=MORNING)


def test_a_lost_card_is_stopped_by_the_central_manager_and_the_ledger_says_so(city):
    card, incident = card_of(city), of_kind(city, "ic_card")
    assert [point.title for point in open_points(incident, at=MORNING)][-1] == "ICカードの利用を止めた記録がありません"
    stop = CardStop.write(
        incident, entry=card, stopped_at=minutes(10), instruction="見つけたら届ける", by=city.central_manager, at=minutes(11)
    )
    card.refresh_from_db()
    assert (card.status, stop.card) == ("stopped", "C-001")
    assert Notification.objects.filter(recipient=city.clerk, title__contains="カードの利用を止めました").exists()
    assert not [point for point in open_points(incident, at=MORNING) if "ICカード" in point.title]
    with pytest.raises(InvalidTransition):
        CardStop.write(incident, card="C-001", stopped_at=minutes(10), by=city.central_manager, at=minutes(12))


def test_only_the_central_manager_stops_a_card_and_only_at_a_time_that_was(city):
    incident = of_kind(city, "ic_card")
    for person in (city.clerk, city.section_officer, city.ciso):
        with pytest.raises(PermissionDenied):
            CardStop.write(incident, card="C-9", stopped_at=MORNING, by=person, at=minutes(1))
    with pytest.raises(ValidationError):
        CardStop.write(incident, card="C-9", stopped_at=minutes(5), by=city.central_manager, at=minutes(1))
    with pytest.raises(ValidationError):
        CardStop.write(incident, card="", stopped_at=MORNING, by=city.central_manager, at=minutes(1))
    assert not CardStop.objects.exists()


def test_a_card_is_stopped_by_page(city):
    now = timezone.now()
    card, incident = card_of(city), of_kind(city, "ic_card", at=now - timedelta(minutes=5), noticed_at=now - timedelta(minutes=9))
    client, url = city.client(city.central_manager), reverse("incidents:card_stop", args=[incident.pk])
    assert "カードの利用を止めてください" in client.get(incident.get_absolute_url()).content.decode()
    refused = client.post(url, {**moment("stopped_at", now), "card": "", "instruction": "残る指示"})
    assert refused.status_code == 422
    assert "残る指示" in refused.content.decode()
    page = client.post(url, {**moment("stopped_at", now), "entry": card.pk}, follow=True).content.decode()
    assert "カードの利用を止めました" in page
    assert city.client(city.clerk).get(url).status_code == 403


def test_a_fault_is_written_into_its_ledger_once(city):
    facts = {"name": "住民記録", "purpose": "証明", "network": "lgwan", "asset_class": 1, "manager": "市民課長"}
    system = System.enter(by=city.clerk, at=MORNING, department=city.section, **facts)
    incident = of_kind(city, "failure")
    with pytest.raises(PermissionDenied):
        record_fault(incident, system=system, occurred_at=MORNING, symptom="止まった", by=city.clerk, at=minutes(1))
    entry = record_fault(incident, system=system, occurred_at=MORNING, symptom="止まった", by=city.central_manager, at=minutes(1))
    assert (entry.ledger, entry.data["incident"], entry.department) == ("fault-record", incident.number, city.section)
    assert city.clerk.name not in str(entry.data)
    assert entry.data["reported_by"] == incident.reporter_post
    assert list(LedgerEntry.objects.about(incident)) == [entry]
    with pytest.raises(InvalidTransition):
        record_fault(incident, system=system, occurred_at=MORNING, symptom="止まった", by=city.section_officer, at=minutes(2))
    assert entry.number in city.client(city.section_officer).get(incident.get_absolute_url()).content.decode()


def test_a_report_past_the_chief_leaves_no_line_in_the_ledger_that_the_section_reads(city):
    facts = {"name": "住民記録", "purpose": "証明", "network": "lgwan", "asset_class": 1, "manager": "市民課長"}
    system = System.enter(by=city.clerk, at=MORNING, department=city.section, **facts)
    incident = of_kind(city, "failure", bypasses_chief=True)
    assert not [point for point in open_points(incident, at=MORNING) if "障害記録" in point.title]
    with pytest.raises(InvalidTransition, match="書くものではありません"):
        record_fault(incident, system=system, occurred_at=MORNING, symptom="止まった", by=city.central_manager, at=minutes(1))
    assert not LedgerEntry.objects.about(incident).exists()
    assert city.client(city.central_manager).get(reverse("incidents:fault_record", args=[incident.pk])).status_code == 403


def test_a_drill_leaves_the_ledgers_as_they_are(city):
    card, incident = card_of(city), of_kind(city, "ic_card", is_drill=True)
    with pytest.raises(ValidationError):
        CardStop.write(incident, entry=card, stopped_at=MORNING, by=city.central_manager, at=minutes(1))
    CardStop.write(incident, card="訓練のカード", stopped_at=MORNING, by=city.central_manager, at=minutes(1))
    assert not [point for point in open_points(of_kind(city, "failure", is_drill=True), at=MORNING) if "障害記録" in point.title]
    assert of_kinds(at=MORNING)["report:ic-card"].total == 0


def test_an_unstopped_card_counts_as_late(city):
    of_kind(city, "ic_card")
    of_kind(city, "missent")
    figures = of_kinds(at=MORNING)
    assert (figures["report:ic-card"].open, figures["report:ic-card"].late) == (1, 1)
    assert (figures["report:missent-mail"].open, figures["report:missent-mail"].late, figures["report:cable-damage"].total) == (1, 0, 0)
