"""Requests with their exceptions (3.11.4.3), the committee's business, and the rounds of the duties."""

from django.db.models import Q
from django.db.models.functions import Coalesce, TruncDate

from ..kinds import Block, Holder, Kind
from .words import COPIES, copies

REQUEST = Kind(
    code="request",
    word="申請",
    model_name="approvals.request",
    parameter="retention.requests_years",
    holder=Holder.SECTION,
    ended="ended_at",
    over=Q(status__in=("completed", "refused", "withdrawn", "discarded", "expired", "recalled")),
    department="department",
    members={
        "approvals.circulation": "request",
        "approvals.comment": "request",
        "approvals.decision": "request",
        "approvals.item": "request",
        "approvals.recusal": "item__request",
        "approvals.reply": "circulation__request",
        "approvals.resolution": "agenda_item__item__request",
        "approvals.subject": "request",
        "approvals.version": "request",
        "approvals.waiver": "request",
        "assets.byodruling": "request",
        "policy.compensatingmeasure": "exception__request",
        "policy.exceptionreview": "exception__request",
        "policy.policyexception": "request",
    },
    blocks=(
        Block("例外措置が終わっていない", "policy.policyexception", "request", Q(status="in_force")),
        Block("監査で抽出されている", "audits.samplepick", "request", Q(sample__engagement__ended_at__isnull=True)),
        Block("持ち出しが終わっていない", "assets.move", "request", Q(closed_at__isnull=True)),
        Block("廃棄の実施が終わっていない", "assets.disposal", "request", Q(status="open")),
        Block("端末の利用を認めた判断が続いている", "assets.byodruling", "request", Q(ended_on__isnull=True)),
        Block("許可した外部サービスを使っている", "assets.externalservice", "permit", ~Q(status__in=("ended", "dropped"))),
        Block("許可した公式アカウントを使っている", "assets.socialaccount", "permit", ~Q(status="ended")),
        Block(COPIES, "disclosure.disclosure", "request", copies()),
        Block(COPIES, "disclosure.disclosure", "exception__request", copies()),
    ),
)

MEETING = Kind(
    code="meeting",
    word="委員会の会議",
    model_name="approvals.meeting",
    parameter="retention.committee_years",
    holder=Holder.CENTRAL,
    ended=Coalesce("minuted_at", "held_at", "planned_at"),
    over=Q(status__in=("minuted", "cancelled")),
    members={
        "approvals.attendance": "meeting",
        "approvals.minutesnote": "meeting",
        "approvals.resolution": "agenda_item__meeting",
    },
)

ITEM = Kind(
    code="item",
    word="委員会の議案",
    model_name="approvals.item",
    parameter="retention.committee_years",
    holder=Holder.CENTRAL,
    ended="ended_at",
    over=Q(status__in=("resolved", "withdrawn"), request=None),
    members={"approvals.recusal": "item"},
)

CIRCULATION = Kind(
    code="circulation",
    word="委員会の周知・協議",
    model_name="approvals.circulation",
    parameter="retention.committee_years",
    holder=Holder.CENTRAL,
    ended="closed_at",
    over=Q(status="closed", request=None),
    members={"approvals.reply": "circulation"},
)

ROUND = Kind(
    code="round",
    word="定期業務の実施",
    model_name="duties.occurrence",
    parameter="retention.duties_years",
    holder=Holder.SECTION,
    ended=Coalesce(TruncDate("done_at"), "due_on"),
    over=Q(status__in=("done", "skipped")),
    department="department",
    members={"duties.remark": "occurrence"},
)

KINDS = (REQUEST, MEETING, ITEM, CIRCULATION, ROUND)
