"""From a reading to a revision in force: store, publish, the commands and the outline."""

import json
from datetime import date, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition
from policy.importer import outline, store
from policy.importer.reading import read
from policy.importer.source import LIMIT, Refused
from policy.models import Clause, Correction, Document, GlossaryTerm, HistoryEntry, Revision

from .policy_text import SAMPLE, sample_reading
from .revisions import adopt

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
DAY = date(2023, 4, 1)
SECOND = read(SAMPLE.read_bytes() + "\nさくら町役場\n".encode(), "second.txt")


@pytest.fixture
def document() -> Document:
    return outline.the_policy()


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def import_sample(*options: str) -> str:
    return run("import_policy", str(SAMPLE), *options)


def verbs() -> list[str]:
    return list(Entry.objects.order_by("number").values_list("verb", flat=True))


# Store


def test_a_reading_becomes_a_draft_with_all_its_rows(document):
    revision = store.store(sample_reading(), document, by=None, at=AT)
    policy = sample_reading().policy
    assert (revision.status, revision.name, revision.effective_on) == (Revision.Status.DRAFT, "令和5年4月（改定）", None)
    assert [clause.number for clause in revision.clauses.all()] == [clause.number for clause in policy.clauses]
    assert all(clause.parent.number == clause.number.rpartition(".")[0] for clause in revision.clauses.exclude(parent=None))
    assert Correction.objects.count() == sum(len(clause.corrections) for clause in policy.clauses)
    assert (revision.glossary.count(), revision.history.count()) == (4, 2)
    assert revision.report["anomalies"][0]["line"] == 43
    assert verbs() == ["policy.revision.imported"]


def test_search_finds_the_folded_words_of_text_and_table(document):
    revision = store.store(sample_reading(), document, by=None, at=AT)
    found = revision.clauses.filter(search_text__contains="珍しい花")
    assert [clause.number for clause in found] == ["2.3.3"]


def test_the_glossary_keeps_the_printed_form_and_its_corrections(document):
    store.store(sample_reading(), document, by=None, at=AT)
    term = GlossaryTerm.objects.get(term="シャベル")
    assert " (大型) " in term.printed_definition
    assert "（大型）を除いた" in term.definition
    assert {row["kind"] for row in term.corrections} == {"BRK", "WID"}


def test_the_same_bytes_again_give_the_revision_that_is_there(document):
    first = store.store(sample_reading(), document, by=None, at=AT)
    assert store.store(sample_reading(), document, by=None, at=AT) == first
    assert Revision.objects.count() == 1
    assert verbs() == ["policy.revision.imported"]


def test_a_refused_reading_is_not_stored(document):
    with pytest.raises(Refused, match="空です"):
        store.store(read(b"", "empty.txt"), document, by=None, at=AT)
    assert not Revision.objects.exists()


def test_a_failure_half_way_leaves_nothing(document, monkeypatch):
    monkeypatch.setattr(store, "_terms", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store.store(sample_reading(), document, by=None, at=AT)
    assert not Revision.objects.exists()
    assert not Clause.objects.exists()


def test_only_an_administrator_of_the_portal_imports_and_publishes(document, cast):
    with pytest.raises(PermissionDenied):
        store.store(sample_reading(), document, by=cast.central_manager, at=AT)
    revision = store.store(sample_reading(), document, by=cast.administrator, at=AT)
    assert not revision.can_publish(cast.ciso, at=AT)
    assert revision.can_publish(cast.administrator, at=AT)
    with pytest.raises(PermissionDenied):
        revision.publish(by=cast.ciso, effective_on=DAY, at=AT)
    revision.publish(by=cast.administrator, effective_on=DAY, at=AT)
    assert (revision.status, revision.effective_on, revision.published_at) == (Revision.Status.PUBLISHED, DAY, AT)
    entry = Entry.objects.get(verb="policy.revision.published")
    assert (entry.actor, entry.changes["effective_on"]) == (cast.administrator, "2023-04-01")
    assert not revision.can_publish(cast.administrator, at=AT)


def test_a_revision_is_published_once(document):
    revision = store.store(sample_reading(), document, by=None, at=AT)
    revision.publish(by=None, effective_on=DAY, at=AT)
    with pytest.raises(InvalidTransition, match="施行"):
        revision.publish(by=None, effective_on=date(2024, 4, 1), at=AT)
    assert verbs().count("policy.revision.published") == 1


def test_a_later_text_is_never_published_without_a_decision(document, cast):
    store.store(sample_reading(), document, by=None, at=AT).publish(by=None, effective_on=DAY, at=AT)
    second = store.store(SECOND, document, by=None, at=AT)
    assert not second.can_publish(cast.administrator, at=AT)
    for by in (None, cast.administrator):
        with pytest.raises(InvalidTransition, match="議決"):
            second.publish(by=by, effective_on=date(2027, 4, 1), at=AT)
    second.refresh_from_db()
    assert second.status == Revision.Status.DRAFT


def test_one_revision_is_in_force_on_a_day(document, cast):
    first = store.store(sample_reading(), document, by=None, at=AT)
    first.publish(by=None, effective_on=DAY, at=AT)
    second = store.store(SECOND, document, by=None, at=AT)
    assert list(Revision.objects.in_force(date(2026, 1, 1))) == [first]
    adopt(second, cast, effective_on=date(2025, 4, 1), at=AT)
    assert list(Revision.objects.in_force(date(2025, 3, 31))) == [first]
    assert list(Revision.objects.in_force(date(2025, 4, 1))) == [second]
    assert not Revision.objects.in_force(date(2023, 3, 31)).exists()


# Outline


def test_the_outline_stands_in_until_a_text_is_there():
    run("load_reference")
    first = Revision.objects.of_the_policy().in_force(date(2026, 11, 23)).get()
    assert first.is_outline
    assert not Clause.objects.exclude(text="").exists()
    import_sample("--effective-on", "2022-08-01")
    assert not Revision.objects.of_the_policy().in_force(date(2026, 11, 23)).get().is_outline


def test_the_outline_is_not_loaded_over_a_text():
    import_sample()
    run("load_reference")
    assert not Revision.objects.filter(is_outline=True).exists()


def test_the_documents_of_the_family_know_their_chapters_and_their_owner():
    outline.the_policy()
    run("load_reference")
    basic, standard = Document.objects.get(kind="basic"), Document.objects.get(kind="standard")
    assert (basic.chapters, standard.chapters) == ([2], [3])
    assert basic.part_of == standard.part_of == outline.the_policy()
    assert set(Document.objects.values_list("access", "owner__code")) == {("public", "gyosei-keiei")}


def test_what_the_city_made_of_a_document_stays():
    document = outline.the_policy()
    Document.objects.filter(pk=document.pk).update(title="改めた文書名")
    assert outline.the_policy().title == "改めた文書名"


# Commands


def test_the_first_text_is_put_in_force_on_the_month_of_its_title():
    assert "施行しました" in import_sample()
    revision = Revision.objects.get()
    assert (revision.status, revision.effective_on) == (Revision.Status.PUBLISHED, DAY)
    assert verbs() == ["policy.revision.imported", "policy.revision.published"]


def test_a_dry_run_reports_and_stores_nothing():
    report = import_sample("--dry-run")
    assert "章 2、節 11" in report
    assert "79行目 [FIG]" in report
    assert not Revision.objects.exists()
    assert verbs() == []


def test_the_same_file_again_changes_nothing_and_says_so():
    import_sample()
    entries = verbs()
    assert "取り込み済み" in import_sample()
    assert "取り込み済み" in import_sample("--publish")
    assert (Revision.objects.count(), verbs()) == (1, entries)


def test_a_later_text_stays_a_draft(tmp_path):
    import_sample()
    later = tmp_path / "later.txt"
    later.write_bytes(SAMPLE.read_bytes().replace("令和5年4月（改定）".encode(), "令和8年4月（改定）".encode()))
    assert "案として" in run("import_policy", str(later))
    assert Revision.objects.get(name="令和8年4月（改定）").status == Revision.Status.DRAFT


def test_the_command_never_publishes_a_later_text_and_stores_nothing_then(tmp_path):
    import_sample()
    other = tmp_path / "other.txt"
    other.write_bytes(SAMPLE.read_bytes() + b"\n")
    with pytest.raises(CommandError, match=r"何も保存していません.*議決"):
        run("import_policy", str(other), "--publish")
    assert Revision.objects.count() == 1


def test_a_title_without_month_needs_the_day(tmp_path):
    nameless = tmp_path / "nameless.txt"
    nameless.write_text(SAMPLE.read_text(encoding="utf-8").replace("令和5年4月", "最新の版"), encoding="utf-8")
    with pytest.raises(CommandError, match="--effective-on"):
        run("import_policy", str(nameless))
    assert "2024-04-01" in run("import_policy", str(nameless), "--effective-on", "2024-04-01")


@pytest.mark.parametrize("day", ["2022-13-01", "令和4年8月1日"])
def test_a_day_that_is_none_is_refused(day):
    with pytest.raises(CommandError, match="施行日"):
        import_sample("--effective-on", day)


def test_a_file_that_is_no_policy_is_refused_in_plain_words(tmp_path):
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(LIMIT * 10)
    for path, word in ((large, "大きすぎます"), (tmp_path / "absent.txt", "ファイルがありません"), (tmp_path, "開けません")):
        with pytest.raises(CommandError, match=word):
            run("import_policy", str(path))
    assert not Revision.objects.exists()


def test_the_export_is_one_object_in_the_order_of_the_document():
    import_sample()
    data = json.loads(run("export_policy"))
    assert list(data) == ["clauses", "glossary", "history"]
    assert [row["number"] for row in data["clauses"]] == [clause.number for clause in sample_reading().policy.clauses]
    row = next(row for row in data["clauses"] if row["number"] == "2.3.1.2.3")
    assert set(row) == {"number", "label", "heading", "text", "printed_text", "corrections", "tables"}
    assert row["label"] == "(ウ)"
    assert {"kind": "NUM", "certainty": "A", "printed": "(8)", "reading": "(ウ)", "line": 105} in row["corrections"]
    assert data["glossary"][0] == {"term": "店の係", "definition": "園芸店において、町の花を受け持つ人のこと。"}
    assert data["history"][0] == {"month": "平成30年4月", "event": "策定"}
    assert HistoryEntry.objects.count() == 2


def test_a_revision_can_be_exported_by_its_number(document):
    import_sample()
    second = store.store(SECOND, document, by=None, at=AT)
    assert len(json.loads(run("export_policy", "--revision", str(second.pk)))["clauses"]) == second.clauses.count()


@pytest.mark.parametrize("arguments", [(), ("--revision", "99")])
def test_where_nothing_is_imported_the_export_says_so(arguments):
    run("load_reference")
    with pytest.raises(CommandError, match="取り込まれていません|ありません"):
        run("export_policy", *arguments)


def test_the_export_takes_the_same_number_of_queries_whatever_the_length(django_assert_num_queries):
    import_sample()
    with django_assert_num_queries(5):
        run("export_policy")


def test_the_policy_names_its_owner_and_who_has_made_it(cast):
    document = outline.the_policy()
    assert document.owner.code == "gyosei-keiei"
    assert [body.code for body in document.makers.all()] == ["shicho"]
