"""What each floor below puts on the desk: the roof asks them, they do not know the roof."""

from collections.abc import Iterator
from datetime import datetime

from assets.models import StockTakeSection
from assets.reach import Reach
from incidents.models import Incident, OralEntry
from incidents.scopes import waiting_for
from musashimurayama_isms.accounts.models import User

from .desk import Item, keeps, waits


@waits
def incident_acts(user: User, at: datetime) -> Iterator[Item]:
    """Reports to read and to pass on (3.9.3.1)."""
    for row in waiting_for(user, at=at):
        yield Item(
            title=f"{row.incident.number} {row.incident.kind}",
            url=row.incident.get_absolute_url(),
            since=row.since,
            kind="インシデント",
            due=row.due,
            why=f"{row.act}（{row.incident.department.full_name} {row.incident.reporter.name}さんの報告）",
            is_urgent=row.incident.is_grave,
        )


@waits
def spoken_words(user: User, at: datetime) -> Iterator[Item]:
    """Words entered in this person's name, to be confirmed (chains.md: 口頭)."""
    for entry in OralEntry.objects.waiting_for(user).select_related("incident", "entered_by"):
        yield Item(
            title=f"{entry.incident.number} 口頭の記録の確認",
            url=entry.incident.get_absolute_url(),
            since=entry.entered_at,
            kind="確認",
            why=f"{entry.entered_by.name}さんが、あなたの代わりに入力しました。",
        )


@waits
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


@keeps
def incident_reports(user: User, at: datetime) -> Iterator[Item]:
    """Own drafts, and the latest own reports."""
    for draft in Incident.objects.drafts_of(user).select_related("kind")[:5]:
        yield Item(str(draft.kind), draft.get_absolute_url(), draft.saved_at, "下書き", why="まだ報告されていません。")
    for report in Incident.objects.submitted().filter(reporter=user).select_related("kind")[:5]:
        yield Item(f"{report.number} {report.kind}", report.get_absolute_url(), report.reported_at, report.get_status_display())
