"""Searching the whole portal: everything that one may see is found however it is typed, and nothing else is shown or counted."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from audits.models import Finding
from incidents.models import Incident, IncidentKind
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.models import RequestType
from musashimurayama_isms.dashboard.search.asking import Asker, Query
from musashimurayama_isms.dashboard.search.page import FIRST, PER_PAGE, Results
from musashimurayama_isms.dashboard.search.source import Leaves, Rows
from musashimurayama_isms.dashboard.search.sources import SOURCES
from musashimurayama_isms.paging import LongList
from musashimurayama_isms.search.models import SearchText
from policy.search import MOST_LETTERS, MOST_WORDS

from .cast import PERSONS, Cast
from .factory import make_asset, make_user
from .response_rows import sent
from .world import World

pytestmark = [pytest.mark.walk, pytest.mark.django_db]
EACH = 4  # things of a kind that are opened by each person


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """One of everything, built once for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World(Cast())
        transaction.set_rollback(True)


@pytest.fixture
def cast(world) -> Cast:
    """The persons of the world: what a test changes is undone by its savepoint."""
    return world.cast


def look(cast, user, query: str, name: str = "search", *args: str, **more: str):
    return cast.client(user).get(reverse(name, args=args), {"q": query, **more})


def kinds(user, query: str) -> dict[str, int]:
    """What a search finds, by kind."""
    return {group.source.slug: group.count for group in Results(Asker(user, at=timezone.now()), Query(query)).groups}


# -- only what one may see ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", PERSONS)
def test_whatever_a_person_can_find_the_person_can_open(world, role):
    """The property that carries all: `found` narrows `seen`, so no result leads to a 404."""
    user = getattr(world.cast, role)
    client, asker, query = world.cast.client(user), Asker(user, at=timezone.now()), Query("の")
    opened = 0
    for source in SOURCES:
        rows = source.seen(asker) if hasattr(source, "seen") else source.found(asker, query)
        for row in rows[:EACH]:
            url = source.hit(row, query).url
            with transaction.atomic():
                assert client.get(url, follow=True).status_code == 200, (source.slug, url)  # a draft leads on to its form
                transaction.set_rollback(True)
            opened += 1
    assert opened > 20


def test_every_kind_of_the_world_is_searched_for_somebody(world):
    asker = [Asker(getattr(world.cast, role), at=timezone.now()) for role in PERSONS]
    empty = {source.slug for source in SOURCES if hasattr(source, "seen") and not any(source.seen(one).exists() for one in asker)}
    assert empty <= {"laws"}


def test_every_row_is_found_by_the_words_that_its_source_names(world):
    """Folded words are kept with every row that a door makes, whichever door that is."""
    user = world.cast.central_manager
    asker = Asker(user, at=timezone.now())
    for source in SOURCES:
        if not hasattr(source, "seen") or source.column:
            continue
        for row in source.seen(asker)[:EACH]:
            word = next((part.split()[0] for part in source.words(row) if part and part.split()), "")
            if word:
                assert row in source.found(asker, Query(word[:MOST_LETTERS])), (source.slug, word)


def test_an_incident_kept_from_the_chief_is_found_by_neither_word_number_nor_count(cast):
    now = timezone.now()
    row = sent(cast, at=now, bypasses_chief=True, action_taken="金庫の鍵を替えた")
    assert kinds(cast.clerk, "金庫")["incidents"] == 1
    assert "incidents" not in kinds(cast.section_officer, "金庫")
    assert "incidents" not in kinds(cast.outsider_clerk, "金庫")
    assertNotContains(look(cast, cast.section_officer, row.number), "番号が同じもの")
    assertNotContains(look(cast, cast.section_officer, "金庫", "search_kind", "incidents"), "金庫の鍵")


def test_a_draft_of_a_finding_is_found_by_the_auditor_and_not_by_the_section(world):
    cast = world.cast
    facts = {
        "grade": "observation",
        "title": "鍵束の置き場",
        "fact": "机の上にあった",
        "clauses": ["3.10.1.1.1"],
        "risk": "",
        "recommendation": "",
    }
    draft = Finding.raise_one(world.audit, item=world.audit_item, by=cast.auditor, at=timezone.now(), **facts)
    assert kinds(cast.auditor, "鍵束")["findings"] == 1
    assert "findings" not in kinds(cast.section_officer, "鍵束")
    assert "findings" not in kinds(cast.section_officer, draft.number)


def test_the_draft_of_a_report_is_its_writers_alone(cast):
    Incident.objects.create(
        reporter=cast.clerk,
        department=cast.section,
        kind=IncidentKind.objects.get(code="other"),
        noticed_at=timezone.now(),
        personal_information="no",
        summary="書きかけの覚え",
    )
    assert kinds(cast.clerk, "書きかけ")["incidents"] == 1
    assert "incidents" not in kinds(cast.ciso, "書きかけ")


# -- however it is typed -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("query", ["パスワード", "ﾊﾟｽﾜｰﾄﾞ", "ぱすわーど", "鍵", "パスワード 鍵", "鍵　漏洩", "漏えい"])
def test_a_word_is_found_however_it_is_typed(cast, query):
    sent(cast, at=timezone.now(), information="パスワードと鍵の漏洩")
    assert ("incidents" in kinds(cast.clerk, query)) == (query != "ぱすわーど")


def test_all_words_must_occur(cast):
    sent(cast, at=timezone.now(), information="名簿と鍵")
    assert "incidents" in kinds(cast.clerk, "名簿 鍵")
    assert "incidents" not in kinds(cast.clerk, "名簿 金庫")


@pytest.mark.parametrize("query", ["%", "_", "\\", "'", '"', "(", "[", "^", ".*", "\x00", "・", "ii(", "<b>"])
def test_signs_are_only_signs(cast, query):
    answer = look(cast, cast.clerk, query)
    assert answer.status_code == 200
    assert b"<b>" not in answer.content


def test_hits_are_marked_as_they_are_printed(cast):
    make_asset(cast.section, name="住民記録パスワード台帳", by=cast.clerk)
    answer = look(cast, cast.clerk, "ﾊﾟｽﾜｰﾄﾞ")
    assertContains(answer, "住民記録<mark>パスワード</mark>台帳")


def test_what_is_changed_is_found_by_its_new_words_and_what_is_gone_no_more(cast):
    person = make_user("newcomer", name="新任 太郎")
    assert kinds(cast.clerk, "新任")["people"] == 1
    person.name = "改姓 太郎"
    person.save(update_fields=["name"])
    assert "people" not in kinds(cast.clerk, "新任")
    assert kinds(cast.clerk, "改姓")["people"] == 1
    person.delete()
    assert not SearchText.objects.filter(text__contains="改姓").exists()


def test_too_long_a_query_is_cut_with_a_word_about_it(cast):
    assertContains(look(cast, cast.clerk, "鍵" * (MOST_LETTERS + 1)), f"はじめの{MOST_LETTERS}文字で探しました")
    assertContains(look(cast, cast.clerk, " ".join("あいうえおかきくけこ")), f"はじめの{MOST_WORDS}語で探しました")


def test_nothing_found_says_what_to_try(cast):
    answer = look(cast, cast.clerk, "無い言葉 見当たらない語")
    assertContains(answer, "見つかりませんでした")
    assertContains(answer, "一つずつ探すこともできます")
    assertContains(look(cast, cast.clerk, ""), "探し方")


def test_a_kind_that_is_not_searched_is_not_there(cast):
    assert look(cast, cast.clerk, "鍵", "search_kind", "nothing").status_code == 404


# -- numbers -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["{0}", "{1}", " {0} "])
def test_the_number_of_an_incident_opens_it(cast, typed):
    row = [sent(cast, at=timezone.now()) for _ in range(20)][-1]  # no other register has come that far
    wide = row.number.translate(str.maketrans("R-0123456789", "Ｒ－０１２３４５６７８９"))
    assertRedirects(look(cast, cast.clerk, typed.format(row.number, wide)), row.get_absolute_url())


def test_a_number_that_several_things_share_shows_them_all(world):
    """Each register counts from 1: the world's first incident and its first consultation have one number."""
    number = world.incident.number
    assert number == world.consultation.number
    answer = look(world.cast, world.cast.clerk, number)
    assertContains(answer, "番号が同じもの")
    assert {source.slug for source, _ in answer.context["results"].numbered} >= {"incidents", "consultations"}


@pytest.mark.parametrize("typed", ["3.9.3.1.1", "3-9(3)ア(ア)", "３－９（３）ア（ア）"])
def test_a_clause_number_opens_its_clause(cast, typed):
    assertRedirects(look(cast, cast.clerk, typed), reverse("policy:clause", args=["3.9.3.1.1"]))


def test_the_number_of_a_form_opens_what_it_is_the_form_of(cast):
    wanted = RequestType.objects.get(form_number=2)
    assertRedirects(look(cast, cast.clerk, "様式第２号"), wanted.get_absolute_url())
    assertRedirects(look(cast, cast.clerk, "様式第1号"), reverse("incidents:start"))


# -- pages -------------------------------------------------------------------------------------------------------------
def test_a_kind_shows_its_first_and_all_of_them_on_pages(cast):
    for number in range(PER_PAGE + 1):
        make_asset(cast.section, name=f"棚卸の箱{number}", by=cast.clerk)
    assertContains(look(cast, cast.clerk, "棚卸の箱"), f"情報資産 {PER_PAGE + 1}件をすべて見る")
    assert len(Results(Asker(cast.clerk, at=timezone.now()), Query("棚卸の箱")).groups[0].hits) == FIRST
    second = look(cast, cast.clerk, "棚卸の箱", "search_kind", "assets", page="2")
    assert len(second.context["listing"].hits) == 1


@pytest.mark.parametrize("person", ["central_manager", "clerk", "outsider_clerk"])
@pytest.mark.parametrize("typed", ["の", "市民課", "市民 の"])
def test_a_word_that_many_rows_have_finds_the_same(world, person, typed, monkeypatch):
    asker, query = Asker(getattr(world.cast, person), at=timezone.now()), Query(typed)
    own = [source for source in SOURCES if isinstance(source, Rows) and not source.column]
    by_their_keys = {source.slug: set(source.found(asker, query)) for source in own}
    monkeypatch.setattr("musashimurayama_isms.dashboard.search.asking.RARE", 0)
    query = Query(typed)
    assert {source.slug: set(source.found(asker, query)) for source in own} == by_their_keys
    assert typed != "の" or any(by_their_keys.values())


@pytest.mark.parametrize("person", ["ciso", "section_officer", "clerk"])
@pytest.mark.parametrize("typed", ["の", "市民課"])
def test_the_number_above_a_kind_is_that_of_its_rows(world, person, typed):
    asker = Asker(getattr(world.cast, person), at=timezone.now())
    groups = {group.source.slug: group.count for group in Results(asker, Query(typed)).groups}
    found = {
        source.slug: len({row.pk for row in source.found(asker, Query(typed))}) for source in SOURCES if not isinstance(source, Leaves)
    }
    assert {slug: count for slug, count in groups.items() if slug in found} == {slug: count for slug, count in found.items() if count}
    assert any(count > FIRST for count in groups.values())


def test_where_more_is_found_than_is_counted_the_page_says_so(cast, monkeypatch):
    monkeypatch.setattr(LongList, "CAP", FIRST + 1)
    for number in range(FIRST + 3):
        make_asset(cast.section, name=f"棚卸の箱{number}", by=cast.clerk)
    assertContains(look(cast, cast.clerk, "棚卸の箱"), f"情報資産 {FIRST + 1}件以上をすべて見る")


def test_a_search_asks_the_same_number_of_questions_however_much_it_finds(cast):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert look(cast, cast.central_manager, "繰り返し").status_code == 200
        return len(queries)

    def rows(count: int) -> None:
        for number in range(count):
            sent(cast, at=timezone.now(), information=f"繰り返し {number}")
            make_asset(cast.section, name=f"繰り返しの箱{number}", by=cast.clerk)
            make_user(f"again-{Incident.objects.count()}", name="繰り返し 次郎")

    rows(FIRST + 1)
    few = asked()
    rows(FIRST * 3)
    assert asked() == few


def test_the_field_stands_on_every_page_and_works_without_a_script(cast):
    for name in ("desk", "policy:toc", "assets:asset_list"):
        assertContains(cast.client(cast.clerk).get(reverse(name)), f'action="{reverse("search")}" method="get"')


# -- what is kept ------------------------------------------------------------------------------------------------------
def test_what_bulk_doors_leave_out_is_made_up_once(cast, capsys):
    User.objects.filter(pk=cast.clerk.pk).update(name="一括 改名子")
    SearchText.objects.of(User).filter(key=str(cast.colleague.pk)).delete()
    assert "people" not in kinds(cast.ciso, "一括")
    call_command("reindex_search")
    assert kinds(cast.ciso, "一括")["people"] == 1
    assert kinds(cast.ciso, cast.colleague.name)["people"] == 1
    capsys.readouterr()
    call_command("reindex_search")
    assert "変更 0件" in capsys.readouterr().out


def test_leaves_are_the_help_and_the_gaps(cast):
    assert [source.slug for source in SOURCES if isinstance(source, Leaves)] == ["undecided", "help"]
    assert kinds(cast.clerk, "受信箱の使いかた")["help"] == 1
