"""The call list of an incident: whom to ring now, and a log that is never altered (chains.md: the portal cannot ring)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from incidents.calls.lists import CallList
from incidents.models import Call, Contact, OutsideContact
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .factory import make_absence
from .test_incident_chain import MORNING, draft, minutes, sent
from .test_incident_pages import moment


@pytest.fixture
def chain(cast):
    """The cast, with the kinds loaded."""
    reference.load("incident_kinds.json")
    return cast


def log(cast, incident, **fields) -> Call:
    facts = {"person": cast.section_officer, "result": "reached", "means": "extension", "called_at": minutes(5)} | fields
    return Call.log(incident, by=facts.pop("by", cast.clerk), at=minutes(10), **facts)


def test_who_is_waited_for_comes_first_then_the_next_one_up(chain):
    incident = sent(chain)
    blocks = CallList(incident, chain.clerk, at=minutes(1)).blocks
    assert [line.name for line in blocks[0].lines] == ["市民 課長"]
    assert blocks[0].oral_url == reverse("incidents:oral_step", args=[incident.steps.get(code="pass_on").pk])
    assert "市民 部長" in [line.name for block in blocks if block.title.startswith("出ないとき") for line in block.lines]
    assert any(block.title.startswith("情報化推進委員会") for block in blocks)


def test_the_deputy_of_who_is_away_is_on_the_list_with_the_absent_one_s_name(chain):
    incident = sent(chain)
    make_absence(chain.general_manager, starts_at=minutes(-60), hours=24)
    incident.steps.get(code="pass_on").pass_on(by=chain.section_officer, at=minutes(1))
    incident.steps.get(code="to_general").pass_on(by=chain.division_officer, at=minutes(2))
    lines = CallList(incident, chain.clerk, at=minutes(3)).lines
    assert lines[f"person:{chain.central_manager.pk}"].name == "行政 経営"
    assert f"person:{chain.general_manager.pk}" not in lines or lines[f"person:{chain.general_manager.pk}"].role.startswith(
        "情報化推進委員会"
    )


def test_a_committee_is_not_rung_where_the_chief_is_the_matter(chain):
    incident = sent(chain, bypasses_chief=True)
    blocks = CallList(incident, chain.clerk, at=minutes(1)).blocks
    assert not any("委員会" in block.title for block in blocks)
    assert "市民 課長" not in [line.name for block in blocks for line in block.lines]


def test_numbers_after_hours_are_shown_to_those_in_the_net_alone(chain):
    incident = sent(chain)
    Contact.enter("090-0000-0001", by=chain.section_officer, at=MORNING)
    key = f"person:{chain.section_officer.pk}"
    assert CallList(incident, chain.clerk, at=minutes(1)).lines[key].after_hours == ""
    assert CallList(incident, chain.division_officer, at=minutes(1)).lines[key].after_hours == "090-0000-0001"


def test_a_call_is_kept_with_whom_when_and_what_and_the_trail_keeps_its_digest(chain):
    incident = sent(chain)
    call = log(chain, incident, said="すぐ戻るとのこと", called_as="情報セキュリティ担当者")
    assert (call.called_name, call.by, call.called_at, call.said) == ("市民 課長", chain.clerk, minutes(5), "すぐ戻るとのこと")
    entry = Entry.objects.about(incident).get(verb="incidents.call.logged")
    assert entry.changes["digest"] == call.digest()
    assert "すぐ戻る" not in str(entry.changes)


def test_a_call_that_was_logged_is_never_altered_nor_deleted(chain):
    call = log(chain, sent(chain))
    call.said = "別の話"
    for act in (call.save, call.delete, Call.objects.all().delete, lambda: Call.objects.update(said="別の話")):
        with pytest.raises(TypeError):
            act()
    assert Call.objects.get().said == ""


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"called_at": minutes(60)}, "called_at"),
        ({"called_at": MORNING - timedelta(days=1)}, "called_at"),
        ({"result": "left_word", "said": " "}, "said"),
        ({"person": None, "name": " "}, "name"),
    ],
)
def test_a_call_that_cannot_be_true_is_refused(chain, fields, field):
    incident = sent(chain)
    with pytest.raises(ValidationError) as refusal:
        log(chain, incident, **fields)
    assert field in refusal.value.message_dict
    assert not Call.objects.exists()


def test_a_stranger_logs_nothing_and_a_draft_has_no_calls(chain):
    with pytest.raises(PermissionDenied):
        log(chain, sent(chain), by=chain.outsider_clerk)
    with pytest.raises(InvalidTransition):
        log(chain, draft(chain))


def test_an_office_outside_and_somebody_on_no_list_can_be_logged(chain):
    reference.load("outside_contacts.json")
    incident, police = sent(chain), OutsideContact.objects.get(code="police")
    assert log(chain, incident, person=None, outside=police).called_name == "警察（所轄の警察署）"
    assert log(chain, incident, person=None, name="夜間の警備員").called_name == "夜間の警備員"


def test_calls_are_seen_by_who_sees_the_report(chain):
    call = log(chain, sent(chain))
    assert list(Call.objects.visible_to(chain.section_officer, at=minutes(11))) == [call]
    assert not Call.objects.visible_to(chain.outsider_clerk, at=minutes(11)).exists()


# -- the pages ---------------------------------------------------------------------------------------------------------


def now_sent(cast):
    return sent(cast, at=timezone.now(), noticed_at=timezone.now() - timedelta(hours=1))


def test_reached_leads_on_to_what_was_said_in_the_other_s_name(chain):
    incident = now_sent(chain)
    client, at = chain.client(chain.clerk), timezone.now()
    data = {
        "to": f"person:{chain.section_officer.pk}",
        "means": "extension",
        "result": "reached",
        "said": "受け取った",
        **moment("called_at", at),
    }
    answer = client.post(reverse("incidents:new_call", args=[incident.pk]), data)
    assert answer.status_code == 302
    assert "/oral/" in answer.url
    page = client.get(reverse("incidents:calls", args=[incident.pk])).content.decode()
    assert "話せた" in page
    assert "口頭の内容を代わりに入力" in page


def test_a_word_left_without_words_stays_in_the_form_with_its_message(chain):
    incident = now_sent(chain)
    data = {"to": "other", "name": "警備員", "means": "other", "result": "left_word", **moment("called_at", timezone.now())}
    answer = chain.client(chain.clerk).post(reverse("incidents:new_call", args=[incident.pk]), data)
    assert answer.status_code == 422
    assert "どのような伝言を頼んだか" in answer.content.decode()
    assert "警備員" in answer.content.decode()
    assert not Call.objects.exists()


def test_one_tap_says_that_nobody_answered(chain):
    incident = now_sent(chain)
    client = chain.client(chain.clerk)
    client.post(reverse("incidents:no_answer", args=[incident.pk]), {"to": f"person:{chain.section_officer.pk}"})
    client.post(reverse("incidents:no_answer", args=[incident.pk]), {"to": "person:0"})
    assert [(call.result, call.called_name) for call in Call.objects.all()] == [("no_answer", "市民 課長")]


def test_an_office_outside_has_no_extension(chain):
    reference.load("outside_contacts.json")
    incident, client = now_sent(chain), chain.client(chain.clerk)
    line = next(key for key, line in CallList(incident, chain.clerk, at=timezone.now()).lines.items() if line.outside)
    for means in ("extension", "after_hours"):
        client.post(reverse("incidents:no_answer", args=[incident.pk]), {"to": line, "means": means})
    assert set(Call.objects.values_list("means", flat=True)) == {Call.Means.OTHER, Call.Means.AFTER_HOURS}


def test_the_list_asks_as_many_questions_for_one_call_as_for_many(chain):
    incident = now_sent(chain)
    client, url = chain.client(chain.division_officer), reverse("incidents:calls", args=[incident.pk])
    client.get(url)
    Call.log(
        incident, person=chain.clerk, result="no_answer", means="extension", called_at=timezone.now(), by=chain.clerk, at=timezone.now()
    )
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(30):
        Call.log(
            incident, person=chain.clerk, result="no_answer", means="extension", called_at=timezone.now(), by=chain.clerk, at=timezone.now()
        )
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(few) == len(many)
