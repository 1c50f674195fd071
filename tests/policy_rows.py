"""A small invented policy in real rows, for the tests of the pages: figures, headings and sentences about a library."""

from datetime import date, datetime

from django.utils import timezone

from musashimurayama_isms.japanese import fold
from policy.models import Bearer, Bearing, Clause, Correction, Document, GlossaryTerm, HistoryEntry, Obligation, Revision
from policy.models.obligation import key_of, position_of
from policy.numbers import label

LONG_AGO = date(2022, 8, 1)

TEXTS = {
    "1": ("図書室の構成", "図書室は、町の人が本を読む所である。"),
    "2": ("基本の方針", ""),
    "2.1": ("目的", "本を大切にすることを目的とする。"),
    "3": ("対策の基準", ""),
    "3.1": ("考え方", "本は皆のものである。"),
    "3.2": ("本の分類と管理", ""),
    "3.2.1": ("本の分類", "本は次のとおり分類する。"),
    "3.2.2": ("本の管理", ""),
    "3.2.2.1": ("書架の鍵", "書架を扱う者は、次の事項を守る。"),
    "3.2.2.1.1": ("", "重要な本（分類Ⅱ以上）の書架には鍵を掛けること。"),
    "3.2.2.1.2": ("", "複写した頁は、ﾊﾟｽﾜｰﾄﾞを付けて保管すること。"),
    "3.2.2.1.2.1": ("", "統括する司書へ届け出ること。"),
    "3.2.2.2": ("貸出台帳*の管理", "貸出台帳*に記録し、監査の証拠とする。\n記録は〈三年〉保管する。"),
    "3.2.3": ("監査", "監査を行う者は、サーバーの記録を調べる。"),
    "3.3": ("電子の本", "ＬＧＷＡＮで送る本は、分類Ⅲとする。"),
}
TERMS = {"貸出台帳": "本を借りた人と日を書く帳面のこと。", "司書（ライブラリアン）": "本の案内をする者。\n資格を要する。"}


def make_document(**fields) -> Document:
    """The policy with its two parts, all of it 公開 unless `access` says otherwise."""
    document = Document.objects.create(
        **{"code": "policy", "title": "図書室ポリシー", "kind": Document.Kind.POLICY, "access": Document.Access.PUBLIC} | fields
    )
    for code, kind, chapter in (("basic", Document.Kind.BASIC, "2"), ("standard", Document.Kind.STANDARD, "3")):
        Document.objects.create(
            code=code, title=f"図書室の{code}", kind=kind, access=Document.Access.PUBLIC, part_of=document, chapters=[chapter]
        )
    return document


def make_revision(document: Document | None = None, *, on: date | None = LONG_AGO, draft: bool = False, **fields) -> Revision:
    """A revision without clauses, in force since `on`, or a draft."""
    at = timezone.make_aware(datetime(2022, 8, 1, 9))
    state = (
        {"status": Revision.Status.DRAFT}
        if draft
        else {"status": Revision.Status.PUBLISHED, "effective_on": on, "published_at": at, "applied_at": at}
    )
    return Revision.objects.create(document=document or make_document(), **{"name": "令和4年8月改定"} | state | fields)


def make_clause(revision: Revision, number: str, heading: str = "", text: str = "", **fields) -> Clause:
    """The next clause of a revision; its parent must be there."""
    parent = revision.clauses.filter(number=number.rpartition(".")[0]).first()
    fields.setdefault("printed_text", text)
    fields.setdefault("search_text", fold(f"{heading}\n{text}"))
    return Clause.objects.create(
        revision=revision,
        parent=parent,
        position=revision.clauses.count(),
        number=number,
        label=label(number),
        heading=heading,
        text=text,
        **fields,
    )


def make_term(revision: Revision, term: str, definition: str) -> GlossaryTerm:
    """The next term of the glossary."""
    search_text = fold(f"{term}\n{definition}")
    return GlossaryTerm.objects.create(
        revision=revision, position=revision.glossary.count(), term=term, definition=definition, search_text=search_text
    )


def make_policy(**fields) -> Revision:
    """A whole small policy in force: three chapters, a table, two terms, three corrections."""
    revision = make_revision(**fields)
    for number, (heading, text) in TEXTS.items():
        make_clause(revision, number, heading, text)
    for term, definition in TERMS.items():
        make_term(revision, term, definition)
    HistoryEntry.objects.create(revision=revision, position=0, month="令和4年8月", event="全部改定")
    revision.clauses.filter(number="3.2.1").update(tables=[[["分類", "本の分類"], ["Ⅰ", "貴重な本"], ["Ⅱ", "その他の本"]]])
    revision.clauses.filter(number="3.2.2.1.2").update(printed_label="(4)", printed_text="複写した頁は、ﾊﾟｽﾜｰﾄﾞを付けて保菅すること。")
    make_correction(revision, "3.2.2.1.2", "CHR", "A", "保菅", "保管", line=41)
    make_correction(revision, "3.2.2.1.2", "NUM", "A", "(4)", "(イ)", line=41)
    make_correction(revision, "3.2.2.1.2.1", "ROLE", "C", "統括する", "総括する", line=43, note="名称の揺れ")
    return revision


def make_correction(revision: Revision, number: str, kind: str, certainty: str, printed: str, reading: str, **fields) -> Correction:
    """A correction of the clause with this number."""
    clause = revision.clauses.get(number=number)
    return Correction.objects.create(clause=clause, kind=kind, certainty=certainty, printed=printed, reading=reading, **fields)


def make_obligation(clause: str, *bearers: str, ordinal: int = 1, **fields) -> Obligation:
    """A row of the catalogue; carried by the terminal users unless somebody is named."""
    facts = {"kind": "conduct", "summary": f"{clause}のとおりにします。", "question": "していますか。", "mechanism": "inspection"} | fields
    row = Obligation.objects.create(
        key=key_of(clause, ordinal), clause=clause, ordinal=ordinal, position=position_of(clause, ordinal), **facts
    )
    Bearing.objects.bulk_create(Bearing(obligation=row, bearer=bearer) for bearer in bearers or [Bearer.TERMINAL_USER])
    return row
