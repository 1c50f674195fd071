"""The registers: sheets to check, ledgers that are due, services to look after."""

from collections.abc import Iterator
from datetime import datetime

from assets.ledgers.waiting import days_of_officer, ids_to_answer
from assets.models import ExternalService, StockTakeSection
from assets.reach import Reach
from assets.registers import RegisterReach
from musashimurayama_isms.accounts.models import User

from ..desk import Item, waits, waits_if


@waits
def registers(user: User, at: datetime) -> Iterator[Item]:
    """Rows of the ledgers whose day has come, for the officer; the round about unused IDs, for the 職員課 (3.10.2.2.3)."""
    reach = RegisterReach.of(user, at=at)
    for row in days_of_officer(reach, at=at):
        title = f"{row.declared.name} {row.number} {row.title}"
        yield Item(title, row.get_absolute_url(), row.changed_at, "台帳", row.due_on, why=row.due_words)
    for check in ids_to_answer(reach):
        why = f"{check.waiting}件のIDについて、使用中・停止・抹消のどれにするかを回答してください。"
        yield Item("使われていないIDの点検", check.get_absolute_url(), check.opened_at, "点検", check.due_on, why=why)


@waits_if(lambda person, on: ExternalService.objects.waiting_for(person))
def services(user: User, at: datetime) -> Iterator[Item]:
    """External services whose next list is this person's to answer as their manager (3.12.3.5.2, 3.12.3.7.2)."""
    for row in ExternalService.objects.waiting_for(user).select_related("department__parent"):
        why = f"{row.get_stage_display()}に答えてください。"
        yield Item(row.name, row.get_absolute_url(), row.stage_since, "外部サービス", as_role="外部サービス管理者", why=why)


@waits_if(lambda person, on: StockTakeSection.objects.open())
def stock_takes(user: User, at: datetime) -> Iterator[Item]:
    """The sheets of one's section whose lines wait, and for its officer those that can be closed (3.5.2.1.1)."""
    reach = Reach.of(user, at=at)
    for sheet in StockTakeSection.objects.open().filter(department__in=reach.staff).for_list():
        if sheet.waiting or sheet.department_id in reach.officer:
            yield Item(
                title=str(sheet),
                url=sheet.get_absolute_url(),
                since=sheet.stock_take.opened_at,
                kind="棚卸",
                due=sheet.stock_take.due_on,
                why=f"未確認 {sheet.waiting}件" if sheet.waiting else "すべて確認しました。棚卸を終えてください。",
            )
