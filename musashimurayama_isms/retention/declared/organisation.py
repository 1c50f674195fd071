"""What was written about persons to run the portal, and the masked copies that were handed out."""

from django.db.models import Q
from django.db.models.functions import Coalesce

from ..kinds import Holder, Kind

CHANGE = Kind(
    code="personnel-change",
    word="人事異動の取込み",
    model_name="accounts.personnelchange",
    parameter="retention.imports_years",
    holder=Holder.CENTRAL,
    ended=Coalesce("closed_at", "applied_at"),
    over=Q(status__in=("applied", "undone", "discarded")),
    members={"accounts.personnelline": "change", "accounts.handoveritem": "change"},
)

LOCK = Kind(
    code="lock",
    word="利用者の緊急停止",
    model_name="accounts.emergencylock",
    parameter="retention.violations_years",
    holder=Holder.CENTRAL,
    ended="released_at",
)

RESET = Kind(
    code="reset",
    word="確認方法の解除",
    model_name="accounts.factorreset",
    parameter="retention.imports_years",
    holder=Holder.CENTRAL,
    ended="ended_at",
    over=~Q(status="asked"),
)

COPY = Kind(
    code="copy",
    word="黒塗りの写し",
    model_name="disclosure.disclosure",
    parameter="retention.requests_years",
    holder=Holder.CENTRAL,
    ended=Coalesce("approved_at", "submitted_at", "created_at"),
    over=Q(status__in=("approved", "dropped")),
    members={"disclosure.span": "disclosure"},
)

KINDS = (CHANGE, LOCK, RESET, COPY)
