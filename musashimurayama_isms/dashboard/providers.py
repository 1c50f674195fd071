"""What each floor below puts on the desk: the roof asks them, they do not know the roof."""

from collections.abc import Iterator
from datetime import datetime

from assets.ledgers.waiting import days_of_officer, ids_to_answer
from assets.registers import RegisterReach
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
def registers(user: User, at: datetime) -> Iterator[Item]:
    """Rows of the ledgers whose day has come, for the officer; the round about unused IDs, for the 職員課 (3.10.2.2.3)."""
    reach = RegisterReach.of(user, at=at)
    for row in days_of_officer(reach, at=at):
        title = f"{row.declared.name} {row.number} {row.title}"
        yield Item(title, row.get_absolute_url(), row.changed_at, "台帳", row.due_on, why=row.due_words)
    for check in ids_to_answer(reach):
        why = f"{check.waiting}件のIDについて、使用中・停止・抹消のどれにするかを回答してください。"
        yield Item("使われていないIDの点検", check.get_absolute_url(), check.opened_at, "点検", check.due_on, why=why)


@keeps
def incident_reports(user: User, at: datetime) -> Iterator[Item]:
    """Own drafts, and the latest own reports."""
    for draft in Incident.objects.drafts_of(user).select_related("kind")[:5]:
        yield Item(str(draft.kind), draft.get_absolute_url(), draft.saved_at, "下書き", why="まだ報告されていません。")
    for report in Incident.objects.submitted().filter(reporter=user).select_related("kind")[:5]:
        yield Item(f"{report.number} {report.kind}", report.get_absolute_url(), report.reported_at, report.get_status_display())
