"""受信箱: what waits, narrowed and done from the list; what one has sent; what one may begin."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from incidents.models import Bulletin, Consultation, Incident, IncidentKind
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.approvals.models import Circulation, Decision, Request
from musashimurayama_isms.dashboard import desk
from musashimurayama_isms.dashboard.desk import Item, mine, waiting
from musashimurayama_isms.dashboard.inbox.acts import GONE, MOVED_ON, NOT_PLAIN
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters import catalogue
from musashimurayama_isms.parameters.models import ParameterChoice

from .factory import make_absence, make_deputyship, make_request_type
from .matters import ERRAND, RULING, Ruling

SECTION = ["SECTION_OFFICER"]
ACT = "/inbox/act/"


def now():
    return timezone.now()


@pytest.fixture
def city(cast):
    """A type with something to check and one that is a plain yes, both decided by the section's officer."""
    make_request_type(ERRAND, ("any", SECTION), name="試験の運搬")
    make_request_type(RULING, ("any", SECTION), name="試験の一言")
    return cast


def submitted(by, code=RULING, what="申請者一覧") -> Request:
    request = Request.draft(code, by=by, at=now(), content={"what": what, "way": "case"})
    request.submit(by=by, at=now())
    return request


def words(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def press(client, one: str, **data) -> str:
    """A button of the list, and the page it comes back to."""
    return words(client.post(ACT, {"one": one, **data}, follow=True))


def choose(cast, code: str, value) -> None:
    ParameterChoice.choose(catalogue.get(code), value, basis="試験", seen=0, by=cast.central_manager, at=now())


def seen_of(request: Request) -> str:
    return f"{request.open_step.position}:{request.current_version.digest}"


# -- the list ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def twenty_five(cast, monkeypatch):
    """A desk with 25 things: five decisions, of which two are late, and twenty words to read."""

    def provider(user, at):
        for number in range(5):
            due = at - timedelta(hours=1) if number < 2 else at + timedelta(days=2)
            yield Item(f"決定{number}", "/", at - timedelta(days=9, hours=number), "決定", due=due, as_role="情報セキュリティ担当者")
        for number in range(20):
            yield Item(f"ﾊﾟｽﾜｰﾄﾞの件{number}", "/", at - timedelta(hours=number), "注意喚起")

    monkeypatch.setattr(desk, "_waiting", [provider])
    return cast.client(cast.section_officer)


def titles(client, query="") -> list[str]:
    return [row.item.title for row in client.get(f"/{query}").context["rows"]]


def test_each_kind_has_its_number_and_chooses_itself_in_the_address(twenty_five):
    response = twenty_five.get("/")
    assert response.context["filter"].kinds == [("決定", 5), ("注意喚起", 20)]
    assert titles(twenty_five, "?kind=決定") == ["決定4", "決定3", "決定2", "決定1", "決定0"]
    assert twenty_five.get("/?kind=決定").context["filter"].kinds == [("決定", 5), ("注意喚起", 20)]


def test_the_list_is_narrowed_by_hat_by_term_and_by_words_however_they_are_typed(twenty_five):
    assert len(titles(twenty_five, "?role=情報セキュリティ担当者")) == 5
    assert titles(twenty_five, "?late=on") == ["決定1", "決定0"]
    assert titles(twenty_five, "?q=パスワード　件19") == ["ﾊﾟｽﾜｰﾄﾞの件19"]
    assert "条件に合う仕事はありません" in words(twenty_five.get("/?q=ない言葉"))


def test_twenty_stand_on_a_page_and_the_filter_travels_with_it(twenty_five):
    assert len(titles(twenty_five)) == 20
    assert len(titles(twenty_five, "?page=2")) == 5
    assert "kind=%E6%B3%A8%E6%84%8F%E5%96%9A%E8%B5%B7" in words(twenty_five.get("/?kind=注意喚起&page=1&q=件"))


def test_an_address_with_unknown_values_still_opens(twenty_five):
    assert len(titles(twenty_five, "?role=だれか&page=99&unknown=1")) == 5  # the last page
    assert titles(twenty_five, "?kind=ない種類") == []


# -- acts without judgement --------------------------------------------------------------------------------------------


def decided_by_the_deputy(city) -> Decision:
    """A request decided in the officer's place while the officer was away."""
    make_deputyship("shimin-ka.head", city.colleague)
    absence = make_absence(city.section_officer, starts_at=now() - timedelta(hours=1))
    request = submitted(city.clerk)
    decision = Decision.take(request, "permit", by=city.colleague, at=now(), digest=request.current_version.digest)
    absence.delete()
    return decision


def test_what_a_deputy_decided_is_acknowledged_from_the_list(city):
    decision = decided_by_the_deputy(city)
    client = city.client(city.section_officer)
    assert f'value="review:{decision.pk}"' in words(client.get("/"))
    page = press(client, f"review:{decision.pk}")
    assert "後閲を済ませました。" in page
    assert "待っている仕事はありません" in page
    decision.refresh_from_db()
    assert decision.reviewed_at


def test_a_second_press_and_a_stranger_get_a_plain_sentence_and_change_nothing(city):
    decision = decided_by_the_deputy(city)
    assert GONE in press(city.client(city.clerk), f"review:{decision.pk}")
    decision.refresh_from_db()
    assert decision.reviewed_at is None
    client = city.client(city.section_officer)
    press(client, f"review:{decision.pk}")
    assert GONE in press(client, f"review:{decision.pk}")


@pytest.mark.parametrize("key", ["", "x", "0", "99999999999999999999", "5b6c7d2e-0000-4000-8000-000000000000"])
@pytest.mark.parametrize("slug", ["review", "seen", "relay", "incident", "violation", "compliance", "bulletin", "permit"])
def test_nonsense_in_a_key_is_a_sentence_too(cast, slug, key):
    assert GONE in press(cast.client(cast.section_officer), f"{slug}:{key}")


def test_an_act_that_is_not_there_is_404_and_looking_at_the_address_does_nothing(cast):
    client = cast.client(cast.clerk)
    assert client.post(ACT, {"one": "destroy:1"}).status_code == 404
    assert client.post(ACT, {"pick": "destroy:1", "bulk": "受領する"}).status_code == 404
    assert client.get(ACT).status_code == 405
    assert "行の左に印を付けてから" in words(client.post(ACT, {"bulk": "受領する"}, follow=True))


def relayed(city, title) -> Circulation:
    facts = {"text": "内容", "recipients": [city.section], "due_on": timezone.localdate(), "basis": "", "basis_on": None}
    return Circulation.send(city.committee, Circulation.Kind.RELAY, title=title, by=city.secretary, at=now(), **facts)


def reported(city, personal_information="no") -> Incident:
    kind = IncidentKind.objects.get(code="other")
    facts = {"kind": kind, "noticed_at": now(), "personal_information": personal_information, "place": "窓口"}
    incident = Incident.objects.create(reporter=city.clerk, department=city.section, summary="試験", **facts)
    return incident.report(by=city.clerk, at=now())


def test_several_are_received_at_once_and_one_that_is_gone_does_not_hold_up_the_others(city):
    first, second = (relayed(city, title).replies.get() for title in ("一つ目", "二つ目"))
    other = city.client(city.section_officer)
    press(other, f"relay:{second.pk}")
    picked = [f"relay:{first.pk}", f"relay:{second.pk}", f"relay:{first.pk}"]
    page = words(other.post(ACT, {"bulk": "受領する", "pick": picked}, follow=True))
    assert "受領しました（1件）。" in page
    assert f"1件：{GONE}" in page
    first.refresh_from_db()
    assert first.answered_by == city.section_officer


def test_an_opinion_is_not_given_by_a_button(city):
    asked = Circulation.send(
        city.committee,
        Circulation.Kind.OPINION,
        title="照会",
        text="内容",
        recipients=[city.division],
        due_on=timezone.localdate(),
        basis="",
        basis_on=None,
        by=city.secretary,
        at=now(),
    )
    assert "開いて回答してください" in press(city.client(city.division_officer), f"relay:{asked.replies.get().pk}")
    assert not asked.replies.get().is_answered


def test_a_report_is_received_from_the_list_but_a_grave_one_is_opened(city):
    reference.load()
    plain, grave = reported(city), reported(city, "yes")
    told = plain.steps.get(code="report").receipts.get()
    client = city.client(city.section_officer)
    assert "重大なインシデントです" in press(client, f"incident:{grave.pk}")
    assert "受領しました。" in press(client, f"incident:{plain.pk}")
    told.refresh_from_db()
    assert told.received_by == city.section_officer
    assert grave.steps.get(code="report").receipts.get().received_at is None


# -- acts on what was shown --------------------------------------------------------------------------------------------


def test_a_plain_request_is_seen_in_its_row_and_permitted_there(city):
    request = submitted(city.clerk, what="鍵付きケースの件")
    client = city.client(city.section_officer)
    address = reverse("desk_look", args=["permit", request.pk])
    assert address in words(client.get("/?kind=決定"))
    part = words(client.get(address, {"back": "kind=決定", "row": "1"}, headers={"HX-Request": "true"}))
    assert "鍵付きケース" in part
    assert "<h1" not in part
    assert "<h1" in words(client.get(address))  # without script it is a page
    answer = client.post(ACT, {"one": f"permit:{request.pk}", "seen": seen_of(request), "back": "kind=決定&evil=1", "row": "1"})
    assert answer.url == "/?kind=%E6%B1%BA%E5%AE%9A#row-1"
    request.refresh_from_db()
    assert request.status == Request.Status.COMPLETED
    decision = request.decisions.get()
    assert (decision.person, decision.outcome) == (city.section_officer, "permit")
    assert GONE in press(client, f"permit:{request.pk}", seen=f"1:{decision.digest}")


def test_what_has_changed_since_it_was_shown_is_not_permitted(city):
    request = submitted(city.clerk)
    client = city.client(city.section_officer)
    assert "内容が変わりました" in press(client, f"permit:{request.pk}", seen="1:" + "0" * 64)
    assert MOVED_ON in press(client, f"permit:{request.pk}")
    request.refresh_from_db()
    assert request.status == Request.Status.IN_REVIEW


def test_a_request_with_something_to_check_leads_to_its_page(city):
    request = submitted(city.clerk, ERRAND)
    client = city.client(city.section_officer)
    page = words(client.get("/"))
    assert f"permit/{request.pk}" not in page
    assert f'value="decide:{request.pk}"' in page
    assert NOT_PLAIN in press(client, f"permit:{request.pk}", seen=seen_of(request))
    look = client.get(reverse("desk_look", args=["permit", request.pk]), headers={"HX-Request": "true"})
    assert NOT_PLAIN in words(look)
    request.refresh_from_db()
    assert request.status == Request.Status.IN_REVIEW


@pytest.mark.parametrize(
    ("chosen", "named", "is_offered"),
    [("3", "分類Ⅲ", True), ("3", "分類Ⅱ", False), ("3", "", True), ("2", "分類Ⅱ", True), ("4", "分類Ⅲ", False), ("none", "", False)],
)
def test_the_city_chooses_up_to_which_class_one_permits_from_the_list(city, monkeypatch, chosen, named, is_offered):
    monkeypatch.setattr(Ruling, "classification", lambda self, request: named)
    if chosen != "3":
        choose(city, "approvals.list_permit_class", chosen)
    request = submitted(city.clerk)
    [item] = waiting(city.section_officer, at=now())
    assert ("permit" in [ready.slug for ready in item.acts]) == is_offered
    page = press(city.client(city.section_officer), f"permit:{request.pk}", seen=seen_of(request))
    assert (NOT_PLAIN in page) != is_offered


def test_the_own_request_is_not_permitted_from_the_list_either(city):
    request = submitted(city.section_officer)
    assert GONE in press(city.client(city.section_officer), f"permit:{request.pk}", seen=seen_of(request))
    assert GONE in press(city.client(city.colleague), f"permit:{request.pk}", seen=seen_of(request))


def test_several_decisions_lead_to_the_page_that_decides_them_together(city):
    requests = [submitted(city.clerk, ERRAND), submitted(city.clerk)]
    picked = [f"decide:{request.pk}" for request in requests]
    answer = city.client(city.section_officer).post(ACT, {"bulk": "まとめて決定する", "pick": picked})
    assert answer.url == f"/requests/together/?pick={requests[0].pk}&pick={requests[1].pk}"


def test_a_word_to_the_staff_is_read_in_the_list_as_it_was_shown(city):
    day = timezone.localdate() + timedelta(days=10)
    bulletin = Bulletin.issue(title="不審なメール", text="添付を開かないこと", expires_on=day, by=city.central_manager, at=now())
    client = city.client(city.clerk)
    part = words(client.get(reverse("desk_look", args=["bulletin", bulletin.pk]), headers={"HX-Request": "true"}))
    assert "添付を開かないこと" in part
    bulletin.correct(title="不審なメール", text="開いたら電話", change="連絡先", expires_on=day, by=city.central_manager, at=now())
    assert MOVED_ON in press(client, f"bulletin:{bulletin.pk}", seen="1")
    assert bulletin.asks(city.clerk, at=now())
    assert "読んだ印を付けました。" in press(client, f"bulletin:{bulletin.pk}", seen="2")
    assert not bulletin.asks(city.clerk, at=now())


# -- what I have sent, what I may begin --------------------------------------------------------------------------------


def test_what_i_have_sent_says_where_it_stands_who_has_it_since_when_and_until_when(city):
    request = submitted(city.clerk, ERRAND)
    Request.draft(RULING, by=city.clerk, at=now(), content={})
    Consultation.ask(by=city.clerk, at=now(), topic="unclear", title="意味", text="分かりません", department=city.section)
    rows = {item.status: item for item in mine(city.clerk, at=now())}
    step = request.open_step
    found = rows["審査中"]
    assert (found.holder, found.since, found.due) == ("市民 課長さん（情報セキュリティ担当者）", step.started_at, step.due_at)
    assert rows["下書き"].holder == "あなた"
    assert rows["回答待ち"].holder == "中央電子計算組織管理者"
    page = words(city.client(city.clerk).get("/inbox/sent/"))
    assert "市民 課長さん" in page
    assert request.number in page


def test_where_the_officer_is_barred_or_away_the_one_who_decides_instead_is_named(city):
    submitted(city.section_officer)
    [item] = mine(city.section_officer, at=now())
    assert item.holder == "市民 部長さん（総括情報セキュリティ担当者）"
    submitted(city.clerk)
    make_deputyship("shimin-ka.head", city.colleague)
    make_absence(city.section_officer, starts_at=now() - timedelta(hours=1))
    [item] = mine(city.clerk, at=now())
    assert item.holder == "市民 次郎さん（情報セキュリティ担当者（市民 課長代理））"


def test_what_was_returned_lies_with_me_and_what_is_over_has_its_own_list(city):
    back, over = submitted(city.clerk, what="戻るもの"), submitted(city.clerk, what="終わるもの")
    for request, outcome in ((back, "return"), (over, "refuse")):
        digest = request.current_version.digest
        Decision.take(request, outcome, by=city.section_officer, at=now(), digest=digest, comment="理由")
    client = city.client(city.clerk)
    page, ended = words(client.get("/inbox/sent/")), words(client.get("/inbox/sent/?state=over"))
    assert back.number in page
    assert "<strong>あなた</strong>" in page
    assert over.number not in page
    assert over.number in ended
    assert back.number not in ended
    assert "条件に合うものはありません" in words(client.get("/inbox/sent/?q=ない言葉"))


def test_nobody_sees_what_others_have_sent(city):
    request = submitted(city.clerk)
    assert request.number not in words(city.client(city.colleague).get("/inbox/sent/"))


def test_what_i_may_begin_is_what_i_may_submit_or_draft_and_leads_there(city):
    page = words(city.client(city.clerk).get("/inbox/begin/"))
    assert reverse("approvals:start", args=[RULING]) in page
    assert reverse("incidents:consultation_new") in page
    assert reverse("incidents:bulletin_new") not in page
    assert reverse("incidents:bulletin_new") in words(city.client(city.central_manager).get("/inbox/begin/"))


# -- notices and questions ---------------------------------------------------------------------------------------------


def test_who_acts_on_a_subject_has_read_the_notices_about_it_and_nobody_else(city):
    request = submitted(city.clerk)
    other = submitted(city.clerk)

    def unread(person):
        return Notification.objects.visible_to(person).unread()

    assert unread(city.section_officer).about(*key_of(request)).exists()
    Decision.take(request, "permit", by=city.section_officer, at=now(), digest=request.current_version.digest)
    assert not unread(city.section_officer).about(*key_of(request)).exists()
    assert unread(city.section_officer).about(*key_of(other)).exists()
    assert unread(city.clerk).about(*key_of(request)).exists()  # the outcome, which the clerk has not seen


def key_of(row) -> tuple[int, str]:
    return ContentType.objects.get_for_model(row).pk, str(row.pk)


def asked(client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_three_pages_ask_the_same_for_few_and_for_many(city):
    submitted(city.clerk)
    submitted(city.clerk, ERRAND)
    officer, clerk = city.client(city.section_officer), city.client(city.clerk)
    pages = [(officer, "/"), (officer, "/?kind=決定&q=申請者"), (clerk, "/inbox/sent/"), (clerk, "/inbox/begin/")]
    for client, address in pages:
        client.get(address)
    before = [asked(client, address) for client, address in pages]
    for _ in range(12):
        submitted(city.clerk)
        submitted(city.clerk, ERRAND)
    assert [asked(client, address) for client, address in pages] == before


def test_who_acts_in_the_roles_of_the_city_is_asked_in_one_pass(city):
    """Without it each floor asks each role anew: four questions and more a role."""
    submitted(city.section_officer)
    submitted(city.clerk)
    for person in (city.section_officer, city.division_officer, city.ciso):
        client = city.client(person)
        client.get("/")
        with CaptureQueriesContext(connection) as found:
            client.get("/")
        by_code = [row for row in found.captured_queries if 'FROM "accounts_role" WHERE "accounts_role"."code" =' in row["sql"]]
        assert by_code == []
