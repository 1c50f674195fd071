"""Searching the policy: one character is enough, width and case do not matter, aliases count, hits are marked as printed."""

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from musashimurayama_isms.japanese import fold
from policy.aliases import GROUPS, alternatives
from policy.models import Document
from policy.search import Search
from policy.visits import Visit

from .policy_rows import make_clause, make_policy, make_revision


@pytest.fixture
def revision(db):
    return make_policy()


@pytest.fixture
def clerk(cast):
    return cast.client(cast.clerk)


@pytest.fixture
def search(cast, revision):
    def numbers(query):
        visit = Visit(cast.clerk, at=timezone.now())
        return list(Search(visit, query).clauses.values_list("number", flat=True))

    return numbers


def look(client, query, **more):
    return client.get(reverse("policy:search"), {"q": query, **more})


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("鍵", ["3.2.2.1", "3.2.2.1.1"]),
        ("監査", ["3.2.2.2", "3.2.3"]),
        ("Ⅱ", ["3.2.2.1.1"]),
        ("II", ["3.2.2.1.1"]),
        ("ii", ["3.2.2.1.1"]),
        ("ＩＩ", ["3.2.2.1.1"]),
        ("分類Ⅲ", ["3.3"]),
        ("パスワード", ["3.2.2.1.2"]),
        ("ﾊﾟｽﾜｰﾄﾞ", ["3.2.2.1.2"]),
        ("lgwan", ["3.3"]),
        ("総合行政ネットワーク", ["3.3"]),
        ("総括", ["3.2.2.1.2.1"]),
        ("サーバ", ["3.2.3"]),
        ("サーバー", ["3.2.3"]),
        ("貸出台帳の管理", ["3.2.2.2"]),
        ("監査 証拠", ["3.2.2.2"]),
        ("監査\u3000証拠", ["3.2.2.2"]),
        ("監査 証拠 鍵", []),
        ("格付Ⅲ", ["3.3"]),
        ("複写", ["3.2.2.1.2"]),
        ("無い言葉", []),
    ],
)
def test_a_word_is_found_however_it_is_typed(search, query, found):
    assert search(query) == found


@pytest.mark.parametrize("query", ["", " ", "・", "*", "\u3000", "\x00"])
def test_a_query_without_a_word_finds_nothing_and_shows_how_to_search(clerk, revision, query):
    assertContains(look(clerk, query), "探し方")


@pytest.mark.parametrize(
    "query", ["%", "_", "鍵%", "\\", "'", '"', "(", ")", "[鍵", "^", "$", ".", "(ii", "ii)", "[ii", "i?", "x+", "{ii}", "ii\\"]
)
def test_signs_are_only_signs(search, query):
    assert search(query) == [] or query in "()"


@given(st.text(max_size=12))
def test_alternatives_begin_with_the_word_itself_and_are_folded(text):
    word = fold(text)
    found = alternatives(word)
    assert found[0] == word
    assert len(set(found)) == len(found)


def test_every_alias_leads_to_all_of_its_group():
    for group in GROUPS:
        for word in group:
            assert set(group) <= set(alternatives(word))


@pytest.mark.parametrize("typed", ["3.2.2.1.2", "3-2(2)ア(イ)", "３－２（２）ア（イ）", "〔3-2(2)ア(イ)〕"])
def test_a_number_goes_straight_to_its_clause(clerk, revision, typed):
    assertRedirects(look(clerk, typed), reverse("policy:clause", args=["3.2.2.1.2"]))
    assertRedirects(look(clerk, "3-2(2)"), reverse("policy:clause", args=["3.2.2"]))


def test_an_unknown_number_is_searched_for_like_a_word(clerk, revision):
    assertContains(look(clerk, "3-9(9)"), "見つかりませんでした")


def test_hits_are_marked_in_the_printed_form(clerk, revision):
    page = look(clerk, "II")
    assertContains(page, "分類<mark>Ⅱ</mark>以上")
    assertContains(look(clerk, "パスワード"), "<mark>ﾊﾟｽﾜｰﾄﾞ</mark>")
    assertContains(look(clerk, "統括"), "<mark>統括</mark>する司書")


def test_a_result_tells_where_it_stands_and_leads_to_the_marked_text(clerk, revision):
    page = look(clerk, "パスワード")
    assertContains(page, "3-2(2)ア(イ)")
    assertContains(page, "本の管理 › 書架の鍵")
    url = reverse("policy:clause", args=["3.2.2.1.2"]) + "?q=%E3%83%91%E3%82%B9%E3%83%AF%E3%83%BC%E3%83%89"
    assertContains(page, url)
    assertContains(clerk.get(url), "<mark>ﾊﾟｽﾜｰﾄﾞ</mark>")


def test_terms_stand_apart_from_clauses_each_with_its_count(clerk, revision):
    page = look(clerk, "帳")
    assertContains(page, "条項 1件、用語 1件")
    assertContains(page, "貸出台<mark>帳</mark>")


def test_where_all_words_together_find_nothing_each_is_offered_alone(clerk, revision):
    page = look(clerk, "ＬＧＷＡＮ 鍵 無い言葉")
    assertContains(page, "見つかりませんでした")
    assertContains(page, "鍵</a>（2件）")
    assertContains(page, "ＬＧＷＡＮ</a>（1件）")
    assertNotContains(page, "無い言葉</a>")


def test_many_results_come_in_pages_and_terms_on_the_first(clerk, revision):
    for number in range(4, 64):
        make_clause(revision, f"3.2.2.{number}" if number < 46 else f"3.2.3.{number - 45}", "", "帳面の話。")
    page = look(clerk, "帳", page=2)
    assert len(page.context["page"].clauses) == 61 - 50
    assertNotContains(page, "貸出台<mark>帳</mark>")
    assertContains(page, "q=%E5%B8%B3&amp;page=1")


def test_only_the_revision_in_force_is_searched(search, revision):
    old = make_revision(revision.document, draft=True)
    make_clause(old, "1", "古い鍵", "鍵の話。")
    assert search("鍵") == ["3.2.2.1", "3.2.2.1.1"]


def test_what_is_closed_is_not_found(search, revision):
    Document.objects.filter(code="standard").update(access=Document.Access.CLOSED)
    assert search("鍵") == []
    assert search("目的") == ["2.1"]


def test_a_query_cannot_become_markup(clerk, revision):
    page = look(clerk, "<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in page


def test_an_endless_query_is_cut(clerk, revision):
    assert look(clerk, "鍵 " * 500).status_code == 200
    assert look(clerk, "".join(f"語{number} " for number in range(90))).status_code == 200


def test_without_a_policy_the_search_says_so(clerk):
    assertContains(look(clerk, "鍵"), "施行中のポリシーがありません")
