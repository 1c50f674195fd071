"""The incident pages: what each person sees and may do, and how many questions a page asks."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from incidents.models import Incident, IncidentKind, Note, OralEntry, Step
from incidents.views import reporting
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.transitions import InvalidTransition


@pytest.fixture
def city(cast):
    reference.load("incident_kinds.json")
    return cast


def report(cast, reporter=None, **fields) -> Incident:
    now = timezone.now()
    reporter = reporter or cast.clerk
    fields.setdefault("kind", IncidentKind.objects.get(code="other"))
    fields.setdefault("personal_information", Incident.Answer.NO)
    fields.setdefault("department", cast.section)
    incident = Incident.objects.create(reporter=reporter, noticed_at=now, summary="試験の報告", place="窓口", **fields)
    return incident.report(by=reporter, at=now)


def moment(name: str, value) -> dict:
    """What the five boxes of a Japanese moment send."""
    local = timezone.localtime(value)
    return {f"{name}_{part}": str(getattr(local, part)) for part in ("year", "month", "day", "hour", "minute")}


def test_three_answers_open_a_draft_with_the_right_card(city):
    client = city.client(city.clerk)
    kind = IncidentKind.objects.get(code="malware")
    data = moment("noticed_at", timezone.now())
    answer = client.post(reverse("incidents:start"), {**data, "kind": kind.pk, "personal_information": "unknown"}, follow=True)
    draft = Incident.objects.get()
    assert (draft.reporter, draft.department, draft.kind) == (city.clerk, city.section, kind)
    assert "LANケーブルを抜き" in answer.content.decode()
    assert "電源を切る" in answer.content.decode()


def boxes(cast, **fields) -> dict:
    """The boxes of the report that always send something."""
    return {"department": cast.section.pk, "informant": "self", **fields}


def draft_of(cast) -> Incident:
    return Incident.objects.create(
        reporter=cast.clerk,
        department=cast.section,
        kind=IncidentKind.objects.get(code="missent"),
        noticed_at=timezone.now(),
        personal_information="yes",
    )


@pytest.mark.parametrize(("answer", "is_asked"), [("yes", True), ("unknown", True), ("no", False)])
def test_how_many_persons_is_asked_where_persons_may_be_concerned(city, answer, is_asked):
    draft = draft_of(city)
    Incident.objects.filter(pk=draft.pk).update(personal_information=answer)
    page = city.client(city.clerk).get(reverse("incidents:draft", args=[draft.pk])).content.decode()
    assert ('name="people_count"' in page) == is_asked


def test_autosave_keeps_what_is_valid_and_says_what_is_not(city):
    draft = draft_of(city)
    answer = city.client(city.clerk).post(
        reverse("incidents:autosave", args=[draft.pk]),
        boxes(city, summary="途中まで", people_count="たくさん"),
    )
    draft.refresh_from_db()
    assert draft.summary == "途中まで"
    assert draft.people_count is None
    assert "関係する人数" in answer.content.decode()


def test_autosave_without_a_department_keeps_the_one_there_was(city):
    draft = draft_of(city)
    answer = city.client(city.clerk).post(reverse("incidents:autosave", args=[draft.pk]), {"summary": "途中"})
    draft.refresh_from_db()
    assert (answer.status_code, draft.summary, draft.department) == (200, "途中", city.section)


def test_files_beyond_the_limit_of_a_record_are_refused_beside_the_field(city, settings):
    incident = report(city)
    settings.RECORD_MEGABYTES = 0
    upload = SimpleUploadedFile("記録.txt", "時刻".encode())
    answer = city.client(city.clerk).post(reverse("incidents:add_note", args=[incident.pk]), {"text": "追記", "uploads": upload})
    assert answer.status_code == 200
    assert "入力内容に誤りがあります" in answer.content.decode()
    assert not Note.objects.exists()


def test_sending_with_a_missing_answer_keeps_the_text_and_sends_nothing(city):
    draft = draft_of(city)
    answer = city.client(city.clerk).post(
        reverse("incidents:draft", args=[draft.pk]),
        boxes(city, send="1", summary="", place="窓口です"),
    )
    assert "入力内容に誤りがあります" in answer.content.decode()
    assert "窓口です" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_file_of_a_forbidden_kind_stops_the_report_and_nothing_is_half_written(city):
    draft = draft_of(city)
    answer = city.client(city.clerk).post(
        reverse("incidents:draft", args=[draft.pk]),
        {
            "send": "1",
            "summary": "誤って送った",
            "place": "窓口",
            "department": city.section.pk,
            "informant": "self",
            "uploads": SimpleUploadedFile("写真.png", b"<html><script>alert(1)</script></html>", content_type="image/png"),
        },
    )
    assert answer.status_code == 200
    assert "写真.png" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.is_draft
    assert draft.summary == ""


def test_a_draft_sent_in_another_window_is_not_given_up_with_an_error(city, monkeypatch):
    client, draft = city.client(city.clerk), draft_of(city)
    monkeypatch.setattr(Incident, "discard", _too_late)
    answer = client.post(reverse("incidents:discard", args=[draft.pk]), follow=True)
    assert answer.status_code == 200
    assert "最新の状況" in answer.content.decode()


def _too_late(*args, **given) -> None:
    raise InvalidTransition("この報告は「報告済み」です。最新の状況を表示しました。")


def test_files_of_a_report_are_attached_after_its_last_lock(city, monkeypatch):
    called = []
    for where, name in ((Incident, "report"), (reporting, "attach")):
        keep = getattr(where, name)
        monkeypatch.setattr(where, name, lambda *args, keep=keep, name=name, **given: (called.append(name), keep(*args, **given))[1])
    upload = SimpleUploadedFile("記録.txt", "時刻".encode())
    address = reverse("incidents:draft", args=[draft_of(city).pk])
    city.client(city.clerk).post(address, boxes(city, send="1", summary="誤って送った", place="窓口", uploads=upload))
    assert called == ["report", "attach"]


def test_a_sent_report_is_no_longer_a_draft_page(city):
    incident = report(city)
    answer = city.client(city.clerk).get(reverse("incidents:draft", args=[incident.pk]))
    assert answer.status_code == 302
    assert city.client(city.clerk).post(reverse("incidents:autosave", args=[incident.pk]), {"summary": "書き換え"}).status_code == 204
    incident.refresh_from_db()
    assert incident.summary == "試験の報告"


@pytest.mark.parametrize("name", ["detail", "draft", "add_note"])
def test_a_stranger_meets_404(city, name):
    incident = report(city)
    assert city.client(city.outsider_clerk).get(reverse(f"incidents:{name}", args=[incident.pk])).status_code == 404


def test_a_stranger_can_neither_receive_nor_pass_on(city):
    incident = report(city)
    step = incident.steps.get(code="pass_on")
    for person in (city.outsider_clerk, city.outsider_officer, city.auditor):
        client = city.client(person)
        assert client.post(reverse("incidents:pass_on", args=[step.pk])).status_code == 404
        assert client.get(reverse("incidents:oral_step", args=[step.pk])).status_code == 404
    assert not Step.objects.filter(code="pass_on", done_at__isnull=False).exists()


def test_who_sees_the_report_but_has_no_part_in_the_step_is_refused_with_a_page(city):
    incident = report(city)
    answer = city.client(city.clerk).post(reverse("incidents:pass_on", args=[incident.steps.get(code="pass_on").pk]))
    assert answer.status_code == 403
    assert "担当の方だけ" in answer.content.decode()


def test_the_page_says_first_what_it_wants_from_me(city):
    incident = report(city)
    mine = city.client(city.section_officer).get(incident.get_absolute_url()).content.decode()
    assert "3者へ伝達してください" in mine
    others = city.client(city.clerk).get(incident.get_absolute_url()).content.decode()
    assert "3者へ伝達してください" not in others
    assert "いま対応を待っている方" in others
    assert "市民 課長" in others


def test_passing_on_by_the_page_moves_the_report(city):
    incident = report(city)
    client = city.client(city.section_officer)
    answer = client.post(reverse("incidents:pass_on", args=[incident.steps.get(code="pass_on").pk]), {"comment": "急ぎ"}, follow=True)
    assert "に伝達しました" in answer.content.decode()
    again = client.post(reverse("incidents:pass_on", args=[incident.steps.get(code="pass_on").pk]), {"comment": "急ぎ"}, follow=True)
    assert "すでに済んでいます" in again.content.decode()


def test_spoken_words_are_entered_and_confirmed_by_page(city):
    incident = report(city)
    step = incident.steps.get(code="pass_on")
    client = city.client(city.clerk)
    data = moment("spoken_at", timezone.now())
    client.post(reverse("incidents:oral_step", args=[step.pk]), {**data, "spoken_by": city.section_officer.pk, "content": "電話で"})
    entry = OralEntry.objects.get()
    assert "口頭の記録を確認してください" in city.client(city.section_officer).get(incident.get_absolute_url()).content.decode()
    assert client.post(reverse("incidents:confirm_oral", args=[entry.pk])).status_code == 404
    city.client(city.section_officer).post(reverse("incidents:confirm_oral", args=[entry.pk]))
    entry.refresh_from_db()
    assert entry.confirmed_at


def test_words_at_a_time_that_cannot_be_are_refused_beside_the_field_and_kept(city):
    step = report(city).steps.get(code="pass_on")
    data = {**moment("spoken_at", timezone.now() + timedelta(days=1)), "spoken_by": city.section_officer.pk, "content": "電話で聞いた"}
    page = city.client(city.clerk).post(reverse("incidents:oral_step", args=[step.pk]), data).content.decode()
    assert "未来になっています" in page
    assert "電話で聞いた" in page
    assert not OralEntry.objects.exists()


def test_each_hat_has_its_desk_and_no_other(city):
    report(city)
    for person, scope in [
        (city.section_officer, "section"),
        (city.division_officer, "division"),
        (city.secretary, "committee"),
        (city.ciso, "ciso"),
    ]:
        assert city.client(person).get(reverse("incidents:desk", args=[scope])).status_code == 200
        assert city.client(city.clerk).get(reverse("incidents:desk", args=[scope])).status_code == 404


def test_the_room_opens_at_the_highest_desk_of_the_person(city):
    answer = city.client(city.ciso).get(reverse("incidents:rooms"))
    assert answer.url == reverse("incidents:desk", args=["ciso"])


def test_the_filter_stays_in_the_url(city):
    report(city)
    report(city, personal_information=Incident.Answer.YES)
    page = city.client(city.ciso).get(reverse("incidents:desk", args=["ciso"]), {"is_grave": "true"})
    assert [row.number for row in page.context["page_obj"]] == ["R8-002"]


def test_the_questions_a_desk_asks_do_not_grow_with_the_rows(city, django_assert_num_queries):
    client = city.client(city.ciso)
    url = reverse("incidents:desk", args=["ciso"])
    report(city)
    client.get(url)
    counted = count_queries(client, url)
    for _ in range(6):
        report(city)
    assert count_queries(client, url) == counted


def test_the_questions_a_detail_page_asks_do_not_grow_with_notes(city):
    incident = report(city)
    client = city.client(city.section_officer)
    url = incident.get_absolute_url()
    client.get(url)
    counted = count_queries(client, url)
    for number in range(5):
        Note.add(incident, text=f"事実{number}", by=city.clerk, at=timezone.now())
    assert count_queries(client, url) <= counted + 1  # the badge of unread notices may ask for a second page of names
    assert counted < 90


def count_queries(client, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_reading_a_report_is_recorded_once_an_hour(city):
    from musashimurayama_isms.trail.models import Reading

    incident = report(city)
    client = city.client(city.section_officer)
    client.get(incident.get_absolute_url())
    client.get(incident.get_absolute_url())
    assert Reading.objects.filter(person=city.section_officer).count() == 1


def test_the_paper_form_is_there_for_everyone(city):
    assert "様式第1号" in city.client(city.clerk).get(reverse("incidents:paper_form")).content.decode()
