"""The room 定期業務: what a person sees of it, and what happens when they press a button."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from musashimurayama_isms.duties.models import Duty, Occurrence
from musashimurayama_isms.duties.parties import Owner
from musashimurayama_isms.trail.models import Entry

from .factory import make_department, make_post
from .taken import take, text_of
from .test_duties import NOW, backup, mine, of_the_city

DAY = {"to_year": "R8", "to_month": "12", "to_day": "10"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def page(cast, user, name="duties:list", *args, **query) -> str:
    return cast.client(user).get(reverse(name, args=args), query).content.decode()


def act(cast, user, name, row, **data):
    return cast.client(user).post(reverse(f"duties:{name}", args=[row.pk]), data)


def test_each_tab_shows_what_it_says_and_the_filter_stays_on_it(cast):
    backup(at=NOW - timedelta(days=30))
    of_the_city()
    cast_rows = {tab: page(cast, cast.section_officer, "duties:tab", tab) for tab in ("mine", "section", "late", "done")}
    assert "バックアップの確認" in cast_rows["mine"]
    assert "訓練" not in cast_rows["mine"]
    assert "期限を過ぎた業務はありません" not in cast_rows["late"]
    assert "済んだ業務はまだありません" in cast_rows["done"]
    assert "訓練" in page(cast, cast.section_officer)
    assert "訓練" not in page(cast, cast.section_officer, q="バック")
    assert "条件に合う業務はありません" in page(cast, cast.section_officer, "duties:tab", "mine", owner="CISO")
    assert "令和9年1月" in page(cast, cast.clerk, "duties:month", "2027-01")
    assert cast.client(cast.clerk).get(reverse("duties:tab", args=["everything"])).status_code == 404


def test_what_waits_for_a_person_stands_on_the_desk_however_many(cast):
    row = mine(cast)
    assert str(row) in page(cast, cast.section_officer, "desk")
    assert str(row) not in page(cast, cast.clerk, "desk")
    for number in range(22):
        of_the_city(f"drill-{number}", Owner.CISO)
    first, second = (cast.client(cast.ciso).get("/", {"kind": "定期業務", "page": number}).context["rows"] for number in (1, 2))
    assert (len(first), len(second)) == (20, 2)


def test_recording_without_the_evidence_that_is_asked_for_is_told_beside_the_field_and_the_words_stay(cast):
    row = mine(cast, backup(needs_evidence=True))
    answer = act(cast, cast.section_officer, "complete", row, note="サーバーを確かめた")
    assert answer.status_code == 422
    assert "サーバーを確かめた" in answer.content.decode()
    assert "ファイルを選んでください" in answer.content.decode()
    answer = act(cast, cast.section_officer, "complete", row, note="確認", uploads=SimpleUploadedFile("記録.txt", "記録".encode()))
    assert answer.status_code == 302
    text = page(cast, cast.clerk, "duties:occurrence", row.pk)
    assert "記録.txt" in text
    assert "実施を記録する</button>" not in text


def test_moving_leaving_out_and_handing_over_by_the_page(cast):
    row = mine(cast)
    assert act(cast, cast.section_officer, "move", row, **DAY).status_code == 422
    assert act(cast, cast.section_officer, "move", row, reason="業者の都合", **{**DAY, "to_month": "11", "to_day": "1"}).status_code == 422
    assert act(cast, cast.section_officer, "move", row, reason="業者の都合", **DAY).status_code == 302
    assert act(cast, cast.section_officer, "hand_over", row, person=cast.outsider_clerk.pk).status_code == 422
    assert act(cast, cast.section_officer, "hand_over", row, person=cast.clerk.pk).status_code == 302
    assert "市民 花子さんに任せています" in page(cast, cast.section_officer, "duties:occurrence", row.pk)
    assert act(cast, cast.section_officer, "take_back", row).status_code == 302
    assert act(cast, cast.section_officer, "skip", row, reason="今月は不要").status_code == 302
    text = page(cast, cast.clerk, "duties:occurrence", row.pk)
    assert "業者の都合" in text
    assert "今月は不要" in text
    row.refresh_from_db()
    assert row.status == Occurrence.Status.SKIPPED


def test_who_comes_too_late_is_told_what_has_happened(cast):
    row = mine(cast)
    row.complete(by=cast.section_officer, at=NOW)
    for name, data in (("complete", {}), ("skip", {"reason": "不要"}), ("move", {"reason": "不要", **DAY}), ("take_back", {})):
        answer = act(cast, cast.section_officer, name, row, **data)
        assert answer.status_code == 302
        assert "済み" in str(next(iter(get_messages(answer.wsgi_request))))


RULE = {
    "title": "点検",
    "owner": "CISO",
    "per": "one",
    "interval": "yearly",
    "days": "6月末日、１０/1",
    "days_after_event": "14",
    "lead_days": "30",
}


def test_a_duty_is_set_up_after_a_look_at_its_next_days(cast):
    client = cast.client(cast.central_manager)
    answer = client.post(reverse("duties:set_up"), {**RULE, "code": "check", "clauses": "3.10.1.2、3.11.4.3", "preview": "1"})
    assert "令和9年6月30日(水)、令和9年10月1日(金)、令和10年6月30日(金)" in answer.content.decode()
    assert not Duty.objects.exists()
    client.post(reverse("duties:set_up"), {**RULE, "code": "check", "clauses": "3.10.1.2、3.11.4.3"})
    duty = Duty.objects.get()
    assert (duty.days, duty.clauses, duty.occurrences.count()) == (["06-31", "10-01"], ["3.10.1.2", "3.11.4.3"], 2)
    assert client.post(reverse("duties:set_up"), {**RULE, "code": "check"}).status_code == 422
    rules = ({"days": "6月"}, {"days": ""}, {"days": "6/1、6/2"}, {"interval": "weekly"}, {"interval": ""})
    for wrong in (*rules, {"clauses": "第三章"}, {"per": "sections", "department": cast.section.pk}):
        assert client.post(reverse("duties:change", args=[duty.pk]), {**RULE, **wrong}).status_code == 422, wrong
    client.post(reverse("duties:change", args=[duty.pk]), {**RULE, "days": "5月10日"})
    duty.refresh_from_db()
    assert duty.days == ["05-10"]
    client.post(reverse("duties:stop", args=[duty.pk]))
    assert "停止中" in page(cast, cast.clerk, "duties:duty", duty.pk)


def test_a_list_taken_out_holds_what_the_page_shows_and_is_recorded_without_typed_words(cast):
    backup()
    client = cast.client(cast.section_officer)
    text = text_of(take(client, "duties.list", tab="mine", q="バック"))
    assert [line.split(",")[:2] for line in text.splitlines()[1:]] == [["バックアップの確認", "令和8年11月分"]]
    entry = Entry.objects.get(verb="exports.table.taken")
    assert entry.changes == {"table": "定期業務", "format": "csv", "count": 1, "filter": {"tab": "mine", "q": "あり"}}
    assert take(client, "duties.list", tab="no-such-tab").status_code == 404


def test_a_list_asks_as_many_questions_for_many_rows_as_for_few(cast, django_assert_max_num_queries):
    backup()
    of_the_city("drill-of-central", Owner.CENTRAL_MANAGER)
    client = cast.client(cast.central_manager)
    addresses = [
        reverse("duties:list"),
        reverse("duties:tab", args=["mine"]),
        reverse("duties:tab", args=["section"]),
        "/",
        reverse("duties:duties"),
    ]
    few = {}
    for address in addresses:
        client.get(address)
        with django_assert_max_num_queries(200) as counted:
            client.get(address)
        few[address] = len(counted)
    for number in range(8):
        place = make_department(parent=cast.division)
        make_post(place, "課長", "SECTION_OFFICER")
        of_the_city(f"drill-{number}", Owner.CENTRAL_MANAGER)
    Duty.objects.get(code="backup").plan(at=NOW)
    for address in addresses:
        with django_assert_max_num_queries(few[address] + 1) as counted:  # a first page may now count its second
            client.get(address)
    assert max(count for page, count in few.items() if page != "/") < 40, few  # the desk asks every floor: tests/test_frame.py
