"""Days in the registers and ledgers that somebody has to look at: ends of support, of a lease, of an ID; things not returned."""

from datetime import date, datetime, timedelta

from assets.ledgers import registry
from assets.models import Device, LedgerEntry, System
from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.accounts.standing import day_of, holders
from musashimurayama_isms.notifications.notices import notify

SUPPORT_DAYS = 180
LEASE_DAYS = 60


def remind_registers(*, at: datetime) -> int:
    """Tell the officer of the section once before each day and once when it has passed; gives how many were looked at."""
    on = day_of(at)
    return sum((_ledgers(on), _support(on), _leases(on)))


def _ledgers(on: date) -> int:
    longest = max((due.days_before for ledger in registry.ledgers() for due in ledger.dues), default=0)
    rows = LedgerEntry.objects.due(until=on + timedelta(days=longest)).select_related("department__parent")
    ripe = [row for row in rows if any(row.data.get(due.field) and on >= _reminds_on(row, due) for due in row.declared.dues)]
    for row in ripe:
        _tell(row, row.due_words, row.due_on, on=on)
    return len(ripe)


def _reminds_on(row: LedgerEntry, due) -> date:
    return date.fromisoformat(row.data[due.field][:10]) - timedelta(days=due.days_before)


def _support(on: date) -> int:
    until = on + timedelta(days=SUPPORT_DAYS)
    rows = [*System.objects.support_ending(until=until).select_related("department__parent")]
    rows += Device.objects.support_ending(until=until).select_related("department__parent")
    for row in rows:
        _tell(row, "開発元のサポートが終わります", row.support_ends_on, on=on)
    return len(rows)


def _leases(on: date) -> int:
    rows = list(Device.objects.lease_ending(until=on + timedelta(days=LEASE_DAYS)).select_related("department__parent"))
    for row in rows:
        _tell(row, "リースが終わります", row.lease_ends_on, on=on)
    return len(rows)


def _tell(row, words: str, due_on: date, *, on: date) -> None:
    is_over = due_on < on
    name = f"{row.declared.name} {row.number}" if isinstance(row, LedgerEntry) else f"{row._meta.verbose_name} {row.code}"
    notify(
        to=list(holders(RoleCode.SECTION_OFFICER, on=on, department=row.department)),
        title=f"{'【期限超過】' if is_over else ''}{name}：{words}",
        body=f"期日は{due_on.isoformat()}です。画面を開いて確かめてください。",
        url=row.get_absolute_url(),
        subject=row,
        key=f"{row._meta.model_name}:{row.pk}:{words}:{due_on.isoformat()}:{'over' if is_over else 'ahead'}",
    )
