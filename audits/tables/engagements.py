"""The plans, the audits, their items and findings, and what became of the findings, as tables: weak points, so of 分類Ⅱ (3.5.2.2)."""

from django.db.models import QuerySet
from django.http import Http404

from audits.engagements.filters import EngagementFilter
from audits.follow_up.filters import ActionFilter
from audits.models import AuditProgramme, CheckItem, CorrectiveAction, Engagement, Finding
from audits.parties import Reach
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table
from policy.numbers import printed

MARK = "分類Ⅱ"
PROGRAMMES = (
    Column("年度", str, 24),
    *columns_of(AuditProgramme, "status", "version", status=12, version=8),
    Column("対象", "planned", 8),
    Column("始めた監査", "begun", 8),
    *columns_of(AuditProgramme, "my_number", "approved_by", "approved_at", "closed_at", approved_at=18, closed_at=18),
)
ENGAGEMENTS = (
    Column("番号", "number", 14),
    Column("監査の対象", "what", 40),
    Column("区分", lambda row: "随時" if row.is_special else "計画", 12),
    Column("段階", "get_phase_display", 16),
    Column("主任の監査人", lambda row: [each.person.name for each in row.leads], 20),
    Column("実査の日時", "fieldwork_at", 18),
    *columns_of(Engagement, "starts_on", "ends_on", "ended_at", starts_on=12, ends_on=14, ended_at=18),
)


def _clauses(row: Finding) -> list[str]:
    return [printed(number) for number in row.clauses]


ITEMS = (
    *columns_of(CheckItem, "position", position=6),
    Column("条項", lambda row: printed(row.clause), 16),
    *columns_of(CheckItem, "question", "evidence", "method", "is_must", question=48, evidence=30, is_must=8),
    *columns_of(CheckItem, "result", "reason", "observation", "changed_by", "changed_at", reason=30, observation=48, changed_at=18),
)
FINDINGS = (
    Column("番号", "number", 14),
    *columns_of(Finding, "grade", "status", "title", "department", title=28, department=24),
    Column("条項", _clauses, 16),
    *columns_of(Finding, "fact", "risk", "recommendation", "issued_at", fact=40, risk=30, recommendation=30, issued_at=18),
)
ACTIONS = (
    Column("指摘", "finding.number", 14),
    Column("区分", "finding.get_grade_display", 12),
    Column("件名", "finding.title", 28),
    Column("監査", "finding.engagement.number", 12),
    Column("所管", "finding.department.full_name", 22),
    Column("条項", lambda row: _clauses(row.finding), 16),
    *columns_of(CorrectiveAction, "round", "status", "addressee", "plan_due_on", "done_due_on", round=6, addressee=20),
    *columns_of(CorrectiveAction, "cause", "plan", "result", "check_words", cause=30, plan=30, result=30, check_words=30),
)


@table("audits.programmes", "監査計画")
def programmes(asked: Asked) -> Sheet:
    """The plans of the years, for those who have to do with audits."""
    reach = Reach.of(asked.user, at=asked.at)
    if not (reach.sees_all or reach.is_house_auditor):
        raise Http404("監査計画は、監査に関わる方だけが見られます。")
    rows = AuditProgramme.objects.visible_to(asked.user, at=asked.at, reach=reach).for_list().select_related("approved_by")
    return Sheet(rows.order_by("-fiscal_year"), PROGRAMMES)


@table("audits.engagements", "監査の一覧", filters=EngagementFilter)
def engagements(asked: Asked) -> Sheet:
    """The audits that the person may follow."""
    rows = Engagement.objects.visible_to(asked.user, at=asked.at).with_all().with_leads()
    return Sheet(EngagementFilter(asked.query, queryset=rows).qs, ENGAGEMENTS, mark=MARK)


@table("audits.items", "監査項目", is_sensitive=True)
def items(asked: Asked) -> Sheet:
    """The checklist of one audit, for those inside it; what is taken along to be written on is another file."""
    found = asked.subject(Engagement.objects.with_all().inside(asked.user, at=asked.at))
    rows: QuerySet[CheckItem] = found.items.select_related("changed_by").order_by("position")
    return Sheet(rows, ITEMS, about=str(found), mark=MARK, subject=found)


@table("audits.findings", "監査の指摘", is_sensitive=True)
def findings(asked: Asked) -> Sheet:
    """Drafts for the auditors, what was shown for the section."""
    found = asked.subject(Engagement.objects.with_all().visible_to(asked.user, at=asked.at))
    place = found.place(asked.user, at=asked.at)
    if not (place.sees_inside or place.is_of_section):
        raise Http404("依頼を引き受けると見られるようになります。")
    rows = Finding.objects.visible_to(asked.user, at=asked.at).filter(engagement=found)
    return Sheet(rows.select_related("engagement", "department__parent"), FINDINGS, about=str(found), mark=MARK, subject=found)


@table("audits.actions", "指摘への対処", filters=ActionFilter)
def actions(asked: Asked) -> Sheet:
    """All that is being dealt with and the person may see."""
    rows = CorrectiveAction.objects.visible_to(asked.user, at=asked.at).with_all()
    rows = rows.order_by("-finding__engagement", "finding", "-round")
    return Sheet(ActionFilter(asked.query, queryset=rows, at=asked.at).qs, ACTIONS, mark=MARK)


@table("audits.unordered", "指示を待つ指摘")
def unordered(asked: Asked) -> Sheet:
    """The issued findings that the person sees and that wait for an order."""
    rows = Finding.objects.visible_to(asked.user, at=asked.at).unordered().select_related("engagement", "department__parent")
    return Sheet(rows.order_by("issued_at", "pk"), FINDINGS, mark=MARK)
