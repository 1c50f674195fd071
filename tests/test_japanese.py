"""Folding for search: the same word, however typed; hits are marked where they are printed."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from musashimurayama_isms.japanese import fold, folded, hits, pattern, spellings, words

JAPANESE = st.text(alphabet="アｱｶﾞﾊﾟｰー－-―ⅠⅡⅢIiＩＩ鍵 監査\u3000\n・･*＊～〜㈱①ｷﾞヴ漢\u3099\u309a゛辻\U000e0100\u00b4é", max_size=30)
ANY = st.one_of(JAPANESE, st.text(max_size=40))


@given(ANY)
@example("a\u00b4")
@example("\u1100 \u1161")
@example("İΣß")
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(ANY)
def test_every_folded_character_knows_its_place_in_the_original(text):
    result = folded(text)
    assert result.text == fold(text)
    assert len(result.spans) == len(result.text)
    assert all(0 <= start < end <= len(text) for start, end in result.spans)
    assert list(result.spans) == sorted(result.spans)
    for letter, (start, end) in zip(result.text, result.spans, strict=True):
        assert letter in fold(text[start:end])


@given(ANY, st.integers(0, 20), st.integers(1, 10))
def test_whatever_is_cut_out_of_a_text_is_found_in_it(text, start, length):
    """Cut between clusters, as people select whole characters; a numeral must be cut whole (Ⅱ is no part of Ⅲ)."""
    source = unicodedata.normalize("NFC", text)
    word = fold(source[start : start + length])
    if word and not any(unicodedata.combining(unicodedata.normalize("NFKD", letter)[0]) for letter in source[start : start + length + 1]):
        assert word in fold(source)


@given(ANY, st.lists(JAPANESE.map(fold), max_size=4))
def test_hits_are_apart_in_order_and_inside_the_text(text, wanted):
    spans = hits(text, wanted)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] < after[0] for before, after in zip(spans, spans[1:], strict=False))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ⅱ", "II"),
        ("Ⅱ", "ＩＩ"),
        ("2月～10月", "2月〜10月"),
        ("ﾊﾟｽﾜｰﾄﾞ", "パスワード"),
        ("ＬＧＷＡＮ", "lgwan"),
        ("ID 及び", "ＩＤ\u3000及び"),
        ("外部サービス*の利用", "外部サービスの利用"),
        ("サ－バ", "サーバ"),
        ("運搬・送付", "運搬･送付"),
        ("辻\U000e0100", "辻"),
        ("（電算室）", "(電算室)"),
        ("か\u3099", "が"),
    ],
)
def test_the_same_word_folds_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("いき", "イキ"), ("監査", "観察"), ("キー", "キ"), ("は", "ば")])
def test_different_words_stay_apart(one, other):
    assert fold(one) != fold(other)


def test_line_ends_stay_so_that_no_word_is_made_of_two_lines():
    assert fold("監査\n役割") == "監査\n役割"
    assert "監査役" not in fold("監査\n役割")


def test_nothing_unprintable_is_left_for_the_database():
    assert fold("監\x00査\x1b\u200b") == "監査"


def test_hits_are_marked_in_the_printed_form():
    text = "重要な情報（分類Ⅱ以上）は、ﾊﾟｽﾜｰﾄﾞで守る。"
    assert [text[start:end] for start, end in hits(text, words("II パスワード"))] == ["Ⅱ", "ﾊﾟｽﾜｰﾄﾞ"]


def test_overlapping_hits_are_one_mark():
    assert hits("情報資産", ["情報", "報資", "資産"]) == [(0, 4)]


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("Ⅱ", "分類Ⅱ", True),
        ("Ⅱ", "分類Ⅲ", False),
        ("分類Ⅱ", "分類Ⅲ", False),
        ("Ⅰ", "ID", False),
        ("IP", "VoIP", True),
        ("ID", "ID及び", True),
    ],
)
def test_a_roman_numeral_is_found_whole(word, text, found):
    assert bool(hits(text, words(word))) is found


def test_a_dot_in_a_query_is_a_dot():
    assert pattern("a.b") == r"a\.b"


def test_a_query_is_cut_into_words_each_once():
    assert words(" 監査\u3000証拠 監査 ・ ") == ["監査", "証拠"]


def test_the_long_vowel_at_the_end_of_a_long_word_may_be_missing():
    assert fold("サーバ") in spellings(fold("サーバー"))
    assert spellings(fold("キー")) == [fold("キー")]
