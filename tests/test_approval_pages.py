"""The pages of the room 申請・許可: who sees and may do what, how a request travels through them, how many questions a page asks."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.approvals import figures
from musashimurayama_isms.approvals.models import Decision, Request, RequestType, Route, Waiver
from musashimurayama_isms.approvals.roster import Roster
from musashimurayama_isms.approvals.waiting import waiting_for
from musashimurayama_isms.dashboard.desk import mine, waiting
from musashimurayama_isms.parameters import catalogue
from musashimurayama_isms.parameters.models import ParameterChoice
from policy import mechanisms
from policy.requests_keepers import requests as requests_panel

from .factory import make_absence, make_deputyship, make_request_type
from .matters import ERRAND, RULING, Errand
from .taken import take as taken
from .taken import text_of

SECTION, CENTRAL, CISO = ["SECTION_OFFICER"], ["CENTRAL_MANAGER"], ["CISO"]
TYPED = {"what": "申請者一覧", "way": "case", "ends_on_year": "", "ends_on_month": "", "ends_on_day": ""}


@pytest.fixture
def errands(cast):
    """A type that the section's officer decides."""
    make_request_type(ERRAND, ("any", SECTION), name="試験の運搬", description="試験のために運びます。")
    return cast


def url(name: str, *args) -> str:
    return reverse(f"approvals:{name}", args=args)


def submitted(by, **content) -> Request:
    """A request in review; its route is that of the type."""
    request = Request.draft(ERRAND, by=by, at=timezone.now(), content={"what": "申請者一覧", "way": "case", **content})
    request.submit(by=by, at=timezone.now())
    return request


def prepared(cast) -> Request:
    """A clerk's draft that lies with the chief, where the chief is the applicant."""
    RequestType.objects.filter(code=ERRAND).update(applicants=[RoleCode.SECTION_OFFICER])
    request = Request.draft(ERRAND, by=cast.clerk, at=timezone.now(), content={"what": "申請者一覧", "way": "case"})
    request.prepare(by=cast.clerk, at=timezone.now())
    return request


def take(request, by, outcome="permit", **words) -> Decision:
    digest = request.current_version.digest
    return Decision.take(request, outcome, by=by, at=timezone.now(), digest=digest, **words)


def answer(request: Request, outcome: str, **words) -> dict:
    """What the card of the decision sends, every check ticked."""
    return {"digest": request.current_version.digest, "outcome": outcome, "checks": ["0"], "comment": "", "conditions": "", **words}


def page(cast, user, address: str, **data) -> str:
    """What a person reads there in the end."""
    return cast.client(user).get(address, data, follow=True).content.decode()


def sent(cast, user, address: str, **data):
    return cast.client(user).post(address, data)


def read_on(cast, user, address: str, **data) -> str:
    return cast.client(user).post(address, data, follow=True).content.decode()


# -- begin and write ---------------------------------------------------------------------------------------------------
def test_the_cards_say_who_applies_and_who_decides_and_closed_types_come_last(errands):
    make_request_type("test-closed", ("any", CISO), name="試験の準備中")
    text = page(errands, errands.clerk, url("begin"))
    assert "試験の運搬" in text
    assert "職員等" in text
    assert "情報セキュリティ担当者" in text
    assert text.index("試験の運搬") < text.index("準備中の種別") < text.index("試験の準備中")
    assert "まだこのポータルで申請できません" in read_on(errands, errands.clerk, url("start", "test-closed"))


def test_a_draft_is_written_kept_looked_over_and_submitted(errands):
    client = errands.client(errands.clerk)
    begun = client.post(url("start", ERRAND))
    request = Request.objects.get()
    assert begun.url == url("draft", request.pk)
    saved = client.post(url("autosave", request.pk), {**TYPED, "way": ""})
    assert "下書きを保存しました" in saved.content.decode()
    file = SimpleUploadedFile("経路.txt", "経路".encode())
    assert client.post(url("draft", request.pk), {**TYPED, "uploads": file}).url == url("review", request.pk)
    review = client.get(url("review", request.pk)).content.decode()
    for words in ("申請者一覧", "鍵付きケース", "経路.txt", errands.section_officer.name, "鍵付きのケースか暗号化"):
        assert words in review
    done = client.post(url("submit", request.pk), follow=True).content.decode()
    assert "申請しました（R8-001）" in done
    assert "決定する人に届きました" in done
    assert client.post(url("autosave", request.pk), TYPED).status_code == 204


def test_what_was_typed_stays_where_something_is_missing(errands):
    client = errands.client(errands.clerk)
    client.post(url("start", ERRAND))
    request = Request.objects.get()
    refused = client.post(url("draft", request.pk), {**TYPED, "way": ""})
    assert refused.status_code == 422
    assert "申請者一覧" in refused.content.decode()
    client.post(url("draft", request.pk), {**TYPED, "way": "", "keep": "1"})
    request.refresh_from_db()
    assert request.content["what"] == "申請者一覧"
    for name in ("review", "submit"):
        answered = getattr(client, "get" if name == "review" else "post")(url(name, request.pk), follow=True)
        assert "入力が足りないところがあります" in answered.content.decode()
        assert answered.status_code == 422
    assert not Request.objects.exclude(status="draft").exists()


def test_what_the_matter_forbids_is_said_on_the_form_and_the_text_stays(errands):
    request = Request.draft(ERRAND, by=errands.clerk, at=timezone.now(), content={"what": "禁制品", "way": "case"})
    text = read_on(errands, errands.clerk, url("submit", request.pk))
    assert "これは持ち出せません。" in text
    assert "禁制品" in text
    assert "確認へ進む" in text


def test_a_draft_is_its_drafters_alone_and_can_be_given_up(errands):
    request = Request.draft(ERRAND, by=errands.clerk, at=timezone.now())
    for person in (errands.colleague, errands.section_officer, errands.ciso):
        assert errands.client(person).get(url("draft", request.pk)).status_code == 404
    assert "取りやめました" in read_on(errands, errands.clerk, url("discard", request.pk))


def test_where_the_chief_applies_the_clerk_hands_over_and_the_chief_submits_or_hands_back(errands):
    RequestType.objects.update(applicants=[RoleCode.SECTION_OFFICER])
    request = Request.draft(ERRAND, by=errands.clerk, at=timezone.now(), content={"what": "申請者一覧", "way": "case"})
    assert "申請者に回す" in page(errands, errands.clerk, url("review", request.pk))
    assert "申請者に回しました" in read_on(errands, errands.clerk, url("prepare", request.pk))
    assert [row.act for row in waiting_for(errands.section_officer, at=timezone.now())] == ["申請"]
    assert sent(errands, errands.section_officer, url("hand_back", request.pk)).status_code == 422
    read_on(errands, errands.section_officer, url("hand_back", request.pk), **{"back-reason": "期間を書いてください。"})
    assert "期間を書いてください。" in page(errands, errands.clerk, url("draft", request.pk))
    read_on(errands, errands.clerk, url("prepare", request.pk))
    assert "申請しました" in read_on(errands, errands.section_officer, url("submit", request.pk))
    request.refresh_from_db()
    assert (request.status, request.applicant) == ("in_review", errands.section_officer)


def test_a_role_of_the_city_that_applies_sees_what_was_handed_to_it(errands):
    RequestType.objects.update(applicants=[RoleCode.AUDITOR])
    request = Request.draft(ERRAND, by=errands.clerk, at=timezone.now(), content={"what": "監査計画", "way": "case"})
    request.prepare(by=errands.clerk, at=timezone.now())
    assert "あなたの申請" in page(errands, errands.auditor, url("list"))
    assert "申請しました" in read_on(errands, errands.auditor, url("submit", request.pk))


def test_a_type_that_begins_elsewhere_says_where(errands, monkeypatch):
    monkeypatch.setattr(Errand, "starts_elsewhere", "台帳の画面から始めてください。")
    assert "台帳の画面から始めてください。" in page(errands, errands.clerk, url("begin"))
    assert "台帳の画面から始めてください。" in read_on(errands, errands.clerk, url("start", ERRAND))
    assert not Request.objects.exists()


# -- decide ------------------------------------------------------------------------------------------------------------
def test_a_decider_ticks_and_permits_with_a_condition_and_the_applicant_sees_it(errands):
    request = submitted(errands.clerk)
    before = page(errands, errands.section_officer, url("detail", request.pk))
    assert "決定してください" in before
    assert "鍵付きのケースか暗号化で守られていますか" in before
    done = read_on(errands, errands.section_officer, url("decide", request.pk), **answer(request, "conditionally", conditions="二人で運ぶ"))
    assert "条件を付けて許可しました" in done
    assert "ほかにありません" in done
    after = page(errands, errands.clerk, url("detail", request.pk))
    assert "許可の条件" in after
    assert "二人で運ぶ" in after
    assert "完了にする" in after


@pytest.mark.parametrize(
    ("outcome", "words", "complaint"),
    [
        ("permit", {"checks": []}, "すべての項目を確かめて印を付けてください"),
        ("conditionally", {}, "許可の条件を入力してください"),
        ("return", {"checks": []}, "理由を入力してください"),
        ("refuse", {"comment": " "}, "理由を入力してください"),
    ],
)
def test_a_decision_without_what_it_needs_is_refused_beside_the_field(errands, outcome, words, complaint):
    request = submitted(errands.clerk)
    words = {"comment": "", "conditions": "", **words}
    refused = sent(errands, errands.section_officer, url("decide", request.pk), **answer(request, outcome, **words))
    assert refused.status_code == 422
    assert complaint in refused.content.decode()
    assert not Decision.objects.exists()


def test_after_a_decision_the_next_waiting_request_follows_by_itself(errands):
    first, second = submitted(errands.clerk), submitted(errands.colleague, what="次のもの")
    done = sent(errands, errands.section_officer, url("decide", first.pk), **answer(first, "return", comment="直してください。"))
    assert done.url == url("detail", second.pk)
    assert "直して出し直す" in page(errands, errands.clerk, url("detail", first.pk))
    last = sent(errands, errands.section_officer, url("decide", second.pk), **answer(second, "refuse", comment="要りません。"))
    assert last.url == reverse("desk")


def test_the_late_one_of_two_is_told_what_happened_and_by_whom(errands):
    reroute(("any", SECTION + CENTRAL), ("any", CISO))
    request = submitted(errands.clerk)
    late = answer(request, "refuse", comment="別の方法で。")
    take(request, errands.central_manager, conditions="鍵をかけること")
    assert "これまでに付いた条件" in page(errands, errands.ciso, url("detail", request.pk))
    text = read_on(errands, errands.section_officer, url("decide", request.pk), **late)
    assert f"{errands.central_manager.name}さん（中央電子計算組織管理者）が「許可」と決定しています。" in text
    take(request, errands.ciso)
    text = read_on(errands, errands.section_officer, url("decide", request.pk), **late)
    assert f"{errands.ciso.name}さん" in text
    assert Decision.objects.count() == 2


def test_whoever_is_of_the_request_has_no_buttons_and_reads_who_decides_instead(errands):
    request = submitted(errands.section_officer)
    text = page(errands, errands.section_officer, url("detail", request.pk))
    assert "決定してください" not in text
    assert f"決定するのは{errands.division_officer.name}さん" in text
    assert "一つ上の役割の人が決定します" in text
    assert sent(errands, errands.section_officer, url("decide", request.pk), **answer(request, "permit")).status_code == 403
    assert sent(errands, errands.outsider_clerk, url("decide", request.pk), **answer(request, "permit")).status_code == 404


def test_where_nobody_can_decide_the_page_offers_the_unavoidable_case_and_a_third_person_consents(errands):
    for person in (errands.division_officer, errands.general_manager, errands.ciso):
        make_absence(person, starts_at=timezone.now() - timedelta(hours=1), hours=4)
    request = submitted(errands.section_officer)
    assert "この段階を決定できる人がいません" in page(errands, errands.section_officer, url("detail", request.pk))
    asking = {"person": errands.section_officer.pk, "reason": "全員が災害対応のため"}
    assert sent(errands, errands.section_officer, url("ask_waiver", request.pk), **{**asking, "reason": ""}).status_code == 422
    assert "申し出ました" in read_on(errands, errands.section_officer, url("ask_waiver", request.pk), **asking)
    waiver = Waiver.objects.get()
    assert [row.act for row in waiting_for(errands.central_manager, at=timezone.now())] == ["同意"]
    assert sent(errands, errands.section_officer, url("answer_waiver", waiver.pk), answer="consent").status_code == 403
    assert "同意しました" in read_on(errands, errands.central_manager, url("answer_waiver", waiver.pk), answer="consent")
    assert "決定してください" in page(errands, errands.section_officer, url("detail", request.pk))
    read_on(errands, errands.section_officer, url("decide", request.pk), **answer(request, "permit"))
    assert "例外" in page(errands, errands.section_officer, url("detail", request.pk))
    assert [row.act for row in waiting_for(errands.ciso, at=timezone.now())] == ["例外の確認"]
    assert "確認しました" in read_on(errands, errands.ciso, url("see_waiver", waiver.pk))


def test_an_oral_permit_is_entered_marked_and_answered_by_its_speaker(errands):
    request = submitted(errands.clerk)
    request.steps.update(started_at=timezone.now() - timedelta(hours=2))
    spoken = timezone.localtime(timezone.now() - timedelta(hours=1))
    when = {f"spoken_at_{part}": str(getattr(spoken, part)) for part in ("year", "month", "day", "hour", "minute")}
    words = {"digest": request.current_version.digest, "spoken_by": errands.section_officer.pk, "content": "電話で許可", **when}
    assert sent(errands, errands.clerk, url("oral", request.pk), **words).status_code == 403
    never = {**words, "spoken_at_year": "2020"}
    assert "審査がこの段階に来てから" in read_on(errands, errands.division_officer, url("oral", request.pk), **never)
    assert "口頭の許可を記録しました" in read_on(errands, errands.division_officer, url("oral", request.pk), **words)
    decision = Decision.objects.get()
    assert "口頭（本人の確認待ち）" in page(errands, errands.clerk, url("detail", request.pk))
    assert "そのとおり" in page(errands, errands.section_officer, url("detail", request.pk))
    assert sent(errands, errands.clerk, url("confirm_oral", decision.pk)).status_code == 403
    text = read_on(errands, errands.section_officer, url("deny_oral", decision.pk), dispute="電話を受けていません。")
    assert "許可は取り消されました" in text


def test_a_deputys_decision_is_marked_and_read_afterwards(errands):
    make_deputyship("shimin-ka.head", errands.colleague)
    make_absence(errands.section_officer, starts_at=timezone.now() - timedelta(hours=1), hours=2)
    request = submitted(errands.clerk)
    assert waiting_for(errands.section_officer, at=timezone.now()) == []
    read_on(errands, errands.colleague, url("decide", request.pk), **answer(request, "permit"))
    assert f"代 {errands.section_officer.name}の代理" in page(errands, errands.clerk, url("detail", request.pk))
    decision = Decision.objects.get()
    assert [row.act for row in waiting_for(errands.section_officer, at=timezone.now())] == ["後閲"]
    assert sent(errands, errands.colleague, url("read_afterwards", decision.pk)).status_code == 403
    assert "後閲を済ませました" in read_on(errands, errands.section_officer, url("read_afterwards", decision.pk))


def test_what_a_request_is_about_can_be_opened_from_it(errands):
    make_request_type(RULING, ("any", SECTION))
    request = Request.draft(RULING, by=errands.clerk, at=timezone.now(), subjects=[errands.section], content={"what": "課", "way": "case"})
    request.submit(by=errands.clerk, at=timezone.now())
    text = page(errands, errands.section_officer, url("detail", request.pk))
    assert f'<a href="{errands.section.get_absolute_url()}">{errands.section}</a>' in text


def test_a_step_that_was_sent_back_is_not_drawn_as_done(errands):
    request = submitted(errands.clerk)
    card = page(errands, errands.section_officer, url("detail", request.pk))
    assert "※差戻し・不許可では必須" in card
    take(request, errands.section_officer, "return", comment="暗号化してください。")
    route = page(errands, errands.clerk, url("detail", request.pk)).split('<ol class="route"')[1].split("</ol>")[0]
    assert (route.count('data-state="done"'), route.count('data-state="stopped"')) == (1, 1)
    assert '<span class="route__state">差戻し</span>' in route


def test_a_draft_without_a_title_names_its_type_once_in_the_list(errands):
    Request.draft(ERRAND, by=errands.clerk, at=timezone.now(), content={})
    row = page(errands, errands.clerk, url("desk", "mine")).split("<tbody>")[1].split("</tbody>")[0]
    assert row.count("試験の運搬") == 1


# -- afterwards --------------------------------------------------------------------------------------------------------
def test_a_new_version_shows_field_by_field_what_changed_and_folds_the_earlier_run_away(errands):
    request = submitted(errands.clerk)
    take(request, errands.section_officer, "return", comment="暗号化してください。")
    request.edit({**request.content, "way": "cipher"}, by=errands.clerk, at=timezone.now())
    request.submit(by=errands.clerk, at=timezone.now())
    text = page(errands, errands.section_officer, url("detail", request.pk))
    assert "前の版から変わった点" in text
    assert text.index("鍵付きケース") < text.index("<strong>暗号化</strong>")
    assert "第1版" in text
    assert "暗号化してください。" in text


def test_like_cases_are_those_one_may_see_with_what_became_of_them(errands):
    take(submitted(errands.colleague, what="前の例"), errands.section_officer, "refuse", comment="別の方法があります。")
    take(submitted(errands.outsider_clerk, what="他課の例"), errands.outsider_officer)
    text = page(errands, errands.section_officer, url("detail", submitted(errands.clerk).pk))
    assert "前の例" in text
    assert "別の方法があります。" in text
    assert "他課の例" not in text


def test_it_is_withdrawn_completed_or_recalled_by_the_right_persons(errands):
    withdrawn, running, recalled = submitted(errands.clerk), submitted(errands.clerk), submitted(errands.clerk)
    assert sent(errands, errands.section_officer, url("withdraw", withdrawn.pk)).status_code == 403
    assert "取り下げていません" in read_on(errands, errands.clerk, url("withdraw", withdrawn.pk), reason="理由\x00")
    assert "取り下げました" in read_on(errands, errands.clerk, url("withdraw", withdrawn.pk))
    for request in (running, recalled):
        take(request, errands.section_officer)
    assert sent(errands, errands.section_officer, url("complete", running.pk)).status_code == 403
    assert "完了にしました" in read_on(errands, errands.clerk, url("complete", running.pk))
    assert errands.client(errands.clerk).get(url("recall", recalled.pk)).status_code == 403
    text = read_on(errands, errands.section_officer, url("recall", recalled.pk), reason="媒体に不具合があるため")
    assert "許可を取り消しました" in text
    assert "媒体に不具合があるため" in page(errands, errands.clerk, url("detail", recalled.pk))
    again = read_on(errands, errands.clerk, url("withdraw", withdrawn.pk))
    assert "最新の状況を表示しました" in again


def test_a_comment_with_a_file_reaches_the_page_and_an_empty_one_is_told(errands):
    request = submitted(errands.clerk)
    address = url("comment", request.pk)
    assert sent(errands, errands.section_officer, address).status_code == 422
    file = SimpleUploadedFile("見取図.txt", "図".encode())
    data = {"comment-text": "どの経路で運びますか。", "comment-uploads": file}
    text = read_on(errands, errands.section_officer, address, **data)
    assert "どの経路で運びますか。" in text
    assert "申請の後に加えられたファイル" in text
    assert "見取図.txt" in text


# -- lists -------------------------------------------------------------------------------------------------------------
def test_each_list_holds_what_its_name_says_and_only_for_whom_it_is(errands):
    request = submitted(errands.clerk)
    Request.draft(ERRAND, by=errands.clerk, at=timezone.now(), content={"what": "書きかけ", "way": "case"})
    for person, scope, status in (
        (errands.section_officer, "section", 200),
        (errands.clerk, "section", 404),
        (errands.section_officer, "all", 404),
        (errands.central_manager, "all", 200),
    ):
        assert errands.client(person).get(url("desk", scope)).status_code == status
    assert "あなたの決定" in page(errands, errands.section_officer, url("list"))
    own = page(errands, errands.clerk, url("list"))
    assert "書きかけ" in own
    assert "R8-001" in own
    assert page(errands, errands.clerk, url("desk", "mine"), q="R8-1").count("</tr>") == 2
    assert "条件に合う申請はありません" in page(errands, errands.clerk, url("desk", "mine"), q="ない言葉")
    take(request, errands.section_officer, "refuse", comment="別の方法で。")
    assert "R8-001" in page(errands, errands.clerk, url("desk", "ended"), type=ERRAND, year=str(request.fiscal_year))


def test_a_list_leaves_as_csv_or_xlsx_with_its_filter(errands):
    submitted(errands.clerk)
    submitted(errands.clerk, what="二つ目")
    client = errands.client(errands.central_manager)
    lines = text_of(taken(client, "approvals.requests", scope="all", q="二つ目")).splitlines()
    assert len(lines) == 2
    assert "R8-002" in lines[1]
    assert taken(client, "approvals.requests", "xlsx", scope="all").status_code == 200


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_lists_the_desk_and_a_request_ask_the_same_number_of_questions_for_few_and_for_many(errands):
    """Also where what waits climbs to the next one up, because its holder is of it."""
    seen, officer = submitted(errands.clerk), errands.client(errands.section_officer)
    own = submitted(errands.section_officer)
    Waiver.ask(own, errands.section_officer, reason="試験", by=errands.section_officer, at=timezone.now())
    upper = errands.client(errands.division_officer)
    asked = [
        (officer, url("desk", "waiting")),
        (officer, url("desk", "section")),
        (officer, url("detail", seen.pk)),
        (officer, "/"),
        (upper, url("desk", "waiting")),
        (upper, url("types")),
    ]
    for client, address in asked:
        client.get(address)
    before = [queries(client, address) for client, address in asked]
    for number in range(4):
        Waiver.ask(
            submitted(errands.section_officer), errands.section_officer, reason="試験", by=errands.section_officer, at=timezone.now()
        )
        submitted(errands.colleague, what=f"もの{number}")
        submitted(errands.section_officer, what=f"課長のもの{number}")
        take(submitted(errands.colleague), errands.section_officer)
    assert len(waiting_for(errands.division_officer, at=timezone.now())) == 14
    after = [queries(client, address) for client, address in asked]
    for number, (few, many) in enumerate(zip(before, after, strict=True)):
        assert many <= few + 3, asked[number]  # unread notices and like cases that were not there before


def test_what_waits_and_what_is_ones_own_stands_on_the_desk(errands):
    request = submitted(errands.clerk)
    item = waiting(errands.section_officer, at=timezone.now())[0]
    assert (item.url, item.kind, item.as_role) == (request.get_absolute_url(), "決定", "情報セキュリティ担当者")
    assert any(item.url == request.get_absolute_url() for item in mine(errands.clerk, at=timezone.now()))


def reroute(*rows: tuple[str, list[str]]) -> None:
    Route.objects.all().delete()
    Route.make(RequestType.objects.get(), list(rows), status=Route.Status.IN_FORCE)


def test_what_waits_is_exactly_what_a_person_may_decide_for_everyone_in_the_city(errands):
    """Own chairs, deputies, those one up of vacant, absent and barred holders, and the city's own choice of a deputy."""
    now = timezone.now()
    parameter = catalogue.get("approvals.general_manager_absent")
    ParameterChoice.choose(parameter, "central_manager", basis="試験", seen=0, by=errands.central_manager, at=now)
    make_deputyship("bunsho-hosei.head", errands.outsider_clerk)
    for person in (errands.general_manager, errands.outsider_officer):
        make_absence(person, starts_at=now - timedelta(hours=1), hours=4)
    drafters = (errands.clerk, errands.section_officer, errands.outsider_officer, errands.central_manager, errands.ciso)
    for chairs in (SECTION, ["DIVISION_OFFICER"], CENTRAL + ["AUDIT_HEAD"], ["GENERAL_MANAGER"], CISO, ["PERMIT_AUTHORITY"], ["COMMITTEE"]):
        reroute(("all", chairs))
        for drafter in drafters:
            submitted(drafter)
    reroute(("any", SECTION), ("any", CISO))
    take(submitted(errands.clerk), errands.section_officer)
    may = {user: set() for user in errands.everyone()}
    for request in Request.objects.filter(status=Request.Status.IN_REVIEW):
        for _, row in request.open_step.able(Roster(now)):
            may[row.person].add(request.pk)
    waits = {user: {row.request.pk for row in waiting_for(user, at=now)} for user in errands.everyone()}
    assert waits == may
    assert sum(map(bool, may.values())) > 5


# -- types and routes --------------------------------------------------------------------------------------------------
def steps(*rows: tuple[str, list[str]], was: int = 1, **more) -> dict:
    """The formset of a proposal."""
    data = {"step-TOTAL_FORMS": "7", "step-INITIAL_FORMS": str(was), "reason": "重要な情報を扱うため", **more}
    for place, (mode, chairs) in enumerate(rows):
        data |= {f"step-{place}-mode": mode, f"step-{place}-chairs": chairs}
    return data


def test_a_change_of_route_is_previewed_proposed_and_confirmed_by_a_second_person(errands):
    request, address = submitted(errands.clerk), url("propose", ERRAND)
    assert errands.client(errands.clerk).get(address).status_code == 403
    wanted = [("any", SECTION), ("any", CISO)]
    preview = sent(errands, errands.central_manager, address, **steps(*wanted)).content.decode()
    assert "情報セキュリティ担当者 → 最高情報セキュリティ責任者" in preview
    assert "1件。出したときの経路のまま進み" in preview
    assert "文書法制課" in preview
    assert not Route.objects.proposed().exists()
    looked_at = {"send": "1", "looked_at": "情報セキュリティ担当者 → 最高情報セキュリティ責任者"}
    assert sent(errands, errands.central_manager, address, **steps(("any", CENTRAL), **looked_at)).status_code == 200
    assert not Route.objects.proposed().exists()
    assert "変更案を登録しました" in read_on(errands, errands.central_manager, address, **steps(*wanted, **looked_at))
    proposal = Route.objects.proposed().get()
    assert sent(errands, errands.central_manager, url("confirm_route", proposal.pk)).status_code == 403
    assert "採用しない" in page(errands, errands.administrator, url("type", ERRAND))
    done = read_on(errands, errands.administrator, url("confirm_route", proposal.pk))
    assert "新しい経路を使い始めました" in done
    assert "うち1件は、今の経路になる前に出されたもの" in done
    request.refresh_from_db()
    assert request.steps.count() == 1


def test_the_same_route_again_is_told_on_the_form(errands):
    told = sent(
        errands,
        errands.central_manager,
        url("propose", ERRAND),
        **steps(("any", SECTION), send="1", looked_at="情報セキュリティ担当者"),
    )
    assert told.status_code == 422
    assert "今の経路と同じです" in told.content.decode()


def test_a_type_and_the_clause_that_asks_for_it_show_live_figures(errands):
    request = submitted(errands.clerk)
    now = timezone.now()
    assert tuple(figures.requests(ERRAND, at=now))[:3] == (1, 0, 1)
    request.steps.update(due_at=now - timedelta(minutes=1))
    assert tuple(figures.requests(ERRAND, at=now))[:3] == (1, 1, 1)
    panel = requests_panel(type("Clause", (), {"number": "3.4.3"})(), errands.clerk)
    assert [row["figures"].late for row in panel.context["requests"]] == [1]
    assert "portal:separation" in mechanisms.registered()
    assert "1件" in page(errands, errands.clerk, url("types"))


def test_several_requests_are_decided_on_one_screen_each_with_its_own_checks(errands):
    cast = errands
    first, second = submitted(cast.clerk, what="申請書"), submitted(cast.colleague, what="名簿")
    third = submitted(cast.clerk, what="図面")
    address, picked = reverse("approvals:together"), [str(row.pk) for row in (first, second)]
    client = cast.client(cast.section_officer)
    shown = client.get(address, {"pick": [*picked, "no-key"]}).content.decode()
    assert "2件の申請" in shown
    data = {"pick": picked, "outcome": "permit", "comment": "確かめました。"}
    for row in (first, second):
        prefix = f"r{row.pk.hex}"
        data |= {f"{prefix}-digest": row.current_version.digest, f"{prefix}-step": 1, f"{prefix}-checks": ["0"]}
    missing = {name: value for name, value in data.items() if name != f"r{second.pk.hex}-checks"}
    refused = client.post(address, missing)
    assert refused.status_code == 422
    assert "確かめました。" in refused.content.decode()
    assert not Decision.objects.exists()
    Decision.take(second, "refuse", by=cast.section_officer, at=timezone.now(), digest=second.current_version.digest, comment="不要")
    assert client.post(address, data).url == reverse("approvals:desk", args=["waiting"])
    assert list(Decision.objects.values_list("outcome", "comment").order_by("pk")) == [("refuse", "不要"), ("permit", "確かめました。")]
    third.refresh_from_db()
    assert third.is_in_review


def test_who_has_nothing_to_decide_is_led_back_to_the_list(errands):
    request = submitted(errands.clerk)
    answer_ = errands.client(errands.clerk).post(reverse("approvals:together"), {"pick": [str(request.pk)], "outcome": "permit"})
    assert answer_.url == reverse("approvals:desk", args=["waiting"])
    assert not Decision.objects.exists()
