"""The list of the roof as a table."""

from django.http import Http404

from musashimurayama_isms.approvals.models import Waiver
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table

from .overview.filters import OverrideFilter
from .overview.page import Overview
from .overview.tiles.overrides import granted

OVERRIDES = (
    Column("申請", "request", 40),
    Column("種別", "request.type.name", 24),
    Column("所属", "request.department.full_name", 28),
    *columns_of(Waiver, "person", "reason", "answered_by", "answered_as", "answered_at", "seen_at", reason=40, answered_as=24),
)


@table("overview.overrides", "兼務の例外", filters=OverrideFilter)
def overrides(asked: Asked) -> Sheet:
    """The overrides of the requests that the person sees, the newest first; 404 for whoever has no 状況."""
    try:
        look = Overview(asked.user, at=asked.at).look
    except LookupError:
        raise Http404("この画面はありません。") from None
    rows = granted(look).select_related("request__type", "request__department__parent", "person", "answered_by")
    return Sheet(OverrideFilter(asked.query, queryset=rows.order_by("-answered_at", "-pk")).qs, OVERRIDES)
