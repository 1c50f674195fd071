"""The pages of the response: what each wants from a person, what is refused and kept, how many questions they ask."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from incidents.jobs import report_sheet
from incidents.models import Evidence, Incident, IncidentMeeting, ResponseTask, Triage
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.jobs.models import JobResult
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.trail.models import Reading

from .response_rows import agree, handled, order, passed_on, sent, weigh, with_report, write_cause
from .test_incident_pages import moment

assert report_sheet  # the job is registered


@pytest.fixture
def city(cast):
    reference.load("incident_kinds.json", "cause_categories.json")
    return cast


def url(name: str, row, *more) -> str:
    return reverse(f"incidents:{name}", args=[row.pk, *more])


def page(client, name, row, *more) -> str:
    return client.get(url(name, row, *more)).content.decode()


def day(name: str, value) -> dict:
    return {f"{name}_{part}": str(getattr(value, part)) for part in ("year", "month", "day")}


def count_queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_file_has_a_tab_for_the_response_and_each_person_sees_what_waits(city):
    now = timezone.now()
    incident = passed_on(city, at=now)
    general, central = city.client(city.general_manager), city.client(city.central_manager)
    assert "会議の要否を判断する" in page(general, "response", incident)
    assert "会議を開くかどうかを判断する" in general.get(incident.get_absolute_url()).content.decode()
    text = page(central, "response", incident)
    assert "措置は要らない" in text
    assert "原因を記録する" in text
    assert "会議の要否を判断する" not in text
    assert "対応" in page(city.client(city.clerk), "detail", incident)


def test_a_judgement_that_does_not_follow_is_told_beside_the_field_and_the_words_are_kept(city):
    incident = passed_on(city, at=timezone.now())
    client = city.client(city.general_manager)
    data = {"citizens": "yes", "systems": "no", "outcome": "section", "reason": "小さな話です"}
    answer = client.post(url("triage", incident), data)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "市民生活に影響を及ぼすおそれがあるときは" in text
    assert "小さな話です" in text
    assert not Triage.objects.exists()
    client.post(url("triage", incident), {**data, "citizens": "no"})
    assert Triage.objects.get().reason == "小さな話です"


def test_whoever_heard_the_general_manager_types_it_in_his_name(city):
    incident = passed_on(city, at=timezone.now())
    client = city.client(city.clerk)
    data = {"citizens": "no", "systems": "no", "outcome": "section", "reason": "所管で足りる"}
    assert "話した人" in client.post(url("triage", incident), data).content.decode()
    assert not Triage.objects.exists()
    spoken = {"spoken_by": city.general_manager.pk, **moment("spoken_at", timezone.now())}
    client.post(url("triage", incident), {**data, **spoken})
    assert Triage.objects.get().by == city.general_manager
    mine = city.client(city.general_manager).get(incident.get_absolute_url()).content.decode()
    assert "「会議を開かず、所管で対応する」と判断した" in mine


def test_a_meeting_is_called_by_the_page_with_its_list_of_telephone_numbers(city):
    now = timezone.now()
    incident = passed_on(city, at=now)
    weigh(city, incident, at=now, citizens=True, outcome=Triage.Outcome.SECURITY)
    city.member.extension = "2345"
    city.member.save(update_fields=["extension"])
    client = city.client(city.general_manager)
    assert "内線 2345" in page(client, "call_meeting", incident, "security")
    data = {"place": "庁議室", "members": [city.member.pk], "others": "900000099", **moment("planned_at", now + timedelta(hours=1))}
    assert "登録されていません" in client.post(url("call_meeting", incident, "security"), data).content.decode()
    assert not IncidentMeeting.objects.exists()
    data["others"] = city.outsider_officer.staff_number
    client.post(url("call_meeting", incident, "security"), data)
    meeting = IncidentMeeting.objects.get()
    assert meeting.members.count() == 2
    assert "会議" in city.client(city.outsider_officer).get(reverse("desk")).content.decode()
    client.post(url("tick_member", meeting.members.first()), {"reached": "coming"})
    assert meeting.members.first().reached == "coming"


def test_a_measure_is_done_by_the_page_with_its_evidence_and_nothing_is_half_written(city):
    now = timezone.now()
    task = order(city, passed_on(city, at=now), at=now)
    client = city.client(city.section_officer)
    assert "手順を改める" in client.get(reverse("desk")).content.decode()
    bad = SimpleUploadedFile("写真.png", b"<html></html>", content_type="image/png")
    answer = client.post(url("complete_task", task), {"note": "改めました", "uploads": bad})
    assert "改めました" in answer.content.decode()
    task.refresh_from_db()
    assert task.is_running
    good = SimpleUploadedFile("手順.txt", "新しい手順".encode())
    text = client.post(url("complete_task", task), {"note": "改めました", "uploads": good}, follow=True).content.decode()
    assert "手順.txt" in text


def test_the_committee_drafts_and_reports_and_the_ciso_confirms_by_their_pages(city):
    now = timezone.now()
    incident = passed_on(city, at=now)
    analysis = write_cause(city, incident, at=now)
    agree(city, analysis, at=now)
    analysis.finish(by=city.central_manager, at=now)
    secretary, ciso = city.client(city.secretary), city.client(city.ciso)
    today = day_of(now)
    data = {"words": "二人で確かめる", "owner": "SECTION_OFFICER", "department": city.section.pk, **day("due_on", today)}
    assert "入力内容に誤りがあります" in secretary.post(url("order_task", incident, "prevention"), data).content.decode()
    secretary.post(url("order_task", incident, "prevention"), {**data, **day("check_on", today + timedelta(days=30))})
    assert "二人で確かめる" in page(secretary, "report_prevention", incident)
    secretary.post(url("report_prevention", incident), {"words": "手順を足す"})
    assert "差し戻す" in page(ciso, "response", incident)
    report = incident.prevention_reports.get()
    ciso.post(url("return_prevention", report), {"words": "期限を早める"})
    assert "期限を早める" in page(secretary, "response", incident)
    secretary.post(url("report_prevention", incident), {"words": "早めた"})
    ciso.post(url("confirm_prevention", incident.prevention_reports.last()), {"words": "よい"})
    assert ResponseTask.objects.get().is_running


def test_closing_shows_what_is_open_and_asks_for_the_reason(city):
    incident = passed_on(city, at=timezone.now())
    client = city.client(city.central_manager)
    assert "8 原因の究明が済んでいません" in page(client, "close", incident)
    assert client.post(url("close", incident), {"reason": ""}).status_code == 422
    client.post(url("close", incident), {"reason": "小さなこと"})
    assert "小さなこと" in page(client, "response", incident)
    client.post(url("reopen", incident), {"reason": "また起きた"})
    incident.refresh_from_db()
    assert incident.is_open


def test_merging_names_the_other_by_its_number(city):
    now = timezone.now()
    first, second = sent(city, at=now), sent(city, at=now)
    client = city.client(city.central_manager)
    assert "見つかりません" in client.post(url("merge", second), {"into": "R8-999", "reason": "同じ"}).content.decode()
    client.post(url("merge", second), {"into": first.number, "reason": "同じ"})
    assert second.number in page(client, "response", first)
    assert first.number in page(client, "detail", second)


def test_a_link_is_tied_by_number_and_shown_to_who_sees_it(city):
    now = timezone.now()
    first, second = sent(city, at=now), sent(city, at=now)
    client = city.client(city.clerk)
    client.post(url("tie", first), {"kind": "incident", "word": second.number})
    assert second.number in page(client, "response", first)
    assert "見つかりません" in client.post(url("tie", first), {"kind": "asset", "word": "ない-0001"}).content.decode()


def test_evidence_is_taken_in_by_the_page_and_its_reading_is_noted(city):
    incident = passed_on(city, at=timezone.now())
    client = city.client(city.central_manager)
    data = {"name": "記録", "form": "copy", "source": "サーバ", "taken_by": "係員", "place": "金庫", **moment("taken_at", timezone.now())}
    client.post(url("secure_evidence", incident), {**data, "uploads": SimpleUploadedFile("記録.txt", "時刻".encode())})
    piece = Evidence.objects.get()
    assert len(piece.sha256) == 64
    assert piece.sha256 in page(client, "evidence", piece)
    assert Reading.objects.filter(person=city.central_manager, object_id=str(piece.pk)).exists()
    assert city.client(city.section_officer).get(url("evidence", piece)).status_code == 404
    assert "証拠を登録する" not in page(city.client(city.section_officer), "response", incident)


def test_the_board_lists_open_incidents_and_asks_the_same_of_few_and_many(city):
    now = timezone.now()
    client, address = city.client(city.central_manager), reverse("incidents:board")
    passed_on(city, at=now)
    client.get(address)
    counted = count_queries(client, address)
    for _ in range(5):
        passed_on(city, at=now)
    sent(city, at=now, is_drill=True)
    assert count_queries(client, address) == counted
    found = client.get(address)
    assert len(found.context["lines"]) == 6
    assert len(client.get(address, {"drill": "true"}).context["lines"]) == 1
    assert len(client.get(address, {"step": "cause"}).context["lines"]) == 6
    assert not client.get(address, {"step": "prevention"}).context["lines"]
    assert not client.get(address, {"late": "true"}).context["lines"]
    assert city.client(city.section_officer).get(address).status_code == 404


def test_the_page_of_the_response_asks_the_same_of_few_and_many_measures(city):
    now = timezone.now()
    incident = handled(city, at=now)["handled"]
    client, address = city.client(city.central_manager), url("response", incident)
    client.get(address)
    counted = count_queries(client, address)
    for _ in range(6):
        order(city, incident, at=now)
    assert count_queries(client, address) == counted
    assert counted < 130


def test_the_sheet_holds_the_response(city):
    now = timezone.now()
    report = with_report(city, at=now)
    weigh(city, report.incident, at=now)
    job = enqueue("incidents.report_sheet", by=city.ciso, subject=report.incident, incident=str(report.incident.pk))
    run_job(job.pk)
    assert JobResult.objects.filter(job=job).exists()


def test_an_incident_that_has_ended_takes_no_more_by_its_pages(city):
    now = timezone.now()
    incident = passed_on(city, at=now)
    client = city.client(city.central_manager)
    client.post(url("mistake", incident), {"reason": "誤り"})
    assert Incident.objects.get(pk=incident.pk).status == Incident.Status.MISTAKEN
    data = {"what": "止めた", "taken_by": "係員", "basis": "central", **moment("taken_at", now)}
    text = client.post(url("take_measure", incident), data, follow=True).content.decode()
    assert "変更できません" in text
    assert client.get(url("triage", incident)).status_code == 403
