"""黒塗りの写し: what the portal proposes, what a person marks, who confirms, and that nothing is left under the bars."""

import subprocess
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains

from musashimurayama_isms.accounts import reference
from musashimurayama_isms.dashboard.desk import waiting
from musashimurayama_isms.disclosure.lines import lines_of
from musashimurayama_isms.disclosure.masking import masked_lines, occurrences, pieces_of
from musashimurayama_isms.disclosure.models import Disclosure, Ground, Span
from musashimurayama_isms.disclosure.models.disclosure import PAPER
from musashimurayama_isms.disclosure.proposals import PERSON, SECURITY, WEAKNESS, Proposer
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry, Reading
from musashimurayama_isms.transitions import InvalidTransition

from . import audit_rows
from .response_rows import sent
from .world import World

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 10, 0, tzinfo=TOKYO)
SUMMARY = "山田様（電話 042-565-1111）への通知を誤送付した。srv01 の 192.168.10.4 から kanri@example.lg.jp 宛てに送られていた。"
DIGEST = "0123456789abcdef" * 4


@pytest.fixture
def city(cast):
    reference.load("incident_kinds.json", "disclosure_grounds.json")
    return cast


@pytest.fixture
def copy(city):
    """A copy of an incident, begun by an administrator."""
    incident = sent(city, at=AT, summary=SUMMARY)
    return Disclosure.begin("incident", str(incident.pk), reception="R8-情公-3", by=city.administrator, at=AT)


def shown(copy: Disclosure) -> set[str]:
    return {copy.words_of(span) for span in copy.spans.masked()}


def personal() -> Ground:
    return Ground.objects.get(code="personal")


def confirm(copy: Disclosure, by, at: datetime = AT) -> Disclosure:
    copy.submit(by=copy.created_by, at=at)
    copy.refresh_from_db()
    copy.approve(seen=Disclosure.digest_of(copy.content()), by=by, at=at)
    copy.refresh_from_db()
    return copy


def text_of(pdf: bytes, tmp_path) -> str:
    path = tmp_path / "copy.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, encoding="utf-8").stdout


# -- reading a sheet ---------------------------------------------------------------------------------------------------


def test_a_sheet_is_read_as_lines_of_cells_without_its_style():
    html = (
        "<html><head><title>x</title><style>p{}</style></head><body><style>b{}</style><h1>報告書</h1>"
        "<table><tr><th>報告者</th><td>市民<br>花子 &amp; 次郎</td></tr><tr><td> </td></tr></table><p></p><ul><li>一つ</li></ul></body>"
    )
    assert lines_of(html) == [
        {"kind": "heading", "cells": ["報告書"], "heads": 0},
        {"kind": "row", "cells": ["報告者", "市民\n花子 & 次郎"], "heads": 1},
        {"kind": "text", "cells": ["一つ"], "heads": 0},
    ]


# -- proposals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words", "ground"),
    [
        ("報告者は市民　花子です", "市民　花子", PERSON),
        ("報告者は市民花子です", "市民花子", PERSON),
        ("山田様から電話", "山田様"[:2], PERSON),
        ("電話は０４２－５６５－１１１１", "０４２－５６５－１１１１", PERSON),
        ("携帯09012345678に", "09012345678", PERSON),
        ("内線 2315 へ", "内線 2315", PERSON),
        ("宛先 taro.yamada@example.co.jp へ", "taro.yamada@example.co.jp", PERSON),
        ("番号は123456789012でした", "123456789012", PERSON),
        ("本町1丁目1番地の1", "本町1丁目1番地の1", PERSON),
        ("接続元 10.1.2.3/24 を", "10.1.2.3/24", SECURITY),
        ("端末 pc-0123 の", "pc-0123", SECURITY),
        ("00:1A:2b:3c:4d:5e を", "00:1A:2b:3c:4d:5e", SECURITY),
        ("mail.example.lg.jp が", "mail.example.lg.jp", SECURITY),
        ("https://10.0.0.1/admin を", "https://10.0.0.1/admin", SECURITY),
        ("利用者ID clerk が", "clerk", PERSON),
        ("CVE-2026-12345 を", "CVE-2026-12345", WEAKNESS),
        ("【リスク】隣の通路から入れる", "隣の通路から入れる", WEAKNESS),
    ],
)
def test_what_tells_of_a_person_or_the_way_in_is_proposed(cast, text, words, ground):
    assert (words, ground) in [(text[start:end], why) for start, end, why in Proposer().places(text)]


@pytest.mark.parametrize(
    "text",
    [f"SHA-256 {DIGEST}", "番号　R8-001", "令和8年11月26日 10:00", "様式第1号（第3章9(3)ア関係）", "会議室で協議した。", "監報R8-001-v2"],
)
def test_digests_days_and_the_records_own_number_stay(cast, text):
    assert Proposer().places(text) == []


def test_the_whole_cell_beside_the_word_risk_is_proposed(cast):
    lines = [{"kind": "row", "cells": ["生じるリスク", "夜間は無人"], "heads": 1}]
    (found,) = Proposer().look_at(lines)
    assert (found.cell, found.start, found.end, found.ground) == (1, 0, 5, WEAKNESS)


def test_the_names_of_all_staff_cost_one_question(cast):
    proposer = Proposer()
    with CaptureQueriesContext(connection) as asked:
        for _ in range(20):
            proposer.places("市民 花子")
    assert len(asked) == 1


# -- places in a text --------------------------------------------------------------------------------------------------


@given(st.text(alphabet="あいう漢字\n", min_size=1, max_size=40), st.data())
def test_whatever_is_masked_is_not_in_what_is_left_and_the_rest_is(text, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    spans = [Span(line=0, cell=0, start=a, end=b, ground_id=1) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    left = masked_lines([{"kind": "text", "cells": [text], "heads": 0}], spans, {1: 1})[0]["cells"][0]
    assert "".join(words for words, _ in pieces_of(text, spans)) == text
    assert [piece.get("text") for piece in left if "text" in piece] == [words for words, span in pieces_of(text, spans) if span is None]
    assert sum("bar" in piece for piece in left) == len(spans)
    assert all(set(piece) <= {"text"} or set(piece) == {"bar", "ground"} for piece in left)


def test_a_phrase_is_found_everywhere_or_in_one_line():
    lines = [{"kind": "text", "cells": ["窓口の窓口"], "heads": 0}, {"kind": "row", "cells": ["場所", "窓口"], "heads": 1}]
    assert occurrences(lines, "窓口") == [(0, 0, 0, 2), (0, 0, 3, 5), (1, 1, 0, 2)]
    assert occurrences(lines, "窓口", 2) == [(1, 1, 0, 2)]
    assert occurrences(lines, "") == []


# -- a copy --------------------------------------------------------------------------------------------------------------


def test_a_copy_begins_with_proposals_and_the_record_stays_as_it_is(copy, city):
    assert {"市民 花子", "192.168.10.4", "kanri@example.lg.jp", "042-565-1111", "srv01"} <= shown(copy)
    assert copy.incident.summary == SUMMARY
    entry = Entry.objects.about(copy).get()
    assert entry.verb == "disclosure.disclosure.begun"
    assert "市民 花子" not in str(entry.changes)
    assert str(copy) == "開示R8-001"


def test_only_who_prepares_begins_and_only_with_what_they_see(city):
    incident = sent(city, at=AT)
    with pytest.raises(PermissionDenied):
        Disclosure.begin("incident", str(incident.pk), reception="1", by=city.section_officer, at=AT)
    with pytest.raises(LookupError):
        Disclosure.begin("exception", "999", reception="1", by=city.central_manager, at=AT)
    with pytest.raises(LookupError):
        Disclosure.begin("half-year", "2026-2", reception="1", by=city.administrator, at=AT)  # such lists are for those who see them whole
    assert not Disclosure.objects.exists()


def test_a_phrase_is_masked_by_hand_and_swallows_what_it_covers(copy, city):
    assert copy.mask("報告者", personal(), line=None, by=city.administrator, at=AT) > 0
    copy.mask("山田様（電話 042-565-1111）", personal(), by=city.central_manager, at=AT)
    assert "山田様（電話 042-565-1111）" in shown(copy)
    assert "042-565-1111" not in shown(copy)
    with pytest.raises(ValidationError, match="すでに全て黒塗り"):
        copy.mask("電話 042", personal(), by=city.administrator, at=AT)
    with pytest.raises(ValidationError, match="ありません"):
        copy.mask("ここにない語句", personal(), by=city.administrator, at=AT)


def test_lifting_needs_a_reason_and_can_take_all_the_same_words(copy, city):
    before = copy.spans.masked().count()
    span = next(span for span in copy.spans.masked() if copy.words_of(span) == "市民 花子")
    same = sum(copy.words_of(one) == "市民 花子" for one in copy.spans.masked())
    assert copy.lift(span, reason="公表済みのため", everywhere=True, by=city.administrator, at=AT) == same > 1
    assert copy.spans.masked().count() == before - same
    with pytest.raises(InvalidTransition):
        copy.lift(span, reason="もう一度", by=city.administrator, at=AT)
    assert "公表済み" not in str(list(Entry.objects.about(copy).values_list("changes", flat=True)))


def test_who_had_a_hand_in_it_never_confirms_it(copy, city):
    copy.mask("報告者", personal(), by=city.central_manager, at=AT)
    copy.submit(by=city.administrator, at=AT)
    seen = Disclosure.digest_of(copy.content())
    for person in (city.administrator, city.central_manager, city.section_officer):
        with pytest.raises(PermissionDenied):
            copy.approve(seen=seen, by=person, at=AT)
    assert Notification.objects.filter(verb="disclosure.disclosure.submitted", recipient=city.ciso).exists()
    assert not Notification.objects.filter(verb="disclosure.disclosure.submitted", recipient=city.central_manager).exists()
    copy.approve(seen=seen, by=city.general_manager, at=AT)
    copy.refresh_from_db()
    assert copy.status == "approved"
    assert copy.approved_as


def test_what_was_confirmed_is_frozen_with_its_digest(copy, city):
    confirm(copy, city.ciso)
    assert copy.digest == Disclosure.digest_of(copy.masked)
    assert Entry.objects.about(copy).get(verb="disclosure.disclosure.approved").changes["digest"] == copy.digest
    for act in (
        lambda: copy.mask("報告者", personal(), by=city.administrator, at=AT),
        lambda: copy.drop(reason="x", by=city.administrator, at=AT),
        lambda: copy.send_back(reason="x", by=city.ciso, at=AT),
    ):
        with pytest.raises(InvalidTransition):
            act()


def test_a_stale_page_confirms_nothing(copy, city):
    stale = Disclosure.digest_of(copy.content())
    copy.mask("報告者", personal(), by=city.administrator, at=AT)
    copy.submit(by=city.administrator, at=AT)
    with pytest.raises(InvalidTransition, match="変わりました"):
        copy.approve(seen=stale, by=city.ciso, at=AT)
    copy.refresh_from_db()
    assert copy.status == "submitted"


def test_sent_back_it_can_be_marked_again_and_given_up_it_holds_no_text(copy, city):
    copy.submit(by=city.administrator, at=AT)
    with pytest.raises(InvalidTransition):
        copy.mask("報告者", personal(), by=city.administrator, at=AT)
    copy.send_back(reason="3行目も隠してください", by=city.ciso, at=AT)
    copy.refresh_from_db()
    copy.mask("報告者", personal(), by=city.administrator, at=AT)
    copy.drop(reason="請求の取下げ", by=city.administrator, at=AT)
    copy.refresh_from_db()
    assert (copy.status, copy.lines, copy.spans.count()) == ("dropped", [], 0)


def test_under_the_bars_of_the_paper_there_is_no_text(copy, city, tmp_path):
    secret = {words for words in shown(copy) if len(words) > 3}
    confirm(copy, city.ciso)
    assert not any(words in str(copy.masked) for words in secret)
    job = run_job(Job.objects.get(kind=PAPER).pk)
    assert job.status == "done", job.error
    stored = StoredFile.objects.about(copy).get()
    pdf = stored.content.read()
    text = text_of(pdf, tmp_path)
    flat = text.replace(" ", "").replace("\n", "")
    assert "起きたこと" in flat
    assert "個人に関する情報" in flat
    assert not any(words.replace(" ", "") in flat or words.encode() in pdf or words.encode("utf-16-be") in pdf for words in secret)
    assert run_job(job.pk) is None
    assert StoredFile.objects.about(copy).count() == 1


def test_every_kind_of_record_can_be_copied(city):
    audit = audit_rows.issue(audit_rows.reporting(city), city)
    report = audit.reports.get()
    found = Disclosure.begin("report", str(report.pk), reception="2", by=city.general_manager, at=AT)
    assert "監査報告書" in found.label
    assert found.lines
    half = Disclosure.begin("half-year", "2026-2", reception="3", by=city.central_manager, at=AT)
    every = Disclosure.begin("exceptions", "all", reception="4", by=city.central_manager, at=AT)
    assert [row.list_key for row in (half, every)] == ["2026-2", "all"]
    assert set(Disclosure.objects.visible_to(city.administrator, at=AT)) == set()
    assert half in Disclosure.objects.visible_to(city.ciso, at=AT)


def test_a_request_is_copied_with_its_decisions(city):
    world = World(city)
    request = world.request
    copy = Disclosure.begin("request", str(request.pk), reception="5", by=city.central_manager, at=world.at)
    assert request.applicant.name in shown(copy)
    exception = Disclosure.begin("exception", str(world.exception.pk), reception="6", by=city.central_manager, at=world.at)
    assert world.exception.risk in shown(exception)


# -- the pages -----------------------------------------------------------------------------------------------------------


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(copy, city):
    client = city.client(city.administrator)
    answer = client.post(reverse("disclosure:mask", args=[copy.pk]), {"phrase": "ここにない語句", "ground": "", "note": "念のため"})
    assertContains(answer, "ここにない語句", status_code=422)
    assertContains(answer, "念のため", status_code=422)
    answer = client.post(reverse("disclosure:lift", args=[copy.pk, copy.spans.first().pk]), {"reason": ""})
    assert answer.status_code == 422
    assert copy.spans.first().is_masked


def test_reading_a_copy_is_noted(copy, city):
    city.client(city.administrator).get(copy.get_absolute_url())
    assert Reading.objects.about(copy).filter(person=city.administrator).exists()


def test_the_search_offers_only_what_the_person_sees(copy, city):
    other = sent(city, at=AT + timedelta(minutes=1), summary="庁舎管理の鍵")
    client = city.client(city.central_manager)
    answer = client.get(reverse("disclosure:new"), {"source": "incident", "q": other.number})
    assertContains(answer, "庁舎管理の鍵")
    assertNotContains(answer, "誤送付")
    answer = city.client(city.administrator).get(reverse("disclosure:new"), {"source": "half-year"})
    assertContains(answer, "見つかりません")
    answer = client.post(reverse("disclosure:new"), {"source": "incident", "key": str(other.pk), "reception": "7"})
    made = Disclosure.objects.get(reception="7")
    assert answer.url == made.get_absolute_url()
    assert client.post(reverse("disclosure:new"), {"source": "incident", "key": "x", "reception": "8"}).status_code == 404


def test_the_desk_shows_it_to_the_one_whose_turn_it_is(copy, city):
    def kinds(person) -> list[str]:
        return [item.kind for item in waiting(person, at=AT) if item.url == copy.get_absolute_url()]

    assert kinds(city.administrator) == ["下書き"]
    copy.submit(by=city.administrator, at=AT)
    assert kinds(city.administrator) == []
    assert kinds(city.ciso) == ["確認"]
    assert kinds(city.section_officer) == []


def test_the_list_and_the_page_ask_the_same_however_much_there_is(copy, city):
    client = city.client(city.ciso)
    address = reverse("disclosure:list")
    client.get(address)

    def asked(url: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    one, page = asked(address), asked(copy.get_absolute_url())
    for _ in range(4):
        Disclosure.begin("incident", str(copy.incident_id), reception="9", by=city.administrator, at=AT)
    for word in ("報告", "場所", "段階"):
        copy.mask(word, personal(), by=city.administrator, at=AT)
    assert asked(address) == one
    assert asked(copy.get_absolute_url()) <= page + 1  # the reading of a new hour
