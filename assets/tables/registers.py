"""The registers of systems and devices, and the check of unused IDs, as tables of 分類Ⅱ (3.5.2.2)."""

from typing import Any

from django.http import Http404

from assets.classification import AssetClass
from assets.filters.system import DeviceFilter, SystemFilter
from assets.models import Device, IdCheck, IdCheckLine, System
from assets.registers import RegisterReach
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table

CODE = Column("番号", "code", 10)
SYSTEMS = (
    CODE,
    *columns_of(
        System,
        *("name", "department", "purpose", "status", "manager", "operators", "vendor", "vendor_contact", "network", "asset_class"),
        *("has_personal", "has_my_number", "software", "backup_method", "backup_cycle", "backup_place", "documents_place"),
        *("in_use_since", "support_ends_on", "retired_on", "note"),
        name=28,
        department=28,
        purpose=36,
        software=30,
    ),
)
DEVICES = (
    CODE,
    *columns_of(
        Device,
        *("kind", "name", "department", "status", "asset_tag", "serial", "hardware_address", "network", "user_text", "place"),
        *("is_portable", "is_off_site", "checked_on", "os", "support_ends_on", "lease_ends_on", "disposed_on", "note"),
        name=28,
        department=28,
        place=24,
    ),
)
CHECKS = columns_of(IdCheck, "opened_at", "opened_by", "months", "due_on", "closed_at", opened_at=18, closed_at=18)
CHECK_LINES = (
    Column("台帳", "entry.declared.name", 24),
    Column("番号", "entry.number", 12),
    Column("ID", "entry.title", 24),
    Column("システム", lambda line: line.entry.data.get("system", {}).get("label", ""), 28),
    Column("所管課", "entry.department.full_name", 28),
    *columns_of(IdCheckLine, "reason", reason=20),
    Column("最後に使った日", lambda line: line.entry.data.get("last_used_on") or "記録なし", 14),
    *columns_of(IdCheckLine, "answer", "note", "answered_by", "answered_at", note=30, answered_at=18),
    Column("いまの状態", "entry.state.label", 14),
)


def _register(asked: Asked, filter_class: Any, columns: tuple[Column, ...]) -> Sheet:
    """The rows of a register, narrowed, as far as the person sees them."""
    reach = RegisterReach.of(asked.user, at=asked.at)
    rows = filter_class.Meta.model.objects.visible_to(asked.user, at=asked.at, reach=reach).select_related("department__parent")
    return Sheet(filter_class(asked.query, queryset=rows).qs, columns, mark=AssetClass.II.label)


@table("assets.systems", "情報システムの台帳", filters=SystemFilter)
def systems(asked: Asked) -> Sheet:
    """The systems by number."""
    return _register(asked, SystemFilter, SYSTEMS)


@table("assets.devices", "機器の台帳", filters=DeviceFilter)
def devices(asked: Asked) -> Sheet:
    """The devices by number."""
    return _register(asked, DeviceFilter, DEVICES)


def _checks(asked: Asked):
    """The rounds of the check; Http404 for who neither begins nor answers them."""
    reach = RegisterReach.of(asked.user, at=asked.at)
    if not reach.checks_ids:
        raise Http404("この一覧はありません。")
    return IdCheck.objects.visible_to(asked.user, at=asked.at, reach=reach)


@table("assets.id_checks", "使われていないIDの点検")
def id_checks(asked: Asked) -> Sheet:
    """All rounds, newest first."""
    return Sheet(_checks(asked).select_related("opened_by"), CHECKS)


@table("assets.id_check_lines", "点検するID", is_personal=True)
def id_check_lines(asked: Asked) -> Sheet:
    """Each ID of a round with its reason and its answer; who uses it is a person."""
    found = asked.subject(IdCheck.objects.visible_to(asked.user, at=asked.at))
    rows = found.lines.select_related("entry__department__parent", "answered_by")
    return Sheet(rows, CHECK_LINES, mark=AssetClass.II.label, subject=found)
