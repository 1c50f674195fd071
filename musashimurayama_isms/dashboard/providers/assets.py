"""The registers: sheets to check, ledgers that are due, services to look after."""

from collections.abc import Iterator
from datetime import datetime

from assets.ledgers.waiting import days_of_officer, ids_to_answer
from assets.models import ExternalService, IdCheck, LedgerEntry, StockTakeSection
from assets.reach import Reach
from assets.registers import RegisterReach
from musashimurayama_isms.accounts.models import RoleCode, User

from ..desk import Item, waits_if


@waits_if(lambda who: LedgerEntry.objects.filter(who.near()).due(until=who.on))
def ledgers(user: User, at: datetime) -> Iterator[Item]:
    """Rows of the ledgers whose day has come, for the officer."""
    for row in days_of_officer(RegisterReach.of(user, at=at), at=at):
        title = f"{row.declared.name} {row.number} {row.title}"
        yield Item(title, row, row.changed_at, "台帳", row.due_on, why=row.due_words)


@waits_if(lambda who: IdCheck.objects.open().filter(who.wears(RoleCode.PERSONNEL)))
def unused_ids(user: User, at: datetime) -> Iterator[Item]:
    """The round about unused IDs, for the 職員課 (3.10.2.2.3)."""
    for check in ids_to_answer(RegisterReach.of(user, at=at)):
        why = f"{check.waiting}件のIDについて、使用中・停止・抹消のどれにするかを回答してください。"
        yield Item("使われていないIDの点検", check, check.opened_at, "点検", check.due_on, why=why)


@waits_if(lambda who: ExternalService.objects.waiting_for(who.person))
def services(user: User, at: datetime) -> Iterator[Item]:
    """External services whose next list is this person's to answer as their manager (3.12.3.5.2, 3.12.3.7.2)."""
    for row in ExternalService.objects.waiting_for(user).select_related("department__parent"):
        why = f"{row.get_stage_display()}に答えてください。"
        yield Item(row.name, row, row.stage_since, "外部サービス", as_role="外部サービス管理者", why=why)


@waits_if(lambda who: StockTakeSection.objects.open().filter(who.near()))
def stock_takes(user: User, at: datetime) -> Iterator[Item]:
    """The sheets of one's section whose lines wait, and for its officer those that can be closed (3.5.2.1.1)."""
    reach = Reach.of(user, at=at)
    for sheet in StockTakeSection.objects.open().filter(department__in=reach.staff).for_list():
        if sheet.waiting or sheet.department_id in reach.officer:
            yield Item(
                title=str(sheet),
                leads_to=sheet,
                since=sheet.stock_take.opened_at,
                kind="棚卸",
                due=sheet.stock_take.due_on,
                why=f"未確認 {sheet.waiting}件" if sheet.waiting else "すべて確認しました。棚卸を終えてください。",
            )
