"""The city's own text, clause by clause: what the list of its defects says, no more and no less.

Line numbers are those of the text of 令和4年8月; the reader itself knows none of them.
"""

import json
import re
from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command

from policy.importer.outline import outline_of
from policy.importer.reading import read
from policy.models import Revision

from .policy_text import ROOT, policy_file, real_reading
from .test_policy_importer import assert_all_accounted_for, shape

pytestmark = pytest.mark.policy_text

# line: (as printed, the right enumerator, the clause)
NUMBERING = {
    85: ("1 1", "11", "3.11"),
    92: ("1 2", "12", "3.12"),
    98: ("1 3", "13", "3.13"),
    275: ("1.2", "12", "2.12"),
    715: ("(4)", "(イ)", "3.9.4.1.2"),
    716: ("(5)", "(ウ)", "3.9.4.1.3"),
    722: ("(7)", "(ア)", "3.9.4.2.1"),
    723: ("(4)", "(イ)", "3.9.4.2.2"),
    729: ("(7)", "(ア)", "3.9.4.3.1"),
    730: ("(4)", "(イ)", "3.9.4.3.2"),
    731: ("(5)", "(ウ)", "3.9.4.3.3"),
    732: ("(8)", "(エ)", "3.9.4.3.4"),
    733: ("(6)", "(オ)", "3.9.4.3.5"),
    734: ("(9)", "(カ)", "3.9.4.3.6"),
    744: ("(7)", "(ア)", "3.10.1.1.1"),
    745: ("(4)", "(イ)", "3.10.1.1.2"),
    1109: ("1.1", "11", "3.11"),
    1206: ("(7)", "(ア)", "3.11.6.2.1"),
    1208: ("(8)", "(イ)", "3.11.6.2.2"),
    1210: ("(9)", "(ウ)", "3.11.6.2.3"),
    1214: ("1.2", "12", "3.12"),
    1262: ("(7)", "(ア)", "3.12.3.1.1"),
    1272: ("(7)", "(ア)", "3.12.3.2.1"),
    1354: ("(7)", "(ア)", "3.12.3.7.1"),
    1360: ("(4)", "(イ)", "3.12.3.7.2"),
    1368: ("(7)", "(ア)", "3.12.4.1.1"),
    1369: ("(4)", "(イ)", "3.12.4.1.2"),
    1370: ("(9)", "(ウ)", "3.12.4.1.3"),
    1371: ("(5)", "(エ)", "3.12.4.1.4"),
    1375: ("(7)", "(ア)", "3.12.4.2.1"),
    1377: ("(4)", "(イ)", "3.12.4.2.2"),
    1383: ("(7)", "(ア)", "3.12.5.1.1"),
    1385: ("(4)", "(イ)", "3.12.5.1.2"),
    1395: ("1.3", "13", "3.13"),
    1469: ("(7)", "(ア)", "3.13.2.1.1"),
    1471: ("(4)", "(イ)", "3.13.2.1.2"),
    1479: ("(7)", "(ア)", "3.13.2.3.1"),
    1481: ("(4)", "(イ)", "3.13.2.3.2"),
    1483: ("(9)", "(ウ)", "3.13.2.3.3"),
    1485: ("(5)", "(エ)", "3.13.2.3.4"),
}
GENUINE = {1362: "3.12.4", 1379: "3.12.5", 1397: "3.13.1", 1465: "3.13.2", 1491: "3.13.3", 1216: "3.12.1", 1224: "3.12.2", 1254: "3.12.3"}
PLACES = {
    104: "1",
    327: "3.3",
    441: "3.5.2.1.2",
    480: "3.5.2.7.2",
    514: "3.7.1.2.1",
    708: "3.9.4.1.1",
    714: "3.9.4.1.1.3",
    928: "3.10.3.2.1",
    965: "3.10.3.3.2",
    1252: "3.12.2.13",
    1288: "3.12.3.2.2.7",
    1346: "3.12.3.6.1.8",
    1489: "3.13.2.3.5",
}
# (line, kind, as printed, as it reads now)
CERTAIN = [
    (823, "CHR", "スпам", "スパムメール*"),
    (618, "SYM", "^{*}", "モバイル端末*"),
    (474, "CHR", "施設可能", "施錠可能な場所"),
    (712, "DUP", "かななければ", "抜いておかなければ"),
    (920, "DUP", "セ\nセキュリティ", "技術的なセキュリティ機能"),
    (962, "CHR", "確実にいき", "確実に行い"),
    (1042, "MISS", "定期的実施", "定期的に実施"),
    (1065, "GRAM", "データを書換えを", "データの書換えを検出"),
    (1312, "GRAM", "仕様を含める", "調達仕様に含める"),
    (1383, "MISS", "ウェブサイト当該", "自己管理ウェブサイトに当該情報"),
    (601, "ORTH", "立ち合わせる", "立ち会わせる"),
    (526, "MISS", "接続とインター", "接続系とインターネット接続系は"),
    (583, "WID", "(以下", "（以下「電算室」という。）"),
    (609, "WID", "(LGWAN)", "（LGWAN）に集約"),
    (610, "WID", "(分類Ⅱ以上)", "（分類Ⅱ以上）"),
]
RULER = "電子計算組織統括管理者"
ROLE_LINES = [650, 668, 676, 865, 892, 893, 894, 895, 897, 899, 1308, 1326, 1337, 1354, 1366]
BREAKS = {
    163: "分離した上で",
    492: "について、その情報の",
    549: "起動又は",
    581: "当該機器等の管理及び",
    676: "定め、また",
    783: "ファイアウォール",
    840: "完全性を確保",
    868: "必要に応じて",
    920: "技術的なセキュリティ",
    1021: "サポートが終了した",
    1045: "事前に",
    1170: "最高情報セキュリティ責任者に",
    1210: "剥奪した旨を",
    1258: "重要な情報資産（",
    1298: "国内法以外",
    1385: "）等を適切に",
    1419: "必要に応じ外部",
    1453: "紛失等しないように",
    1485: "対策と比較を",
}
CANDIDATES = Counter(
    {
        159: 1, 213: 1, 327: 1, 339: 1, 349: 1, 401: 1, 403: 1, 432: 1, 440: 1, 475: 1, 524: 1, 548: 2, 567: 1, 600: 1, 612: 1, 749: 1,
        765: 1, 809: 2, 849: 1, 863: 1, 865: 1, 866: 1, 867: 1, 868: 1, 930: 1, 948: 1, 1011: 1, 1065: 2, 1166: 1, 1210: 2, 1377: 1,
        1381: 1, 1403: 1, 1442: 1, 1448: 1, 1545: 1,
    }
)  # fmt: skip
LIKELY = {159, 213, 327, 600, 809, 1403, 1442}
SPACED_LINES = {811, 813, 815, 863, 865, 866, 867, 868, 878, 880, 882, 884, 886, 888, 899, 932, 936, 1047, 1385, 1499, 1507, 430}
TERMS = [
    *("アカウント", "暗号化", "Web（ウェブ）会議サービス", "外部サービス", "外部サービス管理者", "外部サービス提供者"),
    *("ゲートウェイ", "サービス不能攻撃", "CISO", "冗長化", "情報セキュリティインシデント", "スパムメール"),
    *("セキュリティホール", "総合行政ネットワーク（LGWAN）", "ソーシャルメディアサービス", "ソースコード"),
    *("多要素認証", "通信ソフトウェア", "ネットワークストレージサービス", "パッチ", "標的型攻撃", "ファイアウォール"),
    *("フィルタリング", "複合機", "モバイル端末", "ルーティング"),
]


@pytest.fixture(scope="module")
def policy():
    return real_reading().policy


@pytest.fixture(scope="module")
def source():
    return policy_file().read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def by_number(policy):
    return {clause.number: clause for clause in policy.clauses}


def owner(policy, line):
    return policy.ledger[line]


def text_at(policy, by_number, line):
    clause = by_number[owner(policy, line)]
    return f"{clause.heading}\n{clause.text}"


def found_at(policy, line, kind):
    return [correction for correction in policy.corrections if (correction.line, correction.kind) == (line, kind)]


# Structure


def test_the_counts_are_those_of_the_table_of_contents(policy):
    assert dict(policy.levels()) == {1: 3, 2: 25, 3: 60, 4: 181, 5: 248, 6: 39}
    assert [clause.number for clause in policy.clauses if clause.depth == 2][-2:] == ["3.12", "3.13"]
    assert (policy.title, policy.revision) == ("武蔵村山市情報セキュリティポリシー", "令和4年8月（改定）")
    assert str(real_reading().effective_on) == "2022-08-01"


@pytest.mark.parametrize(("line", "printed", "right", "number"), [(line, *row) for line, row in NUMBERING.items()])
def test_a_misread_number_is_corrected_by_its_place(policy, by_number, line, printed, right, number):
    rows = [(row.printed, row.reading, row.certainty) for row in found_at(policy, line, "NUM") if row.note != "文中の参照"]
    assert rows == [(printed, right, "A")]
    assert by_number[number].corrections.count(found_at(policy, line, "NUM")[0]) == 1


def test_there_are_forty_one_corrections_of_numbers(policy, by_number):
    assert sum(row.kind == "NUM" for row in policy.corrections) == 41
    assert "、(ア)において定める規定" in by_number["3.12.3.7.2"].text


@pytest.mark.parametrize(
    ("line", "number"), [*GENUINE.items(), *PLACES.items(), *((line, row[2]) for line, row in NUMBERING.items() if line > 103)]
)
def test_a_line_belongs_to_its_clause(policy, line, number):
    assert owner(policy, line) == number


def test_items_with_genuine_numbers_keep_them(policy, by_number):
    assert not [row for line in GENUINE for row in found_at(policy, line, "NUM")]
    assert [by_number[f"2.2.{n}"].printed_label for n in range(4, 10)] == [f"({n})" for n in range(4, 10)]


def test_no_sequence_has_a_gap_and_every_clause_its_parent(policy, by_number):
    children = Counter(clause.parent for clause in policy.clauses)
    for parent, count in children.items():
        prefix = f"{parent}." if parent else ""
        assert all(f"{prefix}{index}" in by_number for index in range(1, count + 1)), parent


def test_clauses_stand_in_the_order_of_their_numbers(policy):
    keys = [[int(part) for part in clause.number.split(".")] for clause in policy.clauses]
    assert keys == sorted(keys)


def test_headings_agree_with_the_table_of_contents(policy, source):
    contents = source.split("\n")[10:101]
    titles = [re.sub(r"\.*\t\d+$", "", line) for line in contents if line.strip()]
    squeezed = [re.sub(r"^(第\s*\d+\s*章|\(\d+\)|\d( \d)?(?=\s)|\d+)\s*|\s", "", title) for title in titles]
    top = [re.sub(r"\*|\s", "", clause.heading) for clause in policy.clauses if clause.depth <= 3]
    assert top == squeezed


def test_headings_of_paragraphs_are_no_text(by_number):
    for number in ("3.7.1.2.1", "3.7.1.2.2", "3.10.3.2.1", "3.10.3.2.5", "3.10.3.3.1", "3.10.3.3.2", "3.4.2.9", "3.9.4.2"):
        assert by_number[number].heading
        assert "。" not in by_number[number].heading
        assert by_number[number].text.endswith("。")
    for number in ("3.11.5.2", "3.11.3.2.4", "3.12.2.13", "3.12.3.1.4", "3.12.3.2.4.2", "3.12.4.1.4", "2.3.2.3"):
        assert not by_number[number].heading
        assert by_number[number].text


def test_every_text_ends_as_it_should(policy):
    nouns = {clause.number for clause in policy.clauses if clause.text and not re.search("。[）」]*$", clause.text)}
    assert {number for number in nouns if not re.match(r"2\.5\.|3\.11\.5\.|3\.11\.3\.2\.|3\.12\.|2\.3\.2\.|3\.7\.2\.1\.", number)} == set()
    assert "\n" not in "".join(clause.text for clause in policy.clauses if clause.number not in ("1", "2.9", "3.3", "3.13.1.1", "3.13.1.2"))


def test_tables_are_tables(policy, by_number):
    classes, audits = by_number["3.5.1"].tables[0], by_number["3.13.1.5"].tables[0]
    assert [row[0] for row in classes] == ["分類", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ"]
    assert classes[0][1] == "重要性の分類"
    assert [row[1] for row in audits[1:]] == ["4月～7月", "4月～7月", "7月～8月", "7月～8月", "9月～12月", "2月～3月"]
    assert audits[1] == ["監査実施計画策定", "4月～7月", ""]
    assert sum(len(clause.tables) for clause in policy.clauses) == 2


def test_the_lettering_of_figures_is_in_no_clause(policy, source):
    lines = source.split("\n")
    figure = {line for line, where in policy.ledger.items() if where == "figure"}
    assert figure == {117, 286, 288, 292, 296, 298, 300, 301, 303, 305, 306, 307, 309, 312, 313, 314}
    assert {anomaly.line for anomaly in policy.anomalies if anomaly.kind == "FIG"} == figure | {323, 334}
    texts = "\n".join(clause.text for clause in policy.clauses)
    assert not [line for line in figure if lines[line - 1].lstrip("- ") in texts]


def test_nothing_else_is_doubtful(policy):
    assert {anomaly.kind for anomaly in policy.anomalies} == {"FIG"}


# Glossary, history, colophon


def test_the_glossary_has_its_terms(policy):
    assert [term.term for term in policy.glossary] == TERMS
    definitions = {term.term: term.definition for term in policy.glossary}
    assert "修正プログラムのこと。メーカー" in definitions["パッチ"]
    assert "機器や仕組みのこと。" in definitions["ゲートウェイ"]
    assert len(definitions["多要素認証"].split("\n")) == 4
    assert "電子掲示板（BBS）や" in definitions["ソーシャルメディアサービス"]
    assert all(definition.rstrip().endswith(("。", "もの")) for definition in definitions.values())


def test_the_history_has_its_rows(policy):
    rows = [(row.month, row.event) for row in policy.history]
    assert rows == [
        ("平成16年3月", "策定"),
        ("平成30年3月", "全部改定"),
        ("令和2年4月", "一部改定"),
        ("令和3年4月", "一部改定"),
        ("令和4年8月", "一部改定"),
    ]
    assert policy.colophon["編集"] == "武蔵村山市企画財政部行政経営課"


# Corrections


@pytest.mark.parametrize(("line", "kind", "printed", "now"), CERTAIN)
def test_a_certain_correction_is_in_the_text_and_on_record(policy, by_number, line, kind, printed, now):
    assert [row.certainty for row in found_at(policy, line, kind)] == ["A"]
    assert now in text_at(policy, by_number, line)
    assert printed not in text_at(policy, by_number, line)
    assert printed in by_number[owner(policy, line)].printed_text


def test_the_name_of_the_role_is_the_same_everywhere(policy):
    assert [row.line for row in policy.corrections if row.kind == "ROLE" and row.certainty == "A"] == ROLE_LINES
    assert not [clause.number for clause in policy.clauses if RULER in clause.heading + clause.text]


@pytest.mark.parametrize(("line", "joined"), BREAKS.items())
def test_a_sentence_split_by_a_page_break_is_whole_again(policy, by_number, line, joined):
    assert [row.certainty for row in found_at(policy, line, "BRK")] == ["A"]
    assert joined in text_at(policy, by_number, line)


def test_there_are_no_other_joins(policy):
    assert {row.line for row in policy.corrections if row.kind == "BRK"} == {*BREAKS, 1523, 1581}


def test_words_and_letters_are_spaced_as_elsewhere(policy):
    assert {row.line for row in policy.corrections if row.kind == "SPC"} == SPACED_LINES
    assert {row.line for row in policy.corrections if row.kind == "WID"} == {431, 432, 433, 434, 583, 609, 610, 1551, 1557}
    texts = "".join(clause.heading + clause.text for clause in policy.clauses)
    assert not re.search("[ぁ-んァ-ヶ一-龠] (ID|IC|LAN|Web)|(ID|IC|LAN|Web) [ぁ-んァ-ヶ一-龠]", texts)
    assert not re.search("[а-яА-Я]", texts)


def test_every_bullet_left_in_the_text_is_on_record(policy, source):
    bulleted = {number for number, line in enumerate(source.split("\n"), start=1) if line.startswith("- ")}
    recorded = {row.line for row in policy.corrections if row.kind == "LIST"}
    rest = bulleted - recorded
    assert len(bulleted) == 196
    assert {owner(policy, line) for line in rest} == {"figure", "history"}


def test_candidates_are_shown_and_never_applied(policy, by_number):
    shown = [row for row in policy.corrections if row.certainty != "A"]
    assert Counter(row.line for row in shown) == CANDIDATES
    assert {row.line for row in shown if row.certainty == "B"} == LIKELY
    for row in shown:
        where = owner(policy, row.line)
        if where in by_number and not row.printed.startswith("Web "):
            clause = by_number[where]
            cells = "".join(cell for table in clause.tables for line in table for cell in line)
            assert row.printed in clause.heading + clause.text + cells


def test_the_text_differs_from_the_printed_one_by_the_certain_corrections_alone(policy):
    for clause in policy.clauses:
        certain = [row for row in clause.corrections if row.certainty == "A" and row.kind not in ("LIST", "NUM")]
        if not certain and "(7)" not in clause.printed_text:
            assert clause.text == clause.printed_text
            assert clause.heading == clause.printed_heading


# Evidence


def test_every_line_is_accounted_for(policy, source):
    assert_all_accounted_for(source, policy)
    assert set(policy.ledger.values()) - {clause.number for clause in policy.clauses} == {
        *("blank", "front", "toc", "figure", "glossary", "history", "colophon")
    }


def test_places_are_not_found_by_line_numbers_encoding_or_bullets(policy, source):
    lines = source.split("\n")
    without_bullets = "\n".join(line.removeprefix("- ") for line in lines if line.strip())
    without_contents = "\n".join(lines[:8] + lines[103:])
    for text in (f"\n\n\n{source}", without_bullets, without_contents):
        assert shape(read(text.encode(), "text").policy) == shape(policy)
    assert shape(read(source.replace("\n", "\r\n").encode("cp932"), "text").policy) == shape(policy)


# Stored


@pytest.mark.django_db
def test_import_replaces_the_outline_and_export_gives_the_text_back(policy, by_number):
    call_command("load_reference", verbosity=0, stdout=StringIO())
    call_command("import_policy", str(policy_file()), stdout=StringIO())
    out = StringIO()
    call_command("export_policy", stdout=out)
    data = json.loads(out.getvalue())
    assert list(data) == ["clauses", "glossary", "history"]
    assert [row["number"] for row in data["clauses"]] == [clause.number for clause in policy.clauses]
    assert all(row["text"] == by_number[row["number"]].text for row in data["clauses"])
    assert sum(len(row["corrections"]) for row in data["clauses"]) == sum(len(clause.corrections) for clause in policy.clauses)
    assert (len(data["glossary"]), len(data["history"])) == (26, 5)
    outline = Revision.objects.get(is_outline=True)
    imported = Revision.objects.get(is_outline=False)
    assert list(outline.clauses.values_list("number", "label", "heading")) == list(
        imported.clauses.values_list("number", "label", "heading")
    )


def test_the_outline_has_the_numbers_and_headings_of_the_text(policy):
    fixture = json.loads((ROOT / "fixtures" / "policy_outline.json").read_text(encoding="utf-8"))
    assert fixture["clauses"] == outline_of(policy)
