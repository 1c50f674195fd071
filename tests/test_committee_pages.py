"""The committee's room: a matter from its bringing to the minutes as the secretariat works, and what the pages ask the database."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from musashimurayama_isms.approvals.models import Circulation, Item, Meeting, Recusal, Resolution
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.notifications.models import Notification


def moment(name: str, value) -> dict:
    """What the five boxes of a Japanese moment send."""
    local = timezone.localtime(value)
    return {f"{name}_{part}": str(getattr(local, part)) for part in ("year", "month", "day", "hour", "minute")}


def day(name: str, value) -> dict:
    return {f"{name}_{part}": str(getattr(value, part)) for part in ("year", "month", "day")}


def text(answer) -> str:
    return answer.content.decode()


def asked(client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def bring(cast, title: str = "端末の更新方針") -> Item:
    return Item.bring(cast.committee, Item.Kind.DELIBERATION, title=title, by=cast.member, at=timezone.now())


def test_a_matter_goes_through_the_pages_from_its_bringing_to_the_minutes(cast):
    now, page = timezone.now(), cast.client(cast.secretary)
    sent = {"kind": "deliberation", "title": "端末の更新方針", "explanation": "今年度の方針を決めます", "clauses": "３．４．２．４、3-4"}
    answer = page.post(reverse("committee:bring"), sent)
    assert answer.status_code == 422
    assert "条項の番号ではありません" in text(answer)
    assert page.post(reverse("committee:bring"), {**sent, "clauses": "３．４．２．４"}).status_code == 302
    item = Item.objects.get()
    assert item.clauses == ["3.4.2.4"]

    plan = {"kind": "committee", "form": "gathered", "place": "301会議室", "items": [item.pk], **moment("planned_at", now)}
    answer = page.post(reverse("committee:call"), {**plan, "guests": "いない人"})
    assert answer.status_code == 422
    assert "「いない人」は職員に見つかりません" in text(answer)
    page.post(reverse("committee:call"), {**plan, "guests": f"{cast.clerk.staff_number}\n外部 専門家"})
    meeting = Meeting.objects.get()
    assert sorted(meeting.attendances.values_list("name", flat=True)) == sorted([cast.clerk.name, "専門家"])

    here = reverse("committee:hold", args=[meeting.pk])
    chair, member, third = cast.general_manager.pk, cast.member.pk, cast.division_officer.pk
    rows = {f"member_{chair}": "present", f"member_{member}": "deputy", f"member_{third}": "absent", **moment("held_at", now)}
    answer = page.post(here, {**rows, f"deputy_{member}": ""})
    assert answer.status_code == 422
    assert "代理者の職員番号か氏名を入力してください" in text(answer)
    assert page.post(here, {**rows, f"deputy_{member}": cast.personnel.name}).status_code == 302

    here = reverse("committee:resolve", args=[meeting.agenda.get().pk])
    answer = page.post(here, {"outcome": "rejected"})
    assert answer.status_code == 422
    assert "理由を入力してください" in text(answer)
    assert page.post(here, {"outcome": "passed", "votes_for": "2", "votes_against": "0"}).status_code == 302
    assert "すでに記録されています" in text(page.post(here, {"outcome": "passed"}))

    here = reverse("committee:minutes", args=[meeting.pk])
    page.post(here, {"minutes": "途中まで"})
    assert "途中まで" not in text(cast.client(cast.member).get(meeting.get_absolute_url()))
    assert page.post(here, {"minutes": "", "close": "1"}).status_code == 422
    page.post(here, {"minutes": "審議し、可決した", "close": "1"})
    assert "審議し、可決した" in text(cast.client(cast.clerk).get(meeting.get_absolute_url()))
    assert "可決" in text(page.get(item.get_absolute_url()))


def test_too_few_leave_only_carrying_on_and_say_so(cast):
    item, page, now = bring(cast), cast.client(cast.secretary), timezone.now()
    meeting = Meeting.call(cast.committee, "committee", planned_at=now, items=[item], by=cast.secretary, at=now)
    meeting.hold(held_at=now, members={cast.member.pk: ("present", None)}, by=cast.secretary, at=now)
    here = reverse("committee:resolve", args=[meeting.agenda.get().pk])
    asked = text(page.get(here))
    assert "継続審議だけを記録できます" in asked
    assert 'value="continued"' in asked
    assert 'value="passed"' not in asked
    assert 'name="votes_for"' not in asked
    answer = page.post(here, {"outcome": "passed"})
    assert answer.status_code == 422
    assert "2人以上の出席が要ります" in text(answer)
    page.post(here, {"outcome": "continued"})
    assert Resolution.objects.get().outcome == "continued"


def test_a_resolution_is_handed_to_every_section_and_read_there(cast):
    now, page = timezone.now(), cast.client(cast.secretary)
    here = reverse("committee:send", args=["relay"])
    facts = {"title": "多要素認証", "text": "来月から使います", **day("due_on", timezone.localdate() + timedelta(days=5))}
    answer = page.post(here, facts)
    assert answer.status_code == 422
    assert "宛先を選ぶか" in text(answer)
    assert "もとになる議決を選ぶか" in text(answer)
    page.post(here, {**facts, "to_all": "on", "basis": "戦略の決定", **day("basis_on", timezone.localdate(now))})
    relay = Circulation.objects.get()
    assert relay.replies.filter(department=cast.section).exists()
    officer = cast.client(cast.section_officer)
    assert "受領をお願いします" in text(officer.get("/"))
    assert "受領する" in text(officer.get(relay.get_absolute_url()))
    assert "受領する" not in text(cast.client(cast.clerk).get(relay.get_absolute_url()))
    officer.post(reverse("committee:answer", args=[relay.replies.get(department=cast.section).pk]))
    assert "受領する" not in text(officer.get(relay.get_absolute_url()))


def test_an_opinion_without_words_is_refused_and_one_with_words_reaches_the_committee_alone(cast):
    page, asked_of = cast.client(cast.secretary), Circulation.answering("opinion", on=timezone.localdate())
    facts = {"title": "改定案", "text": "ご意見をお願いします", **day("due_on", timezone.localdate() + timedelta(days=5))}
    page.post(reverse("committee:send", args=["opinion"]), {**facts, "recipients": [row.pk for row in asked_of]})
    enquiry = Circulation.objects.get()
    mine = reverse("committee:answer", args=[enquiry.replies.get(department=cast.division).pk])
    officer = cast.client(cast.division_officer)
    answer = officer.post(mine, {"has_opinion": "yes", "text": ""})
    assert answer.status_code == 422
    assert "「意見なし」を選んでください" in text(answer)
    officer.post(mine, {"has_opinion": "yes", "text": "窓口の端末は対象外としたい"})
    assert "窓口の端末は対象外としたい" in text(page.get(enquiry.get_absolute_url()))
    assert "窓口の端末は対象外としたい" not in text(cast.client(cast.personnel).get(enquiry.get_absolute_url()))


def test_the_papers_of_an_item_are_read_by_those_who_see_it(cast):
    page, upload = cast.client(cast.secretary), SimpleUploadedFile("結果.txt", "点検の結果".encode())
    page.post(reverse("committee:bring"), {"kind": "report", "title": "点検の結果", "explanation": "別紙のとおり", "uploads": [upload]})
    paper = StoredFile.objects.get()
    assert cast.client(cast.member).get(paper.get_absolute_url()).status_code == 200
    assert cast.client(cast.clerk).get(paper.get_absolute_url()).status_code == 404


def test_an_item_without_a_meeting_waits_on_the_desk_of_the_secretariat(cast):
    bring(cast)
    assert "案件が会議を待っています" in text(cast.client(cast.secretary).get("/"))
    assert "案件が会議を待っています" not in text(cast.client(cast.member).get("/"))
    assert Notification.objects.filter(recipient=cast.secretary, title__contains="付議").exists()


def test_what_the_pages_ask_does_not_grow_with_the_rows(cast):
    now, by = timezone.now(), cast.secretary
    page, of_member = cast.client(by), cast.client(cast.member)

    def fill(meeting: Meeting) -> None:
        item = bring(cast)
        Recusal.mark(item, cast.member, reason="関わりがあるため", by=by, at=now)
        meeting.place_items([item], by=by, at=now)
        bring(cast)
        Meeting.call(cast.committee, "committee", planned_at=now + timedelta(days=1), by=by, at=now)
        fields = {"title": "決定", "text": "内容", "due_on": timezone.localdate(), "recipients": [cast.section, cast.other_section]}
        Circulation.send(cast.committee, "relay", by=by, at=now, **fields)

    meeting = Meeting.call(cast.committee, "committee", planned_at=now, by=by, at=now)
    fill(meeting)
    meeting.hold(held_at=now, members={}, by=by, at=now)
    pages = [reverse(f"committee:{name}") for name in ("room", "items", "meetings", "circulations")]
    pages += [meeting.get_absolute_url(), Circulation.objects.first().get_absolute_url(), Item.objects.last().get_absolute_url()]
    for client in (page, of_member):
        asked(client, pages[0])  # what is asked once a process or a session
    few = [(asked(page, url), asked(of_member, url)) for url in pages]
    for _ in range(5):
        fill(meeting)
    assert [(asked(page, url), asked(of_member, url)) for url in pages] == few
