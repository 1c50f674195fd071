"""Security information as tables: 注意喚起 and who has read it, 脆弱性 and the systems it concerns, 横展開 and its answers."""

from collections.abc import Iterable

from django.db.models import Count, F, Q
from django.http import Http404

from assets.registers import RegisterReach
from incidents.bulletins.filters import BulletinFilter
from incidents.bulletins.page import Progress
from incidents.hats import worn
from incidents.inquiries.filters import InquiryFilter
from incidents.inquiries.parties import InquiryReach
from incidents.models import Bulletin, Inquiry, InquiryPlace, Vulnerability, VulnerabilityTarget
from incidents.models.bulletin_set import OVERSEERS
from incidents.vulnerabilities.filters import VulnerabilityFilter
from incidents.vulnerabilities.listing import vulnerabilities_of
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table

VULNERABILITIES = (
    *columns_of(Vulnerability, "number", "title", "severity", "product", "identifiers", number=10, title=36, product=30, identifiers=20),
    *columns_of(Vulnerability, "status", "found_on", "due_on", found_on=12, due_on=12),
    Column("システム", "asked", 8),
    Column("対応したシステム", "ended", 10),
    Column("期限超過", "late", 8),
    *columns_of(Vulnerability, "closed_at", "outcome", closed_at=18, outcome=36),
)
TARGETS = (
    Column("番号", "vulnerability.number", 10),
    Column("件名", "vulnerability.title", 32),
    Column("深刻度", "vulnerability.get_severity_display", 8),
    Column("製品", "vulnerability.product", 28),
    Column("システム", lambda row: str(row.system), 28),
    Column("所管課", "system.department.full_name", 20),
    *columns_of(VulnerabilityTarget, "status", "due_on", "planned_on", "done_on", "words", due_on=12, planned_on=12, done_on=12, words=40),
    *columns_of(VulnerabilityTarget, "answered_by", "answered_at", "decision", "review_on", answered_at=18, decision=30, review_on=12),
)
INQUIRIES = (
    *columns_of(Inquiry, "number", "title", "status", "question", "due_on", number=10, title=36, question=40, due_on=12),
    Column("訓練", lambda row: "訓練" if row.is_drill else "", 8),
    *columns_of(Inquiry, "asked_by", "asked_at", "closed_at", asked_at=18, closed_at=18),
)
TALLY = (Column("照会した課", "asked", 8), Column("回答", "answered", 8), Column("あり", "found", 8))
PLACES = columns_of(
    InquiryPlace,
    *("department", "status", "words", "plan", "measure_due_on", "measure_done_on", "measure_result", "answered_by"),
    *("answered_as", "answered_at"),
    department=24,
    words=40,
    plan=40,
    measure_result=30,
    answered_as=24,
    answered_at=18,
)
READERS = (
    Column("所属", lambda row: row[0].department, 32),
    Column("職員番号", lambda row: row[1].staff_number, 12),
    Column("氏名", lambda row: row[1].name, 18),
    Column("状態", lambda row: "読んだ" if row[1].read_at else "まだ", 10),
    Column("読んだ日時", lambda row: row[1].read_at, 18),
)


def _counted(rows: list[Bulletin]) -> Iterable[Bulletin]:
    """The rows, each with how many people have read the version that counts; one query for all of them."""
    counts = Bulletin.objects.filter(pk__in=[row.pk for row in rows]).order_by()
    counts = counts.annotate(count=Count("reads__person", filter=Q(reads__version__gte=F("asked_since")), distinct=True))
    by_key = dict(counts.values_list("pk", "count"))
    for row in rows:
        row.reader_count = by_key[row.pk]
    return rows


@table("incidents.bulletins", "注意喚起", filters=BulletinFilter)
def bulletins(asked: Asked) -> Sheet:
    """What reaches the person, newest first; with the number of readers for those who oversee the reading."""
    on = day_of(asked.at)
    rows = Bulletin.objects.visible_to(asked.user, at=asked.at).with_read(asked.user).select_related("issued_by")
    columns = [
        *columns_of(Bulletin, "number", "title", "urgency", "kind", number=10, title=40),
        Column("状態", lambda row: row.state(on=on), 14),
        *columns_of(Bulletin, "issued_by", "issued_as", "issued_at", "expires_on", issued_as=24, issued_at=18, expires_on=12),
    ]
    found = BulletinFilter(asked.query, queryset=rows, on=on).qs
    if worn(asked.user, *OVERSEERS, at=asked.at) is None:
        return Sheet(found, columns)
    return Sheet(found, [*columns, Column("読んだ人数", "reader_count", 10)], draw=_counted)


@table("incidents.bulletin_readers", "読了の状況")
def bulletin_readers(asked: Asked) -> Sheet:
    """The names that the person may read, who has not read first."""
    found = asked.subject(Bulletin.objects.visible_to(asked.user, at=asked.at))
    progress = Progress(found, asked.user, at=asked.at)
    if not progress:
        raise Http404("読了の状況は、所属の情報セキュリティ担当者と、全庁の役割の人が見られます。")
    rows = [(section, person) for section in progress.named() for person in section.open_first]
    return Sheet(rows, READERS, about=found.number, subject=found)


@table("incidents.vulnerabilities", "脆弱性", filters=VulnerabilityFilter)
def vulnerabilities(asked: Asked) -> Sheet:
    """The holes that concern systems which the person sees, newest first."""
    reach = RegisterReach.of(asked.user, at=asked.at)
    return Sheet(vulnerabilities_of(asked.user, asked.query, reach=reach, at=asked.at).qs, VULNERABILITIES, mark="分類Ⅱ")


@table("incidents.vulnerability_targets", "脆弱性への対応", filters=VulnerabilityFilter)
def vulnerability_targets(asked: Asked) -> Sheet:
    """A row a system, as far as the list is narrowed and the person sees."""
    reach = RegisterReach.of(asked.user, at=asked.at)
    wanted = vulnerabilities_of(asked.user, asked.query, reach=reach, at=asked.at).qs.order_by().values("pk")
    rows = VulnerabilityTarget.objects.visible_to(asked.user, at=asked.at, reach=reach).filter(vulnerability__in=wanted).for_list()
    rows = rows.order_by("vulnerability__fiscal_year", "vulnerability__sequence", "system__code")
    return Sheet(rows, TARGETS, mark="分類Ⅱ")


@table("incidents.inquiries", "横展開", filters=InquiryFilter)
def inquiries(asked: Asked) -> Sheet:
    """All for the asker's side with their tally; what one's own section was asked for others."""
    reach = InquiryReach.of(asked.user, at=asked.at)
    rows = Inquiry.objects.visible_to(asked.user, at=asked.at, reach=reach).with_tally(on=day_of(asked.at))
    columns = (*INQUIRIES, *(TALLY if reach.is_asking_side else ()))
    return Sheet(InquiryFilter(asked.query, queryset=rows).qs, columns)


@table("incidents.inquiry_places", "横展開の回答")
def inquiry_places(asked: Asked) -> Sheet:
    """The answers, for the asker's side; a section reads its own."""
    reach = InquiryReach.of(asked.user, at=asked.at)
    found = asked.subject(Inquiry.objects.visible_to(asked.user, at=asked.at, reach=reach))
    rows = InquiryPlace.objects.visible_to(asked.user, at=asked.at, reach=reach).filter(inquiry=found).for_list()
    return Sheet(rows, PLACES, about=f"{found.mark}{found.number}", subject=found)
