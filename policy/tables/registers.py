"""The registers of this floor: documents, laws, regulations, the coverage map, who has confirmed a text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from django.http import Http404
from django.utils import timezone

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table
from policy.clearance import Clearance
from policy.coverage import Coverage
from policy.document_forms import DocumentFilterForm
from policy.forms import CoverageForm
from policy.law_forms import LawFilterForm
from policy.models import DocumentVersion, Law, SectionDocument
from policy.numbers import printed
from policy.progress import Person, Progress, Section
from policy.regulation_forms import RegulationFilterForm
from policy.regulations import Register
from policy.visits import Visit

CLASS_LABELS = {1: "Ⅰ", 2: "Ⅱ", 3: "Ⅲ", 4: "Ⅳ"}


def _state(document: SectionDocument) -> str:
    """廃止, 施行（第2版）, and how far the next version is."""
    if document.withdrawn_on:
        return "廃止"
    in_force = f"施行（第{document.number_in_force}版）" if document.number_in_force else ""
    return "、".join(filter(None, (in_force, DocumentVersion.Status(document.coming).label if document.coming else "")))


DOCUMENTS = (
    *columns_of(SectionDocument, "title", "kind", "owner", "confidentiality", title=36, kind=20, owner=28),
    Column("状態", _state, 24),
    Column("施行日", "in_force_since", 12),
    *columns_of(SectionDocument, "review_on", "reviewed_on", "withdrawn_on", review_on=12, reviewed_on=12, withdrawn_on=12),
)
LAWS = (
    *columns_of(Law, "title", "number", "kind", title=40, number=24),
    Column("条項", lambda law: [printed(number) for number in law.clauses], 30),
    *columns_of(Law, "mark", "mark_reason", "checked_on", "next_check_on", "note", mark_reason=36, note=36),
)
REGULATIONS = (
    Column("条項", lambda entry: [printed(number) for number in entry.regulation.clauses], 24),
    Column("名称", "regulation.title", 40),
    Column("定める者", "maker_labels", 24),
    Column("作る単位", "regulation.get_per_display", 10),
    Column("状態", "state.label", 14),
    Column("施行日", "since", 12),
    Column("次の見直し日", "review_on", 12),
    Column("課の数", lambda entry: len(entry.owing) or None, 8),
    Column("整備済みの課", lambda entry: entry.standing if entry.owing else None, 8),
    Column("保管の場所", "custody.where", 24),
    Column("定める内容", "regulation.contents", 40),
    Column("注記", "regulation.note", 40),
    Column("条項番号", "regulation.clauses", 24),
)


@table("policy.documents", "課の文書", filters=DocumentFilterForm)
def documents(asked: Asked) -> Sheet:
    """The documents that the person may see."""
    clearance, today = Clearance.of(asked.user, at=asked.at), day_of(asked.at)
    rows = SectionDocument.objects.visible_to(asked.user, at=asked.at, clearance=clearance)
    return Sheet(rows.narrowed(DocumentFilterForm(asked.query, at=asked.at).wanted(), on=today).for_list(today), DOCUMENTS)


@table("policy.laws", "法令", filters=LawFilterForm)
def laws(asked: Asked) -> Sheet:
    """The laws that the policy cites; everyone reads them."""
    return Sheet(Law.objects.filter(**LawFilterForm(asked.query).wanted()), LAWS)


@table("policy.regulations", "定めるべき規程・手順", filters=RegulationFilterForm)
def regulations(asked: Asked) -> Sheet:
    """Every document that somebody has to make; no document is named, some are not for everybody."""
    return Sheet(Register(on=day_of(asked.at), wanted=RegulationFilterForm(asked.query).wanted()).entries, REGULATIONS)


@table("policy.coverage", "遵守状況", filters=CoverageForm)
def coverage(asked: Asked) -> Sheet:
    """The coverage map; the figures of a line are those of its whole mechanism."""
    page = Coverage(Visit(asked.user, at=asked.at))
    if page.visit.revision is None:
        raise Http404("施行中のポリシーがありません。")
    page.wanted = CoverageForm(asked.query, sections=page.choices_of_section).wanted()
    columns = (
        Column("条項", "obligation.citation", 16),
        Column("条項の見出し", lambda line: page.headings.get(line.obligation.clause, ""), 22),
        Column(
            "主体（ポリシーの呼び名）", lambda line: "（主体の定めなし）" if line.obligation.names_nobody else line.obligation.called, 20
        ),
        Column("役割", "obligation.roles", 20),
        Column("種類", "obligation.get_kind_display", 10),
        Column("禁止", lambda line: "禁止" if line.obligation.is_prohibition else "", 6),
        Column("分類", lambda line: "・".join(CLASS_LABELS.get(number, str(number)) for number in line.obligation.asset_classes), 8),
        Column("対象", "obligation.systems", 16),
        Column("いつ", "obligation.trigger", 18),
        Column("趣旨", "obligation.summary", 48),
        Column("点検の問い", "obligation.question", 36),
        Column("証拠", "obligation.evidence", 24),
        Column("仕組み", "keeping.word", 18),
        Column("仕組みのコード", "obligation.mechanism", 18),
        Column("状態", "state.label", 11),
        Column("実施中（件）", "keeping.figures.open", 8),
        Column("期限超過（件）", "keeping.figures.late", 8),
        Column("例外措置中（件）", "exceptions", 8),
        Column("条項番号", "obligation.clause", 13),
    )
    return Sheet(page.lines, columns, about=page.visit.revision.name, subject=page.visit.revision)


@dataclass(frozen=True)
class Confirmer:
    """A person in the section, with the digest of what was confirmed."""

    section: Section
    person: Person
    digest: str


CONFIRMERS = (
    Column("所属", "section.department.full_name", 32),
    Column("職員番号", "person.user.staff_number", 12),
    Column("氏名", "person.user.name", 18),
    Column("状態", "person.state", 10),
    Column("確認日", lambda row: timezone.localdate(row.person.confirmed_at) if row.person.confirmed_at else None, 14),
    Column("期限", "person.due_on", 14),
    Column("確認した本文のSHA-256", "digest", 66),
)


def _with_digests(progress: Progress, rows: Iterable[tuple[Section, Person]]) -> Iterator[Confirmer]:
    digests = dict(progress.round.confirmations.values_list("person", "digest"))
    return (Confirmer(section, person, digests.get(person.user.pk, "")) for section, person in rows)


@table("policy.confirmation", "ポリシーの確認")
def confirmation(asked: Asked) -> Sheet:
    """Who has confirmed the text in force and who has not, as far as the person answers for them."""
    page = Progress(asked.user, at=asked.at)
    if not page.reach or page.round is None:
        raise Http404("この一覧はありません。")
    rows = [(section, person) for section in page.sections for person in section.people]
    about = f"{page.round.revision.name} {page.done}/{page.total}人"
    return Sheet(rows, CONFIRMERS, draw=partial(_with_digests, page), about=about, subject=page.round.revision)
