"""The 新旧対照表: every clause of both texts once, each alteration found for what it is, changed words marked, layout left alone."""

import random
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains

from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.trail.models import Entry
from policy.comparison import ChangeKind, compare
from policy.drafting import compare as compare_draft
from policy.importer.reading import read
from policy.models import Clause
from policy.wording import drawn, wording, words_of

from .policy_altered import altered_copy, expected_table
from .policy_rows import TEXTS, make_clause, make_policy, make_revision
from .policy_text import real_reading
from .taken import take

AT = datetime(2026, 11, 26, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
KANJI = [chr(code) for code in range(0x4E00, 0x4E00 + 2000)]


@dataclass
class Passage:
    number: str
    heading: str = ""
    text: str = ""
    tables: list = field(default_factory=list)
    identity: int = 0


def kinds(old, new) -> list[tuple[str, str, str]]:
    """What is not unchanged: kind, old number, new number."""
    return [
        (pair.kind.value, pair.old.number if pair.old else "", pair.new.number if pair.new else "")
        for pair in compare(old, new)
        if pair.kind != ChangeKind.UNCHANGED
    ]


# Generated edits


class Tree:
    """節 with their clauses, each an identity with words of its own that never change but by `reword`."""

    def __init__(self, sizes: list[int]) -> None:
        self.sections: list[tuple[int, list[int]]] = []
        self.reworded: set[int] = set()
        self.count = 0
        for size in sizes:
            self.sections.append((self._fresh(), [self._fresh() for _ in range(size)]))

    def _fresh(self) -> int:
        self.count += 1
        return self.count

    def passages(self) -> list[Passage]:
        found = []
        for place, (section, clauses) in enumerate(self.sections, 1):
            found.append(self._passage(f"3.{place}", section))
            found += [self._passage(f"3.{place}.{inner}", clause) for inner, clause in enumerate(clauses, 1)]
        return found

    def _passage(self, number: str, identity: int) -> Passage:
        words = "".join(random.Random(identity).choices(KANJI, k=24))  # noqa: S311
        return Passage(number, text=words + ("なお" if identity in self.reworded else ""), identity=identity)

    def edit(self, act: str, here: int, there: int) -> None:
        clauses = self.sections[here % len(self.sections)][1]
        if act == "insert":
            clauses.insert(there % (len(clauses) + 1), self._fresh())
        elif act == "move_section":
            self.sections.insert(there % len(self.sections), self.sections.pop(here % len(self.sections)))
        elif clauses and act == "delete":
            del clauses[there % len(clauses)]
        elif clauses and act == "reword":
            self.reworded.add(clauses[there % len(clauses)])
        elif clauses and act == "move":
            moved = clauses.pop(there % len(clauses))
            other = self.sections[there % len(self.sections)][1]
            other.insert(here % (len(other) + 1), moved)


edits = st.lists(
    st.tuples(st.sampled_from(["insert", "delete", "reword", "move", "move_section"]), st.integers(0, 9), st.integers(0, 9)), max_size=6
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=4), edits)
def test_every_edit_is_found_and_every_clause_stands_once(sizes, acts):
    tree = Tree(sizes)
    old = tree.passages()
    for act, here, there in acts:
        tree.edit(act, here, there)
    new = tree.passages()
    pairs = compare(old, new)
    assert sorted(pair.old.number for pair in pairs if pair.old) == sorted(passage.number for passage in old)
    assert [pair.new.number for pair in pairs if pair.new] == [passage.number for passage in new]
    before = {passage.identity: passage for passage in old}
    for pair in pairs:
        if pair.new is None:
            assert pair.old.identity not in {passage.identity for passage in new}
            continue
        was = before.get(pair.new.identity)
        assert pair.old == was
        if was:
            is_renumbered, is_reworded = was.number != pair.new.number, was.text != pair.new.text
            assert (
                pair.kind
                == {
                    (False, False): ChangeKind.UNCHANGED,
                    (True, False): ChangeKind.MOVED,
                    (False, True): ChangeKind.REWORDED,
                    (True, True): ChangeKind.MOVED_AND_REWORDED,
                }[is_renumbered, is_reworded]
            )


# What counts as a change


def test_spaces_widths_line_ends_and_the_mark_of_the_glossary_are_no_change():
    old = [Passage("3.1", "貸出台帳*の管理", "ＬＧＷＡＮで 送る本は、\n分類Ⅲとする。")]
    new = [Passage("3.1", "貸出台帳の管理", "LGWANで送る本は、分類Ⅲとする。")]
    assert kinds(old, new) == []


def test_another_heading_and_another_cell_are_changes():
    old = [Passage("3.1", "本の分類", "本を分ける。"), Passage("3.2", "表", "", [[["Ⅰ", "貴重な本"]]])]
    new = [Passage("3.1", "本の区分", "本を分ける。"), Passage("3.2", "表", "", [[["Ⅰ", "大切な本"]]])]
    assert kinds(old, new) == [("reworded", "3.1", "3.1"), ("reworded", "3.2", "3.2")]


def test_equal_clauses_are_paired_by_their_place():
    same = "暗号にすること。"
    old = [Passage("3.1", "甲"), Passage("3.1.1", text=same), Passage("3.2", "乙"), Passage("3.2.1", text=same)]
    new = [Passage("3.1", "乙"), Passage("3.1.1", text=same), Passage("3.2", "丙"), Passage("3.2.1", text="別の定めである。")]
    assert kinds(old, new) == [
        ("gone", "3.1", ""),
        ("gone", "3.1.1", ""),
        ("moved", "3.2", "3.1"),
        ("moved", "3.2.1", "3.1.1"),
        ("new", "", "3.2"),
        ("new", "", "3.2.1"),
    ]


def test_a_clause_under_its_old_heading_is_the_same_whatever_it_says():
    old = [Passage("3.1", "鍵の管理", "係は鍵を箱に入れる。")]
    new = [Passage("3.1", "鍵の管理", "班長が毎朝、数を調べて台帳に書くこととする。")]
    assert kinds(old, new) == [("reworded", "3.1", "3.1")]


# Changed words

texts = st.text(st.sampled_from("鍵本書架のをにはアイ Ａ1（）。\n"), max_size=25)


@given(texts, texts)
def test_the_pieces_of_a_side_are_its_text_and_what_is_unmarked_stands_on_both_sides(old, new):
    found = wording(old, new)
    assert "".join(piece.text for piece in found.old) == old
    assert "".join(piece.text for piece in found.new) == new
    plain = ["".join(word for piece in side if not piece.is_changed for _, word in words_of(piece.text)) for side in (found.old, found.new)]
    assert plain[0] == plain[1]


def test_only_what_was_put_in_is_underlined_and_it_is_named_to_who_cannot_see_the_line():
    found = wording("端末装置を持ち出す<場合>", "端末装置又は媒体を持ち出す<場合>")
    assert [piece.text for piece in found.new if piece.is_changed] == ["又は媒体"]
    assert not [piece for piece in found.old if piece.is_changed]
    assert drawn(found.new, "ins") == (
        '端末装置<ins class="changed"><span class="visually-hidden">［改正後：</span>又は媒体<span class="visually-hidden">］</span></ins>'
        "を持ち出す&lt;場合&gt;"
    )


# The city's own text


@pytest.mark.policy_text
def test_an_altered_copy_of_the_policy_gives_the_right_table():
    """A clause reworded, one removed with what is below it, one put in, a 節 moved: these, what followed them, and nothing else."""
    reading = read(altered_copy(real_reading()), "altered.txt")
    assert reading.refusal == ""
    assert kinds(real_reading().policy.clauses, reading.policy.clauses) == expected_table(real_reading())


# Pages


def changed_copy(base, *, reworded: int):
    """A draft in which so many clauses say more, the last one is gone and one is new; compared with `base`."""
    draft = make_revision(base.document, draft=True, name="令和9年4月改定")
    for place, (number, (heading, text)) in enumerate(TEXTS.items()):
        if number != "3.3":
            words, tables = f"{text}なお、毎年確かめる。" if text and place < reworded else text, base.clauses.get(number=number).tables
            make_clause(draft, number, heading, words, tables=tables)
    make_clause(draft, "3.3", "録音した本", "録音した本は、貸し出さない。")
    compare_draft(draft, by=None, at=AT)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def base(cast):
    return make_policy()


def test_the_table_shows_both_sides_by_section_and_is_narrowed_by_kind(base, cast):
    draft = changed_copy(base, reworded=1)
    client, url = cast.client(cast.central_manager), reverse("policy:comparison", args=[draft.pk])
    page = client.get(url)
    assertContains(page, "（新設）")
    assertContains(page, "（削る）")
    assertContains(page, "なお、毎年確かめる。")
    assertNotContains(page, "本は皆のものである。")
    assert [(kind.value, count) for kind, count in page.context["page"].counts] == [
        ("unchanged", 13),
        ("reworded", 1),
        ("moved", 0),
        ("both", 0),
        ("new", 1),
        ("gone", 1),
    ]
    assertContains(client.get(url, {"kind": "all"}), "本は皆のものである。")
    narrowed = client.get(url, {"kind": "new", "section": "3.3"})
    assert [row.new_number for row in narrowed.context["page"].page_obj] == ["3.3"]


def test_the_table_asks_the_same_number_of_questions_however_much_has_changed(base, cast, django_assert_num_queries):
    client = cast.client(cast.central_manager)
    urls = [reverse("policy:comparison", args=[changed_copy(base, reworded=count).pk]) for count in (1, 12)]
    client.get(urls[0])
    with CaptureQueriesContext(connection) as asked:
        client.get(urls[0])
    with django_assert_num_queries(len(asked)):
        client.get(urls[1])


def test_the_table_leaves_as_paper_and_as_file_and_the_trail_says_so(base, cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    draft = changed_copy(base, reworded=1)
    client = cast.client(cast.central_manager)
    for suffix, beginning in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        assert take(client, "policy.comparison", suffix, of=draft.pk).getvalue().startswith(beginning)
    assert Entry.objects.filter(verb="exports.table.taken").count() == 2
    client.post(reverse("policy:comparison_paper", args=[draft.pk]))
    job = Job.objects.get()
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, job.results.get().name) == (Job.Status.DONE, "新旧対照表-令和9年4月改定.pdf")


def test_a_reader_of_a_closed_chapter_alone_sees_its_changes(base, cast):
    """Once published, everybody sees what changed, but not in the chapters of a part that is 非公開 (2.9)."""
    draft = changed_copy(base, reworded=4)
    type(draft).objects.filter(pk=draft.pk).update(status="published", effective_on="2026-11-01", published_at=AT, applied_at=AT)
    base.document.parts.filter(chapters=["2"]).update(access="closed")
    url = reverse("policy:comparison", args=[draft.pk])
    assert Clause.objects.filter(revision=draft, number="2.1", text__contains="なお").exists()
    for person, seen in ((cast.clerk, False), (cast.administrator, True)):
        numbers = [row.new_number for row in cast.client(person).get(url).context["page"].page_obj]
        assert ("2.1" in numbers, "1" in numbers) == (seen, True)
