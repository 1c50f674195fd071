"""The other reports as tables: consultations, violations, compliance, what the authorities are told, what is published."""

from django.http import Http404

from incidents.authorities.filters import AuthorityReportFilter
from incidents.authorities.half_year import HalfYearList
from incidents.authorities.listing import half_of, reports_of
from incidents.compliance.filters import ComplianceFilter
from incidents.consultations.filters import ConsultationFilter
from incidents.models import AuthorityReport, ComplianceProblem, Consultation, Violation
from incidents.violations.filters import ViolationFilter
from incidents.violations.listing import files_of
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table

NUMBER = Column("番号", "number", 10)
GRAVE = {True: "おそれあり", False: "おそれなし", None: "未判断"}
CONSULTATIONS = (
    NUMBER,
    *columns_of(Consultation, "title", "topic", "status", "asker", "department", title=40, topic=20, department=28),
    *columns_of(Consultation, "asked_at", "due_at", "answered_at", "closed_at", asked_at=18, due_at=18, answered_at=18, closed_at=18),
    Column("報告したインシデント", "incident.number", 12),
    Column("例外措置の申請", "request.number", 12),
)
COMPLIANCE = (
    NUMBER,
    *columns_of(ComplianceProblem, "title", "status", "department", "clauses", title=40, department=28),
    *columns_of(ComplianceProblem, "found_on", "reporter", "reporter_as", found_on=12, reporter_as=24),
    *columns_of(ComplianceProblem, "reported_at", "due_at", "closed_at", reported_at=18, due_at=18, closed_at=18),
)
VIOLATIONS = (
    NUMBER,
    *columns_of(Violation, "kind", "department", "status", "finder", kind=22, department=26, status=20, finder=22),
    *columns_of(Violation, "reported_at", reported_at=18),
    Column("重大な影響", lambda row: GRAVE[row.is_grave], 12),
    *columns_of(Violation, "guided_at", "handed_over_on", "ended_at", guided_at=18, handed_over_on=16, ended_at=18),
)


def _receipts(row: AuthorityReport) -> list[str]:
    return [sending.receipt_number for sending in row.sendings.all() if sending.receipt_number and not sending.retracted_at]


REPORTS = (
    Column("番号", "incident.number", 10),
    Column("所属", "incident.department.full_name", 22),
    Column("種別", "incident.kind.name", 18),
    Column("報告先", "authority.name", 34),
    Column("段階", "stage.name", 14),
    Column("状態", "get_status_display", 12),
    *columns_of(AuthorityReport, "known_on", "due_on", "latest_on", "sent_at", known_on=12, due_on=12, latest_on=12, sent_at=18),
    Column("受付番号", _receipts, 20),
    Column("送らない理由など", "reason", 40),
)


@table("incidents.consultations", "相談", filters=ConsultationFilter)
def consultations(asked: Asked) -> Sheet:
    """All that the person may see, newest first."""
    rows = Consultation.objects.visible_to(asked.user, at=asked.at).with_people()
    return Sheet(ConsultationFilter(asked.query, queryset=rows).qs, CONSULTATIONS, mark="分類Ⅱ")


@table("incidents.compliance", "遵守状況の問題", filters=ComplianceFilter, is_sensitive=True)
def compliance(asked: Asked) -> Sheet:
    """All that the person may see, newest first."""
    rows = ComplianceProblem.objects.visible_to(asked.user, at=asked.at).with_people()
    return Sheet(ComplianceFilter(asked.query, queryset=rows).qs, COMPLIANCE, mark="分類Ⅱ")


@table("incidents.violations", "違反の記録一覧", filters=ViolationFilter, is_sensitive=True)
def violations(asked: Asked) -> Sheet:
    """Of those whose whole file the person reads; it speaks of persons, so it names none and is of 分類Ⅰ (3.5.2.2)."""
    return Sheet(files_of(asked.user, asked.query, at=asked.at), VIOLATIONS, mark="分類Ⅰ")


@table("incidents.authority_reports", "外部への報告の一覧", filters=AuthorityReportFilter)
def authority_reports(asked: Asked) -> Sheet:
    """What has been, has to be and will not be sent; without a filter what is still to be sent, the most urgent first."""
    return Sheet(reports_of(asked.user, asked.query, at=asked.at).qs.prefetch_related("sendings"), REPORTS, mark="分類Ⅱ")


def _of_decision(name: str):
    return lambda row: getattr(row[1].decision, name)


HALF = (
    Column("番号", lambda row: row[0], 6),
    Column("判明日", lambda row: day_of(row[1].noticed_at), 12),
    Column("所属", lambda row: row[1].department, 24),
    Column("種別", lambda row: row[1].kind.name, 20),
    Column("公表する文", _of_decision("text"), 70),
    Column("公表の方法", lambda row: row[1].decision.get_way_display(), 20),
    Column("個別に公表した日", _of_decision("published_on"), 16),
)


@table("incidents.half_year", "インシデントの半期の一覧", narrows=("year", "part"))
def half_year(asked: Asked) -> Sheet:
    """The list of a half; the running number of the incident stays inside, the list has numbers of its own."""
    year, part = (asked.query.get(name, "") for name in ("year", "part"))
    if not (year.isdecimal() and part.isdecimal()):
        raise Http404("この期間の一覧はありません。")
    found: HalfYearList = half_of(asked.user, int(year), int(part), at=asked.at)
    return Sheet(list(enumerate(found.rows, 1)), HALF, about=found.half.label)
