"""The pages of step 7: what each person sees and may do, bad input, papers and tables, and how many questions a page asks."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from incidents.authorities.forms import AssessForm
from incidents.chain import StepCode
from incidents.models import (
    AttackFinding,
    Authority,
    AuthorityReport,
    Incident,
    ListIssue,
    NetworkCut,
    Publication,
    Sending,
    TriggerQuestion,
)
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.dashboard.desk import waiting
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.jobs.models import Job, JobResult
from musashimurayama_isms.jobs.run import run_job

from .authority_acts import assess, propose, report_to, send
from .taken import take, text_of
from .test_incident_pages import moment, report


@pytest.fixture
def city(cast):
    reference.load("incident_kinds.json", "authority_reports.json")
    return cast


@pytest.fixture
def leak(city) -> Incident:
    return report(city, personal_information="yes", people_count=150)


def answered(incident, *, seen: int = 0, **changed) -> dict:
    """What the form of the questions sends: no to all but those named."""
    codes = TriggerQuestion.objects.filter(threshold__isnull=True).values_list("code", flat=True)
    answers = {f"q_{code}": "no" for code in codes} | {f"q_{code}": answer for code, answer in changed.items()}
    return {**answers, **moment("known_at", incident.noticed_at), "people_count": "150", "known_reason": "", "note": "", "seen": str(seen)}


def of(incident, name: str = "authorities") -> str:
    return reverse(f"incidents:{name}", args=[incident.pk])


def test_the_file_has_the_tab_and_says_first_that_the_questions_wait(city, leak):
    page = city.client(city.secretary).get(of(leak)).content.decode()
    assert 'aria-current="page">外部報告・公表' in page
    assert page.index("報告先を判断してください") < page.index("まだ送っていない報告")
    assert "個人情報保護委員会（個人情報保護法） 速報" in page
    assert "要判断" in page
    for person in (city.clerk, city.ciso):
        assert "報告先を判断してください" not in city.client(person).get(of(leak)).content.decode()


def test_the_questions_begin_with_what_the_report_says(city, leak):
    page = city.client(city.secretary).get(of(leak, "assess"))
    form = page.context["form"]
    assert form["q_personal"].initial == "yes"
    assert form["people_count"].initial == 150
    assert "人数" not in "".join(str(field.label) for field in form if field.name.startswith("q_"))


def test_answers_lead_to_the_page_with_what_is_due(city, leak):
    client = city.client(city.secretary)
    page = client.post(of(leak, "assess"), answered(leak, personal="yes"), follow=True).content.decode()
    assert "報告先を判断しました" in page
    assert leak.assessments.get().known_at == leak.noticed_at
    assert report_to(leak, "ppc", "prompt").status == "waiting"
    assert "対象外とした報告先" in page
    assert "150人" in page


def test_a_later_start_without_a_reason_keeps_what_was_typed_and_writes_nothing(city, leak):
    earlier = leak.noticed_at - timedelta(days=1)
    data = answered(leak, personal="yes") | moment("known_at", earlier) | {"note": "先に窓口が気づいていた"}
    answer = city.client(city.secretary).post(of(leak, "assess"), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "理由を入力してください" in page
    assert "先に窓口が気づいていた" in page
    assert not leak.assessments.exists()


def test_who_was_slower_is_sent_back_with_a_word(city, leak):
    assess(leak, city.member, at=timezone.now(), personal="yes")
    answer = city.client(city.secretary).post(of(leak, "assess"), answered(leak), follow=True)
    assert "先に判断を改めました" in answer.content.decode()
    assert leak.assessments.count() == 1


def test_the_sheet_is_read_written_sent_and_kept(city, leak):
    client = city.client(city.secretary)
    row = report_to(leak, "soumu")
    assert "写し（様式の順）" in client.get(row.get_absolute_url()).content.decode()
    form = client.get(reverse("incidents:write_report", args=[row.pk])).context["form"]
    data = {name: form.initial.get(name, "") for name in form.fields} | {"line_impact": "窓口が止まった"}
    client.post(reverse("incidents:write_report", args=[row.pk]), data)
    assert AuthorityReport.objects.get(pk=row.pk).draft == {"impact": "窓口が止まった"}
    seen = AuthorityReport.objects.get(pk=row.pk).sheet.digest
    data = {
        "way": "lgwan",
        **moment("sent_at", timezone.now()),
        "receipt_number": "受付1",
        "seen": seen,
        "covers": [report_to(leak, "tokyo").pk],
    }
    data["uploads"] = SimpleUploadedFile("送信.txt", "写し".encode())
    page = client.post(reverse("incidents:send_report", args=[row.pk]), data, follow=True).content.decode()
    assert "送付を記録しました" in page
    sending = Sending.objects.get(report=row)
    assert "窓口が止まった" in sending.text
    assert report_to(leak, "tokyo").status == "sent"
    assert StoredFile.objects.about(leak).count() == 1
    page = client.get(sending.get_absolute_url()).content.decode()
    assert sending.digest in page
    assert "受付1" in page


def test_a_sending_in_the_future_stays_in_the_form(city, leak):
    row = report_to(leak, "soumu")
    data = {"way": "phone", **moment("sent_at", timezone.now() + timedelta(days=2)), "receipt_number": "受付2", "seen": row.sheet.digest}
    answer = city.client(city.secretary).post(reverse("incidents:send_report", args=[row.pk]), data)
    assert answer.status_code == 422
    assert "未来になっています" in answer.content.decode()
    assert "受付2" in answer.content.decode()
    assert not Sending.objects.exists()


def test_a_form_that_is_refused_half_way_has_written_nothing(city, leak, monkeypatch):
    def half(row, **_):
        AuthorityReport.objects.filter(pk=row.pk).update(reason="半分")
        raise ValidationError("この先は書けません。")

    monkeypatch.setattr(AuthorityReport, "waive", half)
    row = report_to(leak, "soumu")
    answer = city.client(city.secretary).post(reverse("incidents:waive_report", args=[row.pk]), {"reason": "残る理由"})
    assert answer.status_code == 422
    assert all(words in answer.content.decode() for words in ("この先は書けません。", "残る理由"))
    assert report_to(leak, "soumu").reason == ""


def test_not_sending_and_sending_after_all(city, leak):
    client = city.client(city.secretary)
    row = report_to(leak, "soumu")
    answer = client.post(reverse("incidents:waive_report", args=[row.pk]), {"reason": ""})
    assert answer.status_code == 422
    page = client.post(reverse("incidents:waive_report", args=[row.pk]), {"reason": "試験のため"}, follow=True).content.decode()
    assert "不要と決定" in page
    assert "試験のため" in page
    client.post(reverse("incidents:take_up_report", args=[row.pk]), {"reason": ""})
    assert report_to(leak, "soumu").status == "waiting"
    legal = report_to(leak, "ppc", "prompt")
    page = client.post(reverse("incidents:waive_report", args=[legal.pk]), {"reason": "軽い"}, follow=True).content.decode()
    assert "法律が求める報告" in page


def test_the_acts_are_refused_to_who_only_reads(city, leak):
    row = report_to(leak, "soumu")
    client = city.client(city.clerk)
    for name in ("write_report", "send_report", "waive_report", "take_up_report"):
        assert client.get(reverse(f"incidents:{name}", args=[row.pk])).status_code == 403
        assert client.post(reverse(f"incidents:{name}", args=[row.pk]), {"reason": "x"}).status_code == 403
    assert city.client(city.outsider_clerk).get(row.get_absolute_url()).status_code == 404


def test_a_publication_is_proposed_decided_and_recorded(city, leak):
    secretary, member = city.client(city.secretary), city.client(city.member)
    data = {"way": "at_once", "on_website": "on", "grounds": ["law"], "reason": "150人の情報のため", "text": "誤って送りました。"}
    assert secretary.post(of(leak, "propose_publication"), data | {"reason": ""}).status_code == 422
    secretary.post(of(leak, "propose_publication"), data)
    proposal = Publication.objects.get()
    page = member.get(of(leak)).content.decode()
    assert "公表の案を確認してください" in page
    decide = reverse("incidents:decide_publication", args=[proposal.pk])
    assert secretary.get(decide).status_code == 403
    assert "直してほしいこと" in member.post(decide, {"return": "1", "basis": "member", "comment": ""}).content.decode()
    assert "議決を選んでください" in member.post(decide, {"approve": "1", "basis": "resolution"}).content.decode()
    member.post(decide, {"approve": "1", "basis": "member", "comment": ""})
    proposal.refresh_from_db()
    assert proposal.status == "approved"
    today = timezone.localdate()
    day = {"published_on_year": today.year, "published_on_month": today.month, "published_on_day": today.day, "where": "ホームページ"}
    page = secretary.post(reverse("incidents:published", args=[proposal.pk]), day, follow=True).content.decode()
    assert "公表したことを記録しました" in page


def test_the_text_goes_out_as_windows_opens_it_and_the_paper_is_made_by_the_worker(city, leak):
    client = city.client(city.secretary)
    row = report_to(leak, "soumu")
    text = client.get(reverse("incidents:report_text", args=[row.pk])).getvalue()
    assert text.startswith(b"\xef\xbb\xbf")
    assert "■ 概要\r\n試験の報告" in text.decode("utf-8-sig")
    sending = send(row, city.secretary, at=timezone.now() + timedelta(minutes=2))
    client.post(reverse("incidents:report_paper", args=[row.pk]))
    client.post(reverse("incidents:sending_paper", args=[sending.pk]))
    for job in Job.objects.all():
        assert run_job(job.pk).status == Job.Status.DONE
    names = set(JobResult.objects.values_list("name", flat=True))
    assert names == {f"{row}.pdf", f"{row} 第1版.pdf"}
    assert all(result.content.read().startswith(b"%PDF") for result in JobResult.objects.all())


def test_the_list_is_narrowed_by_its_address_and_leaves_as_a_table(city, leak):
    client = city.client(city.central_manager)
    assess(leak, city.secretary, at=timezone.now(), people_count=150, personal="yes")
    url = reverse("incidents:authority_reports")
    assert "個人情報保護委員会（個人情報保護法） 速報" in client.get(url).content.decode()
    late = client.get(url, {"state": "late"})
    assert "条件に合う報告はありません" in late.content.decode()
    table = text_of(take(client, "incidents.authority_reports", state="waiting"))
    assert f"{leak.number}," in table
    assert "対象外" not in table
    assert city.client(city.clerk).get(url).status_code == 404


def test_the_half_yearly_list_is_read_taken_out_and_recorded(city, leak):
    now = timezone.now()
    propose(leak, city.secretary, at=now, text="=誤って送りました。").approve(by=city.member, at=now, basis="member")
    client = city.client(city.secretary)
    today = day_of(now)
    half = [fiscal_year(today), 1 if 4 <= today.month < 10 else 2]
    page = client.get(reverse("incidents:half_year", args=half)).content.decode()
    assert "=誤って送りました。" in page
    table = text_of(take(client, "incidents.half_year", year=half[0], part=half[1]))
    assert "'=誤って送りました。" in table
    assert take(client, "incidents.half_year", "xlsx", year=half[0], part=half[1]).getvalue().startswith(b"PK")
    client.post(reverse("incidents:half_year_paper", args=half))
    assert run_job(Job.objects.get().pk).status == Job.Status.DONE
    day = {"published_on_year": today.year, "published_on_month": today.month, "published_on_day": today.day, "where": "ホームページ"}
    issue = reverse("incidents:issue_half_year", args=half)
    form = client.get(issue)
    assert "=誤って送りました。" in form.content.decode()
    day["seen"] = form.context["form"]["seen"].value()
    assert "一覧の内容が変わりました" in client.post(issue, day | {"seen": "0" * 64}, follow=True).content.decode()
    page = client.post(issue, day, follow=True).content.decode()
    assert "一覧を公表したことを記録しました" in page
    assert ListIssue.objects.get().count == 1
    assert client.get(reverse("incidents:half_years")).status_code == 302
    assert client.get("/incidents/half-years/1/3/").status_code == 404
    assert city.client(city.section_officer).get(reverse("incidents:half_year", args=half)).status_code == 404


def test_the_committee_has_one_row_on_the_desk_for_step_seven_and_its_reports(city, leak):
    leak.steps.get(code=StepCode.PASS_ON).pass_on(by=city.section_officer, at=timezone.now())
    rows = [item for item in waiting(city.secretary, at=timezone.now()) if item.url == of(leak)]
    assert [(row.title, row.due) for row in rows] == [("R8-001 外部への報告・公表", report_to(leak, "ppc", "prompt").due_on)]
    assert rows[0].why.startswith("質問に答えて、報告先を判断してください（個人情報保護委員会")
    words = [item.why for item in waiting(city.secretary, at=timezone.now()) if item.url == leak.get_absolute_url()]
    assert len(words) == 1
    assert words[0].startswith("状況を確認してCISOへ報告する")


def test_what_the_response_knows_is_answered_already(city, leak):
    now = timezone.now()
    NetworkCut.cut(leak, network="相手先の網", reason="不審な通信", cut_at=now, by=city.central_manager, at=now)
    AttackFinding.find(leak, is_certain=True, may_be_crime=True, by=city.central_manager, at=now)
    form = AssessForm(incident=leak, latest=None)
    assert {code: form[f"q_{code}"].initial for code in ("network_cut", "attack", "crime", "lgwan")} == {
        "network_cut": "yes",
        "attack": "yes",
        "crime": "yes",
        "lgwan": "unknown",
    }
    text = report_to(leak, "council").sheet.text
    assert "相手先の網" in text
    assert "不審な通信" in text


@pytest.mark.parametrize(
    ("fields", "words"), [({"is_drill": True}, "実際には送らないでください"), ({"status": "mistaken"}, "期限は動いていません")]
)
def test_the_page_says_where_nothing_is_owed(city, leak, fields, words):
    Incident.objects.filter(pk=leak.pk).update(**fields)
    page = city.client(city.secretary).get(of(leak)).content.decode()
    assert words in page
    assert ("まだ送っていない報告" in page) == ("is_drill" in fields)


def test_a_drill_says_so_on_the_sheet(city, leak):
    Incident.objects.filter(pk=leak.pk).update(is_drill=True)
    assert report_to(leak, "soumu").sheet.text.startswith("【訓練】")


@pytest.mark.parametrize("page", ["list", "half_year", "file"])
def test_many_rows_ask_no_more_than_few(city, leak, page):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    now = timezone.now()
    half = [fiscal_year(day_of(now)), 1 if 4 <= day_of(now).month < 10 else 2]
    url = {"list": reverse("incidents:authority_reports"), "half_year": reverse("incidents:half_year", args=half), "file": of(leak)}[page]
    client = city.client(city.secretary)

    def grow() -> None:
        for _ in range(3):
            row = report(city)
            propose(row, city.secretary, at=now).approve(by=city.member, at=now, basis="member")
            send(report_to(leak, "soumu"), city.secretary, at=timezone.now() + timedelta(minutes=5))
            assess(leak, city.secretary, at=now, personal="yes", people_count=150)

    def asked() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    grow()
    few = asked()
    grow()
    assert asked() <= few


def test_the_city_enters_how_it_reaches_an_authority_and_settles_what_was_to_be_checked(city):
    client = city.client(city.secretary)
    council = Authority.objects.get(code="council")
    assert "要確認" in client.get(reverse("incidents:authority_register")).content.decode()
    client.post(council.get_absolute_url(), {"channel": "市長を通じて", "note": "", "check_reason": "", "is_active": "on"})
    council.refresh_from_db()
    assert (council.channel, council.check_reason) == ("市長を通じて", "")
    law = Authority.objects.get(code="ppc")
    answer = client.post(law.get_absolute_url(), {"channel": "試験", "note": "", "check_reason": ""})
    assert "使わないことにはできません" in answer.content.decode()
    law.refresh_from_db()
    assert law.is_active
    assert law.channel != "試験"
