"""The catalogue of obligations: complete over chapters 2 and 3, in known words, in words of our own, loaded without overwriting."""

import re

import pytest
from django.core import checks
from hypothesis import given
from hypothesis import strategies as st

from policy import catalogue, mechanisms
from policy.importer.outline import _fixture as outline
from policy.models import Bearer, Document, Exemption, Obligation
from policy.models.obligation import SYSTEMS, key_of, position_of

from .policy_text import real_reading

ROWS = catalogue.rows_of(catalogue.OBLIGATIONS)
EXEMPT = catalogue.rows_of(catalogue.EXEMPTIONS)
CLAUSES = [row["number"] for row in outline()["clauses"] if row["number"][0] in "23"]
PARENTS = {number.rpartition(".")[0] for number in CLAUSES}
COVERED = {row["clause"] for row in ROWS}
EXCUSED = {row["clause"] for row in EXEMPT}

# The verbs by which a clause obliges somebody.
OBLIGES = re.compile(
    r"なければならない|てはならない|ものとする|こと。|こと$|(?:行う|報告する|実施する|定める|設置する|講じる|講ずる|整備する|遵守する|確保する|通知する|記録する|保管する|作成する|決定する|指名する)。"
)
ALLOWED_RUN = 12  # characters that a sentence of ours may share with the clause, set terms aside


# -- completeness ------------------------------------------------------------------------------------------------------


def test_every_leaf_clause_is_covered_or_excused():
    leaves = [number for number in CLAUSES if number not in PARENTS]
    assert len(leaves) > 300
    assert [number for number in leaves if number not in COVERED | EXCUSED] == []


def test_no_clause_is_both_covered_and_excused_and_none_is_invented():
    assert set() == COVERED & EXCUSED
    assert (COVERED | EXCUSED) - set(CLAUSES) == set()
    assert len(EXCUSED) == len(EXEMPT)
    assert all(row["reason"].strip() for row in EXEMPT)


@pytest.mark.policy_text
def test_every_clause_of_the_text_with_an_obliging_verb_is_covered_or_excused():
    clauses = [clause for clause in real_reading().policy.clauses if clause.number[0] in "23"]
    obliging = [clause.number for clause in clauses if OBLIGES.search(clause.text)]
    assert len(obliging) > 250
    below = {number: {other for other in COVERED if other.startswith(f"{number}.")} for number in obliging}
    assert [number for number in obliging if number not in COVERED | EXCUSED and not below[number]] == []


# -- words -------------------------------------------------------------------------------------------------------------


def faults_of(row: dict) -> list[str]:
    """The fields of a row that do not speak the words of the model."""
    checks_of_fields = {
        "bearers": row["bearers"] and set(row["bearers"]) <= set(Bearer.values) and len(set(row["bearers"])) == len(row["bearers"]),
        "kind": row["kind"] in Obligation.Kind.values,
        "asset_classes": set(row["asset_classes"]) <= {1, 2, 3, 4},
        "systems": set(row["systems"]) <= set(SYSTEMS),
        "mechanism": row["mechanism"] in mechanisms.WORDS,
        "summary": row["summary"].endswith(("。", "）")),
        "question": row["question"].endswith("か。"),
        "trigger": row["trigger"].strip(),
        "evidence": row["evidence"].strip(),
    }
    return [name for name, holds in checks_of_fields.items() if not holds]


def test_every_row_speaks_the_words_of_the_model():
    assert [(row["clause"], row["ordinal"], faults) for row in ROWS if (faults := faults_of(row))] == []


def test_every_row_fits_the_fields_of_the_model():
    for row in ROWS:
        fields = {name: value for name, value in row.items() if name != "bearers"}
        place = (row["clause"], row["ordinal"])
        Obligation(**fields, key=key_of(*place), position=position_of(*place)).clean_fields()


def test_the_ordinals_of_a_clause_count_from_one_and_the_rows_stand_in_the_order_of_the_document():
    counted: dict[str, int] = {}
    for row in ROWS:
        counted[row["clause"]] = counted.get(row["clause"], 0) + 1
        assert row["ordinal"] == counted[row["clause"]], row["clause"]
    places = [position_of(row["clause"], row["ordinal"]) for row in ROWS]
    assert places == sorted(set(places))


def test_no_two_rows_of_a_clause_say_the_same():
    said = [(row["clause"], tuple(row["bearers"]), row["summary"]) for row in ROWS]
    assert len(set(said)) == len(said)


# Names of roles, laws and things, which nobody can say in other words.
SET_TERMS = [
    *Bearer.labels,
    *("電子計算組織統括管理者", "情報セキュリティ会議", "緊急対策会議", "個人情報保護審議会", "情報セキュリティインシデント"),
    *("情報セキュリティ実施手順", "情報セキュリティポリシー", "情報セキュリティ監査", "情報セキュリティ", "電磁的記録媒体"),
    *("特定個人情報等", "マイナンバー利用事務系", "インターネット接続系", "LGWAN接続系", "オンラインストレージ"),
    *("ソーシャルメディアサービス", "ソーシャルメディア", "セキュリティ対策", "セキュリティホール", "ソフトウェア", "ネットワーク"),
    *("コンピュータウイルス", "ファイアウォール", "パターンファイル", "業務継続計画", "外部サービス", "アクセス制御", "モバイル端末"),
    *("サービスレベル", "バックアップ", "マルウェア", "情報システム", "サイバーセキュリティ基本法"),
]


def longest_shared(ours: str, text: str) -> str:
    """The longest run of characters that both have, where set terms count as one character."""
    for term in sorted(SET_TERMS, key=len, reverse=True):
        ours, text = ours.replace(term, "\u25a0"), text.replace(term, "\u25a0")
    runs = (ours[start : start + size] for size in range(len(ours), 0, -1) for start in range(len(ours) - size + 1))
    return next((run for run in runs if run in text), "")


@pytest.mark.policy_text
def test_no_sentence_of_the_policy_stands_in_the_catalogue():
    texts = {clause.number: re.sub(r"[\s*]", "", clause.text) for clause in real_reading().policy.clauses}
    copied = [
        (row["clause"], shared)
        for row in ROWS
        for name in ("summary", "question")
        if len(shared := longest_shared(row[name], texts[row["clause"]])) > ALLOWED_RUN
    ]
    assert copied == []


# -- places ------------------------------------------------------------------------------------------------------------

PARTS = st.lists(st.integers(1, 99), min_size=1, max_size=6)


@given(PARTS, st.integers(1, 99), PARTS, st.integers(1, 99))
def test_the_place_of_an_obligation_is_the_order_of_its_numbers(one, first, other, second):
    places = [position_of(".".join(map(str, parts)), ordinal) for parts, ordinal in ((one, first), (other, second))]
    assert (places[0] < places[1]) == ((one, first) < (other, second))


# -- loading -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_loading_adds_every_row_once_with_its_bearers():
    first, second = catalogue.load_obligations(), catalogue.load_obligations()
    assert (first.created, first.kept) == (len(ROWS), 0)
    assert (second.created, second.kept) == (0, len(ROWS))
    loaded = Obligation.objects.with_bearers()
    assert [(row.natural_key(), row.bearer_codes) for row in loaded] == [
        ((key_of(row["clause"], row["ordinal"]),), sorted(row["bearers"], key=list(Bearer.values).index)) for row in ROWS
    ]


@pytest.mark.django_db
def test_what_the_city_has_edited_is_not_overwritten():
    catalogue.load_obligations()
    catalogue.load_exemptions()
    edited = Obligation.objects.first()
    Obligation.objects.filter(pk=edited.pk).update(summary="市が直した趣旨です。")
    edited.bearings.all().delete()
    Exemption.objects.filter(clause="2.1").update(reason="市が直した理由")
    catalogue.load_obligations()
    catalogue.load_exemptions()
    edited.refresh_from_db()
    assert edited.summary == "市が直した趣旨です。"
    assert not edited.bearings.exists()
    assert Exemption.objects.get(clause="2.1").reason == "市が直した理由"


@pytest.mark.django_db
def test_the_words_of_the_rows_chain():
    catalogue.load_obligations()
    rows = Obligation.objects.for_bearer(Bearer.TERMINAL_USER).under("3.9").of_kind("conduct").prohibitions()
    wanted = [
        (row["clause"], row["ordinal"])
        for row in ROWS
        if "TERMINAL_USER" in row["bearers"] and row["clause"].startswith("3.9.") and row["kind"] == "conduct" and row["is_prohibition"]
    ]
    assert [(row.clause, row.ordinal) for row in rows] == wanted != []


@pytest.mark.django_db
def test_under_a_clause_is_not_what_only_begins_with_the_same_figures():
    for clause in ("3.1", "3.1.2", "3.10"):
        Obligation.objects.create(
            key=key_of(clause, 1), clause=clause, ordinal=1, position=position_of(clause, 1), kind="conduct", mechanism="inspection"
        )
    assert [row.clause for row in Obligation.objects.under("3.1")] == ["3.1", "3.1.2"]


@pytest.mark.django_db
def test_the_obligations_of_a_closed_part_are_for_administrators_alone(cast):
    from django.utils import timezone

    from .policy_rows import make_policy

    make_policy()
    catalogue.load_obligations()
    Document.objects.filter(code="standard").update(access=Document.Access.CLOSED)
    at = timezone.now()
    assert {row.clause[0] for row in Obligation.objects.visible_to(cast.clerk, at=at)} == {"2"}
    assert {row.clause[0] for row in Obligation.objects.visible_to(cast.administrator, at=at)} == {"2", "3"}


# -- mechanisms --------------------------------------------------------------------------------------------------------


def test_a_mechanism_of_no_known_family_is_an_error_before_the_start(monkeypatch):
    from policy import checks as policy_checks

    monkeypatch.setattr(policy_checks, "rows_of", lambda name: [{"mechanism": code} for code in ("magic:wand", "request:", "request:tea")])
    found = policy_checks.obligations_name_known_mechanisms()
    assert [(error.id, error.level) for error in found] == [
        ("policy.E001", checks.ERROR),
        ("policy.E001", checks.ERROR),
        ("policy.E002", checks.ERROR),
    ]


def test_the_catalogue_itself_passes_the_check():
    from policy.checks import obligations_name_known_mechanisms

    assert obligations_name_known_mechanisms() == []


def test_only_codes_with_a_word_can_be_registered():
    with pytest.raises(ValueError, match="magic:wand"):
        mechanisms.register("magic:wand", "desk")


def test_every_mechanism_that_an_obligation_can_name_is_kept_by_a_room_of_the_portal():
    assert mechanisms.registered() == set(mechanisms.WORDS)
