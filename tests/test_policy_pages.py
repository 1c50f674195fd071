"""The policy room: contents, clause, glossary, history, print view, revisions, chips; who sees what, at what cost."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries, assertRedirects

from policy import citations, panels
from policy.models import Clause, Document, Revision
from policy.numbers import KATAKANA, printed

from .policy_rows import make_clause, make_correction, make_policy, make_revision, make_term

TODAY = date(2026, 11, 23)


@pytest.fixture
def revision(db):
    return make_policy()


@pytest.fixture
def clerk(cast):
    return cast.client(cast.clerk)


@pytest.fixture
def administrator(cast):
    return cast.client(cast.administrator)


def queries_of(client, url):
    """The queries of a page, once the session is warm."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in queries]


# -- numbers -------------------------------------------------------------------------------------------------------

NUMBERS = st.tuples(
    st.integers(1, 99),
    st.integers(1, 99),
    st.integers(1, 99),
    st.integers(1, len(KATAKANA)),
    st.integers(1, len(KATAKANA)),
    st.integers(1, 26),
).flatmap(lambda parts: st.integers(1, 6).map(lambda depth: ".".join(map(str, parts[:depth]))))


@given(NUMBERS)
def test_the_printed_form_of_a_number_leads_back_to_it(number):
    assert citations.parse(printed(number)) == number


@pytest.mark.parametrize("typed", ["３－５（２）キ（イ）", "〔3-5(2)キ(イ)〕", "3.5.2.7.2", " 3-5 (2) ｷ(ｲ) ", "第3章5(2)キ(イ)"])
def test_a_number_is_understood_as_people_type_it(typed):
    assert citations.parse(typed) == "3.5.2.7.2"


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader_of_numbers(text):
    number = citations.parse(text)
    assert number is None or all(part.isdecimal() for part in number.split("."))


@pytest.mark.parametrize("text", ["", "鍵", "3", "3-5(2)キ(イ)を見る", "3.", "0.1", "3-5(0)", "1.2.3.4.5.6.7"])
def test_what_is_no_number_is_none(text):
    assert citations.parse(text) is None


def test_a_clause_without_heading_is_named_after_the_one_above(revision):
    assert citations.heading("3.2.2.1.2", on=TODAY) == "書架の鍵"
    assert citations.heading("9.9", on=TODAY) == ""


# -- contents ------------------------------------------------------------------------------------------------------


def test_the_contents_show_the_tree_the_parts_and_the_history(clerk, revision):
    page = clerk.get(reverse("policy:toc"))
    assertContains(page, "本の分類と管理")
    assertContains(page, "書架の鍵")
    assertContains(page, "図書室のstandard")
    assertContains(page, "公開")
    assertContains(page, "施行 令和4年8月1日")
    assertContains(page, "全部改定")
    assertNotContains(page, "貸出台帳*")


def test_without_a_policy_the_contents_say_what_will_stand_there(clerk, administrator):
    assertContains(clerk.get(reverse("policy:toc")), "施行中のポリシーがありません")
    assertContains(administrator.get(reverse("policy:toc")), reverse("policy:import"))


def test_a_revision_is_in_force_from_its_day_on(clerk, revision):
    later = make_revision(revision.document, on=timezone.localdate() + timedelta(days=1), name="次の版")
    make_clause(later, "1", "次の章")
    assertNotContains(clerk.get(reverse("policy:toc")), "次の章")
    Revision.objects.filter(pk=later.pk).update(effective_on=timezone.localdate())
    assertContains(clerk.get(reverse("policy:toc")), "次の章")


def test_an_outline_says_that_the_text_is_missing_and_tells_the_administrator_how_to_read_it(clerk, administrator, cast):
    make_clause(make_revision(is_outline=True), "1", "見出しだけの章")
    for url in (reverse("policy:toc"), reverse("policy:clause", args=["1"])):
        assertContains(clerk.get(url), "本文はまだ読み込まれていません")
        assertNotContains(clerk.get(url), "import_policy")
        assertContains(administrator.get(url), "import_policy")


# -- a clause ------------------------------------------------------------------------------------------------------


def test_every_clause_has_a_page(clerk, revision):
    for clause in revision.clauses.all():
        assert clerk.get(clause.get_absolute_url()).status_code == 200, clause.number


def test_a_clause_shows_all_that_is_below_it_and_what_it_is_part_of(clerk, revision):
    page = clerk.get(reverse("policy:clause", args=["3.2.2.1"]))
    for words in ("対策の基準", "本の分類と管理", "本の管理", "重要な本（分類Ⅱ以上）", "統括する"):
        assertContains(page, words)
    assertNotContains(page, "三年")


def test_an_item_shows_the_sentence_that_introduces_it(clerk, revision):
    page = clerk.get(reverse("policy:clause", args=["3.2.2.1.1"]))
    assertContains(page, "次の事項を守る")
    assertContains(page, "3-2(2)ア(ア)　書架の鍵")


def test_a_chapter_lists_its_sections_without_their_texts(clerk, revision):
    page = clerk.get(reverse("policy:clause", args=["3"]))
    assertContains(page, reverse("policy:clause", args=["3.2.2"]))
    assertNotContains(page, "本は皆のものである")


@pytest.mark.parametrize(
    ("number", "before", "after"),
    [
        ("3.2.2.1.2", "3.2.2.1.1", "3.2.2.2"),
        ("3.2.2.1.1", "3.2.2.1", "3.2.2.1.2"),
        ("3.2", "3.1", "3.3"),
        ("1", None, "2"),
        ("3.3", "3.2", None),
    ],
)
def test_the_neighbours_lead_through_the_document(clerk, revision, number, before, after):
    page = clerk.get(reverse("policy:clause", args=[number])).context["page"]
    assert (page.previous and page.previous.clause.number) == before
    assert (page.next and page.next.clause.number) == after


def test_a_table_is_a_table(clerk, revision):
    page = clerk.get(reverse("policy:clause", args=["3.2.1"]))
    assertContains(page, '<th scope="col">本の分類</th>')
    assertContains(page, '<th scope="row">Ⅰ</th><td>貴重な本</td>')


def test_a_term_leads_to_its_definition_and_the_mark_is_not_shown(clerk, revision):
    page = clerk.get(reverse("policy:clause", args=["3.2.2.2"]))
    term = revision.glossary.get(term="貸出台帳")
    assertContains(page, f'<a class="term" href="#term-{term.pk}">貸出台帳</a>に記録し')
    assertContains(page, f'id="term-{term.pk}"')
    assertContains(page, "帳面のこと")
    assertNotContains(page, "*")


def test_a_term_is_known_without_what_its_brackets_add(clerk, revision):
    make_clause(revision, "3.4", "案内", "司書*とライブラリアン*と利用者*が話す。")
    page = clerk.get(reverse("policy:clause", args=["3.4"]))
    term = revision.glossary.get(term__startswith="司書")
    assertContains(page, f'<a class="term" href="#term-{term.pk}">司書</a>')
    assertContains(page, f'<a class="term" href="#term-{term.pk}">ライブラリアン</a>')
    assertContains(page, "利用者*が")


def test_what_a_text_holds_cannot_become_markup(clerk, revision):
    make_clause(revision, "3.4", "<b>見出し</b>", "<script>本</script>*", tables=[[["<i>"], ["<u>"]]])
    page = clerk.get(reverse("policy:clause", args=["3.4"]) + "?q=<script>").content.decode()
    assert "<script>本" not in page
    assert "<b>見出し" not in page
    assert "<i>" not in page
    assert "&lt;script&gt;" in page


def test_the_printed_text_can_be_seen_beside_the_corrected_one(clerk, revision):
    url = reverse("policy:clause", args=["3.2.2.1"])
    assertContains(clerk.get(url), "保管すること")
    assertNotContains(clerk.get(url), "(4)<span")
    page = clerk.get(url + "?text=printed")
    assertContains(page, '<span class="corrected" data-kind="applied">保菅</span>')
    assertContains(page, "(4)<span")


def test_every_correction_tells_kind_certainty_and_reading(clerk, revision):
    page = clerk.get(reverse("policy:clause", args=["3.2.2.1"]))
    for words in ("誤字", "保菅", "確実・反映済み", "役割の名称", "校訂候補（要確認）", "総括する", "名称の揺れ"):
        assertContains(page, words)
    assertContains(page, '<span class="corrected" data-kind="candidate">統括する</span>')


def test_a_clause_can_be_cited_and_linked(clerk, revision):
    page = clerk.get(reverse("policy:clause", args=["3.2.2.1.2"]))
    assertContains(page, "図書室ポリシー 令和4年8月改定 3-2(2)ア(イ)")
    assertContains(page, "http://testserver/policy/clauses/3.2.2.1.2/")


def test_a_number_as_printed_leads_to_its_clause(clerk, revision):
    assertRedirects(clerk.get(reverse("policy:clause", args=["3-2(2)ア(イ)"])), reverse("policy:clause", args=["3.2.2.1.2"]))


@pytest.mark.parametrize("number", ["3.2.2.1.9", "3.9", "鍵", "3-2(2)ア(ヲ)", "%00", "9.9.9.9.9.9.9"])
def test_an_unknown_number_is_a_404_that_helps(clerk, revision, number):
    page = clerk.get(f"/policy/clauses/{number}/")
    assertContains(page, "見つかりません", status_code=404)
    assertContains(page, "近い条項", status_code=404)


def test_the_nearest_clauses_of_an_unknown_number_are_its_would_be_siblings(clerk, revision):
    page = clerk.get(reverse("policy:clause", args=["3.2.2.1.9"]))
    assertContains(page, reverse("policy:clause", args=["3.2.2.1.2"]), status_code=404)
    assertNotContains(page, reverse("policy:clause", args=["2.1"]), status_code=404)


def test_higher_floors_add_panels_to_a_clause(clerk, revision, monkeypatch):
    monkeypatch.setattr(panels, "_makers", [])

    @panels.register
    def keeper(clause, user):
        if clause.number == "3.3":
            return panels.Panel("この条項の守り方", "components/notice.html", {"body": user.name})
        return None

    assertContains(clerk.get(reverse("policy:clause", args=["3.3"])), "この条項の守り方")
    assertNotContains(clerk.get(reverse("policy:clause", args=["3.1"])), "この条項の守り方")


# -- glossary, history, print --------------------------------------------------------------------------------------


def test_the_glossary_has_every_term(clerk, revision):
    page = clerk.get(reverse("policy:glossary"))
    assertContains(page, "帳面のこと")
    assertContains(page, "資格を要する。")


def test_the_history_is_there(clerk, revision):
    assertContains(clerk.get(reverse("policy:history")), "全部改定")


def test_the_print_view_has_the_whole_text_or_a_part(clerk, revision):
    assertContains(clerk.get(reverse("policy:print")), "町の人が")
    chapter = clerk.get(reverse("policy:print") + "?chapter=3")
    assertContains(chapter, "本は皆のものである")
    assertNotContains(chapter, "町の人が")
    clause = clerk.get(reverse("policy:print") + "?clause=3.2.2")
    assertContains(clause, "三年")
    assertNotContains(clause, "本は皆のものである")


@pytest.mark.parametrize("query", ["?chapter=9", "?clause=3.99", "?chapter=鍵", "?clause=%00"])
def test_there_is_nothing_to_print_of_what_does_not_exist(clerk, revision, query):
    assert clerk.get(reverse("policy:print") + query).status_code == 404


# -- who sees what -------------------------------------------------------------------------------------------------

PAGES = ["policy:toc", "policy:glossary", "policy:history", "policy:search", "policy:print", "policy:revisions"]


@pytest.mark.parametrize("name", PAGES)
def test_every_logged_in_person_reads_a_public_policy_and_nobody_else(cast, revision, name):
    assert cast.client(cast.outsider_clerk).get(reverse(name)).status_code == 200
    assert cast.client().get(reverse(name)).status_code == 302


def test_a_closed_policy_is_for_administrators_only(clerk, administrator, revision):
    Document.objects.filter(pk=revision.document_id).update(access=Document.Access.CLOSED)
    url = reverse("policy:clause", args=["3.1"])
    assert clerk.get(url).status_code == 404
    assertNotContains(clerk.get(reverse("policy:toc")), "対策の基準")
    assertContains(administrator.get(url), "本は皆のものである")


def test_the_chapters_of_a_closed_part_are_for_administrators_only(clerk, administrator, revision):
    Document.objects.filter(code="standard").update(access=Document.Access.CLOSED)
    assertNotContains(clerk.get(reverse("policy:toc")), "考え方")
    assert clerk.get(reverse("policy:clause", args=["3.1"])).status_code == 404
    assert clerk.get(reverse("policy:clause", args=["2.1"])).status_code == 200
    assertNotContains(clerk.get(reverse("policy:print")), "皆のもの")
    assertContains(administrator.get(reverse("policy:print")), "皆のもの")


def test_visible_to_says_the_same_for_rows(cast, revision):
    Document.objects.filter(code="standard").update(access=Document.Access.CLOSED)
    draft = make_revision(revision.document, draft=True)
    now = timezone.now()
    assert set(Clause.objects.visible_to(cast.clerk, at=now).values_list("number", flat=True)) == {"1", "2", "2.1"}
    assert Clause.objects.visible_to(cast.administrator, at=now).count() == revision.clauses.count()
    assert draft not in Revision.objects.visible_to(cast.clerk, at=now)
    assert draft in Revision.objects.visible_to(cast.administrator, at=now)


def test_a_draft_is_for_administrators_only(clerk, administrator, revision):
    draft = make_revision(revision.document, draft=True, name="次の改定案", report={"counts": {}})
    make_clause(draft, "1", "案の章")
    for url in (
        draft.get_absolute_url(),
        reverse("policy:revision_clause", args=[draft.pk, "1"]),
        reverse("policy:corrections", args=[draft.pk]),
    ):
        assert clerk.get(url).status_code == 404
        assert administrator.get(url).status_code == 200
    assertNotContains(clerk.get(reverse("policy:revisions")), "次の改定案")
    assertContains(administrator.get(reverse("policy:revisions")), "次の改定案")


def test_an_earlier_revision_can_be_read_and_says_that_it_is_no_longer_in_force(clerk, revision):
    old = make_revision(revision.document, on=date(2018, 3, 1), name="平成30年3月改定")
    make_clause(old, "1", "古い章", "古い本の話。")
    page = clerk.get(reverse("policy:revision_clause", args=[old.pk, "1"]))
    assertContains(page, "古い本の話")
    assertContains(page, "現行ではありません")


def test_the_corrections_can_be_narrowed(clerk, revision):
    url = reverse("policy:corrections", args=[revision.pk])
    assertContains(clerk.get(url), "保菅")
    assertContains(clerk.get(url + "?certainty=C"), "統括する")
    assertNotContains(clerk.get(url + "?certainty=C"), "保菅")
    assert clerk.get(url + "?kind=%00&certainty=Z&page=x").status_code == 200


# -- chips ---------------------------------------------------------------------------------------------------------


def chips(*numbers, request=None):
    template = Template("{% load clauses %}" + "".join(f'{{% clause "{number}" %}}' for number in numbers))
    return template.render(Context({"request": request} if request else {}))


def test_a_chip_has_citation_heading_and_link(revision):
    html = chips("3.2.2.2")
    assert "3-2(2)イ" in html
    assert "貸出台帳の管理" in html
    assert reverse("policy:clause", args=["3.2.2.2"]) in html


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["9.9.9", "鍵", "", "3.2.2.99"])
def test_a_chip_of_an_unknown_clause_is_plain_text(number):
    html = chips(number)
    assert "<a" not in html
    assert 'class="clause-chip"' in html


def test_all_chips_of_a_page_cost_one_query(revision):
    with assertNumQueries(1):
        chips("3.1", "3.2", "3.2.2.1.1", "9.9", request=RequestFactory().get("/"))
    with assertNumQueries(1):
        chips("3.1", "3.2", "3.2.2.1.1", "9.9")


def test_chips_follow_the_revision_in_force(revision):
    assert "考え方" in chips("3.1")
    later = make_revision(revision.document, on=timezone.localdate())
    make_clause(later, "3", "対策の基準")
    make_clause(later, "3.1", "新しい考え方")
    assert "新しい考え方" in chips("3.1")


def test_chips_do_not_tell_the_headings_of_a_closed_part(revision):
    Document.objects.filter(code="standard").update(access=Document.Access.CLOSED)
    assert "考え方" not in chips("3.1")
    assert "目的" in chips("2.1")


@pytest.mark.django_db
def test_the_citation_filter_leaves_what_is_no_number():
    assert Template('{% load clauses %}{{ "3.5.2.7.2"|citation }} {{ "other"|citation }}').render(Context()) == "3-5(2)キ(イ) other"


# -- cost ----------------------------------------------------------------------------------------------------------


LOOKS = ["/policy/", "/policy/clauses/3.2/", "/policy/clauses/3/", "/policy/clauses/3.2.2.1.2/", "/policy/glossary/", "/policy/print/"]


@pytest.mark.parametrize("url", [*LOOKS, "/policy/search/?q=本", "/policy/search/?q=無 本", "/policy/revisions/"])
def test_a_larger_policy_costs_no_more_queries(clerk, revision, url):
    few = queries_of(clerk, url)
    for number in range(4, 40):
        make_clause(revision, f"3.2.2.{number}", f"追加{number}", "本と貸出台帳*の話。")
        make_clause(revision, f"3.2.2.{number}.1", "", "本の統括する話。")
        make_correction(revision, f"3.2.2.{number}.1", "ROLE", "C", "統括", "総括")
        make_term(revision, f"用語{number}", "本のこと。")
    many = queries_of(clerk, url)
    assert len(many) == len(few)
    assert len(few) <= 30  # three for the obligations, two for what it orders to be written, one for requests, two for exceptions


def test_a_clause_page_reads_the_texts_of_its_own_branch_only(clerk, revision):
    reading = [sql for sql in queries_of(clerk, reverse("policy:clause", args=["3.2.2.1.2"])) if '"printed_text"' in sql]
    assert reading
    assert all("3.2.2.1" in sql for sql in reading)
