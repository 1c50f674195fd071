"""Incidents, violations, questions, drills, and what warns of dangers (3.9.3, 3.11): kept for the city by 中央電子計算組織管理者."""

from django.db.models import F, Q
from django.db.models.functions import Coalesce, TruncDate

from ..kinds import Block, Holder, Kind
from .words import COPIES, copies

INCIDENT = Kind(
    code="incident",
    word="インシデント",
    model_name="incidents.incident",
    parameter="retention.incidents_years",
    holder=Holder.CENTRAL,
    ended="ended_at",
    over=Q(status__in=("closed", "mistaken", "merged")),
    members={
        "incidents.assessment": "incident",
        "incidents.attackfinding": "incident",
        "incidents.authorityreport": "incident",
        "incidents.call": "incident",
        "incidents.cardstop": "incident",
        "incidents.causeanalysis": "incident",
        "incidents.causeanswer": "analysis__incident",
        "incidents.custodymove": "evidence__incident",
        "incidents.emergencymeasure": "incident",
        "incidents.ending": "incident",
        "incidents.evidence": "incident",
        "incidents.incidentgrant": "incident",
        "incidents.incidentlink": "incident",
        "incidents.incidentmeeting": "incident",
        "incidents.networkcut": "incident",
        "incidents.note": "incident",
        "incidents.oralentry": "incident",
        "incidents.preventionreport": "incident",
        "incidents.publication": "incident",
        "incidents.receipt": "step__incident",
        "incidents.responsetask": "incident",
        "incidents.sending": "report__incident",
        "incidents.step": "incident",
        "incidents.triage": "incident",
    },
    blocks=(
        Block("措置が終わっていない", "incidents.responsetask", "incident", Q(status__in=("draft", "open"))),
        Block("統合した先のインシデントが終わっていない", "incidents.incident", "pk", Q(merged_into__status__in=("reported", "reached"))),
        Block("訓練が終わっていない", "incidents.drillrun", "incident", ~Q(drill__status__in=("done", "cancelled"))),
        Block("公表の決裁が終わっていない", "incidents.publication", "incident", Q(status="proposed")),
        Block("関係機関への報告が終わっていない", "incidents.authorityreport", "incident", Q(status__in=("undecided", "waiting"))),
        Block(COPIES, "disclosure.disclosure", "incident", copies()),
    ),
)

VIOLATION = Kind(
    code="violation",
    word="ポリシー違反",
    model_name="incidents.violation",
    parameter="retention.violations_years",
    holder=Holder.CENTRAL,
    ended="ended_at",
    over=Q(status__in=("improved", "lifted", "unfounded")),
    members={"incidents.violationrecord": "violation", "incidents.violationword": "violation"},
)

COMPLIANCE = Kind(
    code="compliance",
    word="遵守状況の問題",
    model_name="incidents.complianceproblem",
    parameter="retention.violations_years",
    holder=Holder.CENTRAL,
    ended="closed_at",
    over=Q(status="closed"),
    members={"incidents.compliancenote": "problem", "incidents.complianceword": "problem"},
)

CONSULTATION = Kind(
    code="consultation",
    word="相談",
    model_name="incidents.consultation",
    parameter="retention.violations_years",
    holder=Holder.CENTRAL,
    ended="closed_at",
    over=Q(status="closed"),
    members={"incidents.consultationmessage": "consultation"},
)

BULLETIN = Kind(
    code="bulletin",
    word="注意喚起",
    model_name="incidents.bulletin",
    parameter="retention.alerts_years",
    holder=Holder.CENTRAL,
    ended=Coalesce(TruncDate("withdrawn_at"), F("expires_on")),
    members={"incidents.bulletinversion": "bulletin"},
    blocks=(Block("対応の済まない脆弱性についての注意喚起", "incidents.bulletin", "pk", Q(vulnerability__status="open")),),
)

VULNERABILITY = Kind(
    code="vulnerability",
    word="脆弱性",
    model_name="incidents.vulnerability",
    parameter="retention.alerts_years",
    holder=Holder.CENTRAL,
    ended="closed_at",
    over=Q(status="closed"),
    members={"incidents.vulnerabilitytarget": "vulnerability"},
)

INQUIRY = Kind(
    code="inquiry",
    word="横展開の照会",
    model_name="incidents.inquiry",
    parameter="retention.alerts_years",
    holder=Holder.CENTRAL,
    ended="closed_at",
    over=Q(status="closed"),
    members={"incidents.inquiryplace": "inquiry", "incidents.inquiryreply": "place__inquiry"},
    blocks=(
        Block(
            "課の措置が終わっていない", "incidents.inquiryplace", "inquiry", Q(measure_due_on__isnull=False, measure_done_on__isnull=True)
        ),
    ),
)

DRILL = Kind(
    code="drill",
    word="訓練",
    model_name="incidents.drill",
    parameter="retention.training_years",
    holder=Holder.CENTRAL,
    ended=Coalesce("concluded_at", "ended_at", "planned_at"),
    over=Q(status__in=("done", "cancelled")),
    members={"incidents.drillstep": "run__drill", "incidents.drilltask": "drill"},
    blocks=(Block("訓練で決めた改善が終わっていない", "incidents.drilltask", "drill", Q(status="open")),),
)

NET = Kind(
    code="net",
    word="緊急連絡網の控え",
    model_name="incidents.netrecord",
    parameter="retention.alerts_years",
    holder=Holder.CENTRAL,
    ended="on",
)

HALF_YEAR = Kind(
    code="half-year",
    word="半期の一覧の公表",
    model_name="incidents.listissue",
    parameter="retention.incidents_years",
    holder=Holder.CENTRAL,
    ended=Coalesce("published_on", TruncDate("at")),
)

KINDS = (INCIDENT, VIOLATION, COMPLIANCE, CONSULTATION, BULLETIN, VULNERABILITY, INQUIRY, DRILL, NET, HALF_YEAR)
