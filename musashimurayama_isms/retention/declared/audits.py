"""Audits (3.13.1.9.2), self-inspections (3.13.2.2), training and the reviews of the policy."""

from django.db.models import Q
from django.db.models.functions import Coalesce

from ..kinds import Block, Holder, Kind
from .words import COPIES, copies

YEARS = "retention.audits_years"

ENGAGEMENT = Kind(
    code="audit",
    word="監査",
    model_name="audits.engagement",
    parameter=YEARS,
    holder=Holder.AUDIT,
    ended="ended_at",
    members={
        "audits.assignment": "engagement",
        "audits.auditnotice": "engagement",
        "audits.auditreport": "engagement",
        "audits.checkitem": "engagement",
        "audits.correctiveaction": "finding__engagement",
        "audits.custodymove": "evidence__engagement",
        "audits.dateoffer": "engagement",
        "audits.evidence": "engagement",
        "audits.exchangecomment": "finding__engagement",
        "audits.finding": "engagement",
        "audits.findingrevision": "finding__engagement",
        "audits.interviewnote": "engagement",
        "audits.merge": "engagement",
        "audits.mergeconflict": "merge__engagement",
        "audits.phaseend": "engagement",
        "audits.question": "questionnaire__engagement",
        "audits.questionnaire": "engagement",
        "audits.reportreceipt": "report__engagement",
        "audits.sample": "engagement",
        "audits.samplepick": "sample__engagement",
        "audits.takeaway": "engagement",
        "audits.workingpaper": "engagement",
    },
    blocks=(
        Block("指摘の改善が終わっていない", "audits.correctiveaction", "finding__engagement", Q(status__in=("ordered", "planned", "done"))),
        Block("借りた証拠を返していない", "audits.evidence", "engagement", Q(status="lent")),
        Block(COPIES, "disclosure.disclosure", "report__engagement", copies()),
    ),
)

PROGRAMME = Kind(
    code="programme",
    word="監査計画",
    model_name="audits.auditprogramme",
    parameter=YEARS,
    holder=Holder.AUDIT,
    ended="closed_at",
    over=Q(status="closed"),
    members={
        "audits.programmeversion": "programme",
        "audits.removal": "programme",
        "audits.target": "programme",
        "audits.theme": "programme",
        "audits.workdays": "programme",
    },
    blocks=(Block("監査が終わっていない", "audits.engagement", "programme", Q(ended_at__isnull=True)),),
)

CAMPAIGN = Kind(
    code="inspection",
    word="自己点検",
    model_name="audits.campaign",
    parameter=YEARS,
    holder=Holder.CENTRAL,
    ended=Coalesce("reported_at", "closed_at", "prepared_at"),
    over=Q(status__in=("reported", "dropped")),
    members={
        "audits.answer": "sheet__campaign",
        "audits.improvement": "result__campaign",
        "audits.sectionresult": "campaign",
        "audits.sheet": "campaign",
    },
    blocks=(Block("課の改善が終わっていない", "audits.improvement", "result__campaign", Q(done_on__isnull=True)),),
)

TRAINING = Kind(
    code="training",
    word="研修の実施",
    model_name="audits.trainingsession",
    parameter="retention.training_years",
    holder=Holder.CENTRAL,
    ended="closed_at",
    over=Q(status__in=("closed", "cancelled")),
    members={"audits.attendance": "session", "audits.attempt": "attendance__session"},
)

REVIEW = Kind(
    code="review",
    word="ポリシーの見直し",
    model_name="audits.policyreview",
    parameter=YEARS,
    holder=Holder.CENTRAL,
    ended="closed_at",
    over=Q(status__in=("closed", "dropped")),
    members={"audits.reviewinput": "review"},
)

KINDS = (ENGAGEMENT, PROGRAMME, CAMPAIGN, TRAINING, REVIEW)
