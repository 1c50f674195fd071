"""Reading a policy text: a small one of our own (tests/samples) with every kind of defect, and broken files of all sorts."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.importer.corrections import Known
from policy.importer.dates import first_day_of
from policy.importer.parsed import Policy
from policy.importer.reading import read
from policy.importer.source import LIMIT, MOST_LINES

from .policy_text import SAMPLE, sample_reading

TEXT = SAMPLE.read_text(encoding="utf-8")
LINES = TEXT.split("\n")


def policy_of(text: str) -> Policy:
    reading = read(text.encode(), "sample.txt")
    assert reading.policy is not None, reading.refusal
    return reading.policy


@pytest.fixture
def sample() -> Policy:
    return sample_reading().policy


def clause(policy: Policy, number: str):
    return next(clause for clause in policy.clauses if clause.number == number)


def shape(policy: Policy) -> list[tuple]:
    return [(clause.number, clause.heading, clause.text, clause.tables) for clause in policy.clauses]


def kinds(policy: Policy, number: str) -> list[tuple[str, str, str]]:
    return [(correction.kind, correction.printed, correction.reading) for correction in clause(policy, number).corrections]


# Structure


def test_every_kind_of_clause_gets_its_number(sample):
    numbers = [clause.number for clause in sample.clauses]
    assert numbers == sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])
    assert dict(sample.levels()) == {1: 2, 2: 11, 3: 9, 4: 11, 5: 17, 6: 5}


def test_digits_in_place_of_katakana_are_judged_by_their_place(sample):
    assert [clause(sample, f"2.3.1.1.{n}").printed_label for n in (1, 2, 3)] == ["(ア)", "(4)", "(5)"]
    assert [clause(sample, f"2.3.1.2.{n}").printed_label for n in (1, 2, 3)] == ["(7)", "(4)", "(8)"]
    assert ("NUM", "(8)", "(ウ)") in kinds(sample, "2.3.1.2.3")


def test_a_digit_that_is_also_the_next_item_is_told_apart_by_the_table_of_contents(sample):
    assert clause(sample, "2.4.3.1.2").printed_label == "(4)"
    assert clause(sample, "2.4.4").heading == "点検の利用"


def test_a_letter_behind_a_bullet_stays_below_its_item(sample):
    assert clause(sample, "2.3.1.1.1.3").printed_label == "c"


def test_a_slip_in_the_number_of_a_section_is_a_correction_in_body_and_contents(sample):
    assert [row for row in kinds(sample, "2.11") if row[0] == "NUM"] == [("NUM", "1 1", "11"), ("NUM", "1.1", "11")]


def test_a_reference_inside_a_sentence_is_repaired_with_the_list_it_means(sample):
    assert "、(ア)において" in clause(sample, "2.4.2.2.2").text
    assert ("NUM", "(7)", "(ア)") in kinds(sample, "2.4.2.2.2")


def test_labels_of_a_figure_open_no_chapter_and_stay_out_of_the_text(sample):
    figure = {LINES[line - 1].lstrip("- ") for line, owner in sample.ledger.items() if owner == "figure"}
    assert "第1章 花壇管理ポリシーの構成" in figure
    assert "花を育てるための考え方を宣言" in figure
    assert clause(sample, "2.1").text == "花壇の世話について、必要な事項を定めることを目的とする。"
    assert {anomaly.line for anomaly in sample.anomalies if anomaly.kind == "FIG"} >= {43, 52, 54, 57, 59, 61, 62}


def test_a_lost_figure_is_pointed_out_where_it_was(sample):
    assert any(anomaly.line == 79 and "図が失われ" in anomaly.message for anomaly in sample.anomalies)


def test_headings_are_told_from_items_of_a_list(sample):
    assert clause(sample, "2.3.2.3.1").heading == "小屋の鍵の保管"
    assert clause(sample, "2.4.1.1").heading == ""
    assert clause(sample, "2.4.1.1").text == "花壇条例（大人のみ）"
    assert clause(sample, "2.4.2.1.3").text == "店に頼む手続"


def test_a_sentence_split_by_a_page_break_is_joined_without_a_gap(sample):
    assert "間を分離した上で、" in clause(sample, "2.2.2").text
    assert "間を分離し\nた上で、" in clause(sample, "2.2.2").printed_text


def test_a_syllable_printed_twice_around_a_page_break_is_dropped(sample):
    assert "丈夫なシャベルの機能" in clause(sample, "2.3.2.2").text
    assert ("DUP", "シ\nシャベル", "シャベル") in kinds(sample, "2.3.2.2")


def test_paragraphs_and_footnotes_stay_apart(sample):
    assert clause(sample, "1").text.count("\n") == 1
    assert clause(sample, "2.3").text.split("\n")[1].startswith("* 鉢植え")


def test_tables_keep_their_rows_and_empty_cells(sample):
    assert clause(sample, "2.3.3").tables == [[["分類", "大切さの分類"], ["Ⅰ", "珍しい花"], ["Ⅱ", "町の花"]]]
    assert clause(sample, "2.5").tables[0][1] == ["種まき", "4月～5月", ""]


def test_general_rules_repair_marks_widths_and_spaces(sample):
    text = clause(sample, "2.3.2.1").text
    assert "（以下「小屋」という。）" in text
    assert "シャベル*は、無線LANの箱" in text
    assert clause(sample, "2.3.2.2").heading == "札を付けたIDの管理"
    assert clause(sample, "2.3.2.2").printed_heading == "札を付けた ID の管理"


# Cover, glossary, history


def test_cover_history_and_colophon_are_read(sample):
    assert (sample.title, sample.revision) == ("さくら町花壇管理ポリシー", "令和5年4月（改定）")
    assert [(row.month, row.event) for row in sample.history] == [("平成30年4月", "策定"), ("令和5年4月", "一部改定")]
    assert sample.colophon == {"発行年月": "令和5年4月", "発行": "さくら町", "編集": "さくら町花壇係"}
    assert f"{sample_reading().effective_on}" == "2023-04-01"


def test_the_glossary_keeps_an_entry_together(sample):
    assert [term.term for term in sample.glossary] == ["店の係", "シャベル", "じょうろ", "樽"]
    assert "（大型）を除いた手で持てる" in sample.glossary[1].definition
    assert sample.glossary[2].definition.split("\n")[1:] == ["・ 長い口の付いたもの", "・ 短い口の付いたもの"]
    assert sample.glossary[3].definition == "水をためる入れ物のこと。木で作られている。"


def test_a_term_that_comes_twice_is_one_entry():
    policy = policy_of(TEXT.replace("改定履歴", "樽\n\n味噌を入れることもある。\n\n改定履歴"))
    assert [term.term for term in policy.glossary].count("樽") == 1
    assert any(anomaly.kind == "GLOSSARY" and "重複" in anomaly.message for anomaly in policy.anomalies)


# Evidence


def assert_all_accounted_for(text: str, policy: Policy) -> None:
    """Every line went somewhere, and the lines of clauses and glossary can be put together again letter by letter."""
    lines = text.split("\n")
    assert set(policy.ledger) == set(range(1, len(lines) + 1))
    found: dict[int, str] = {}
    for clause in policy.clauses:
        fragments = [fragment for paragraph in clause.paragraphs for fragment in paragraph]
        if clause.title and not clause.implied:
            fragments.append(clause.title)
        rows = {row.line: row.raw for table in clause.rows for row in table}
        for line, raw in [*((fragment.line, fragment.raw) for fragment in fragments), *rows.items()]:
            assert policy.ledger[line] == clause.number
            assert line not in found
            found[line] = raw
    numbers = {clause.number for clause in policy.clauses}
    assert {line for line, owner in policy.ledger.items() if owner in numbers} == set(found)
    assert all(lines[line - 1] == raw for line, raw in found.items())
    assert all(not lines[line - 1].strip() for line, owner in policy.ledger.items() if owner == "blank")


def test_every_line_of_the_source_is_accounted_for(sample):
    assert_all_accounted_for(TEXT, sample)
    assert "unread" not in sample.ledger.values()


def test_candidates_are_recorded_and_not_applied():
    known = [Known("班長", "組長", "ROLE", "B"), Known("じょうろ", "如雨露", "ORTH", "C", clause="2.3.1")]
    policy = read(TEXT.encode(), "sample.txt", known).policy
    assert shape(policy) == shape(read(TEXT.encode(), "sample.txt", []).policy)
    assert {correction.certainty for correction in policy.corrections if correction.kind == "ROLE"} == {"B"}
    with_orthography = {clause.number for clause in policy.clauses if any(row.kind == "ORTH" for row in clause.corrections)}
    assert with_orthography
    assert all(number.startswith("2.3.1") for number in with_orthography)


def test_each_correction_quotes_what_is_printed(sample):
    for found in sample.clauses:
        printed = [found.printed_heading, found.printed_text, *(row.raw for table in found.rows for row in table)]
        for row in found.corrections:
            if row.kind not in ("NUM", "LIST") or row.note == "文中の参照":
                assert any(row.printed in text for text in printed), row
            assert row.printed != row.reading


# Other files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encoding_and_line_ends_make_no_difference(sample, encoding, line_end):
    assert shape(read(TEXT.replace("\n", line_end).encode(encoding), "sample.txt").policy) == shape(sample)


def test_line_numbers_make_no_difference(sample):
    shifted = policy_of("\n" * 9 + "\n".join(line for line in LINES if line.strip()))
    assert shape(shifted) == shape(sample)


def test_without_a_table_of_contents_sequence_and_shape_decide_and_the_report_says_so(sample):
    start, end = TEXT.index("目 次"), TEXT.index("第1章 花壇管理ポリシーの構成\n\n町が")
    policy = policy_of(TEXT[:start] + TEXT[end:])
    assert shape(policy) == shape(sample)
    assert any(anomaly.kind == "TOC" and "目次が見つかりません" in anomaly.message for anomaly in policy.anomalies)


@pytest.mark.parametrize(
    ("gone", "kind"),
    [("1.1 記録\n", "TOC"), ("(2) 道具の管理\n\nア", "TOC"), ("イ 水の取扱い\n", "NUM"), ("第2章 花壇管理基準\n\n1 目的", "TOC")],
)
def test_what_is_missing_is_reported_with_its_line_and_the_rest_is_read(gone, kind):
    place = TEXT.rindex(gone)
    policy = policy_of(TEXT[:place] + TEXT[place + gone.index("\n") + 1 :])
    assert any(anomaly.kind == kind and anomaly.line for anomaly in policy.anomalies)
    assert len(policy.clauses) > 40


def test_a_chapter_or_section_heading_that_is_lost_is_taken_from_the_table_of_contents(sample):
    policy = policy_of(TEXT.replace("4 体制\n\n(1)", "(1)"))
    assert shape(policy) == shape(sample)
    assert any("目次で補いました" in anomaly.message for anomaly in policy.anomalies)


def test_a_number_that_comes_twice_stays_text_and_is_reported():
    policy = policy_of(TEXT.replace("イ 公園のきまり", "ア 公園のきまり"))
    assert "ア 公園のきまり" in clause(policy, "2.4.1.1").printed_text
    assert any("「ア」の番号が重複" in anomaly.message for anomaly in policy.anomalies)


def test_a_misprint_that_the_next_number_contradicts_is_corrected():
    policy = policy_of(TEXT.replace("イ 公園のきまり", "オ 公園のきまり\n\nウ 町のきまり"))
    assert [row[1:] for row in kinds(policy, "2.4.1.2")] == [("オ", "イ")]
    assert clause(policy, "2.4.1.3").text == "町のきまり"


def test_a_gap_keeps_the_printed_number_and_is_reported():
    policy = policy_of(TEXT.replace("イ 公園のきまり", "エ 公園のきまり"))
    assert clause(policy, "2.4.1.4").text == "公園のきまり"
    assert any("「イ」がなく「エ」" in anomaly.message for anomaly in policy.anomalies)


def test_an_unknown_enumerator_stays_text_and_is_reported():
    policy = policy_of(TEXT.replace("枯れた花は", "① 枯れた花は"))
    assert clause(policy, "2.7").text.startswith("①")
    assert any(anomaly.kind == "ENUM" for anomaly in policy.anomalies)


def test_a_text_without_glossary_and_history_is_read():
    policy = policy_of(TEXT[: TEXT.rindex("用語集")])
    assert policy.glossary == []
    assert {anomaly.kind for anomaly in policy.anomalies} >= {"GLOSSARY", "HISTORY"}


@pytest.mark.parametrize(
    ("source", "word"),
    [
        (b"", "空です"),
        (b" \n\n", "文字がありません"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "Word"),
        ("第1章 目的\n\x00".encode(), "NUL"),
        (b"\x81\x20\xff\xfe\xfd", "文字コード"),
        ("こんにちは。".encode(), "章の見出し"),
        (b"x" * (LIMIT + 1), "大きすぎます"),
        ("第1章 目的\n" + "い\n" * MOST_LINES, "長すぎます"),
        ("目次\n" + "1 目的\t1\n" * 3000 + "第1章 目的\n", "目次が長すぎます"),
    ],
)
def test_what_is_no_policy_is_refused_in_plain_words(source, word):
    reading = read(source if isinstance(source, bytes) else source.encode(), "file.txt")
    assert reading.policy is None
    assert word in reading.refusal
    assert word in "".join(reading.sentences())
    assert reading.report()["refusal"] == reading.refusal


# Never a traceback


@given(st.binary(max_size=400))
def test_any_bytes_give_a_report(source):
    assert read(source, "file.bin").sentences()


@given(st.text(alphabet="第章0123456789一十(（)）アイウ力ab-*.・目次用語集改定履歴\t\n 　。、あ①", max_size=300))
def test_any_text_of_enumerators_gives_a_report_and_loses_no_line(text):
    text = f"第1章 目的\n{text}"
    reading = read(text.encode(), "file.txt")
    if reading.policy:
        assert_all_accounted_for(text.replace("\r", "\n"), reading.policy)
        assert_numbers_are_sound(reading.policy)


MUTATION = st.tuples(
    st.sampled_from(["drop", "double", "swap", "blank", "cut", "bullet"]), st.integers(0, len(LINES) - 2), st.integers(0, len(LINES) - 2)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(MUTATION, min_size=1, max_size=12))
def test_a_damaged_text_is_read_as_far_as_it_goes(mutations):
    lines = list(LINES)
    for act, first, second in mutations:
        first, second = first % len(lines), second % len(lines)
        if act == "drop":
            del lines[first]
        elif act == "double":
            lines.insert(second, lines[first])
        elif act == "swap":
            lines[first], lines[second] = lines[second], lines[first]
        else:
            lines[first] = {"blank": "", "cut": lines[first][: len(lines[first]) // 2], "bullet": f"- {lines[first]}"}[act]
    text = "\n".join(lines)
    reading = read(text.encode(), "file.txt")
    if reading.policy:
        assert_all_accounted_for(text, reading.policy)
        assert_numbers_are_sound(reading.policy)


def assert_numbers_are_sound(policy: Policy) -> None:
    numbers = [clause.number for clause in policy.clauses]
    assert len(set(numbers)) == len(numbers)
    for clause in policy.clauses:
        assert not clause.parent or clause.parent in numbers
        assert re.fullmatch(r"[1-9]\d*(\.[1-9]\d*){0,5}", clause.number)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和4年8月（改定）", "2022-08-01"),
        ("令和元年５月", "2019-05-01"),
        ("2024年12月", "2024-12-01"),
        ("平成30年13月", "None"),
        ("", "None"),
    ],
)
def test_the_month_of_a_title_gives_its_first_day(text, day):
    assert str(first_day_of(text)) == day
