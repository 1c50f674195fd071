"""Reports to act on, words to confirm, own drafts and reports."""

from collections.abc import Iterator
from datetime import datetime

from incidents.chain import StepCode
from incidents.models import Incident, OralEntry
from incidents.scopes import waiting_for
from musashimurayama_isms.accounts.models import User

from ..desk import Item, keeps, waits


@waits
def incident_acts(user: User, at: datetime) -> Iterator[Item]:
    """Reports to read, to pass on and to answer (3.9.3.1); step 7 stands with its reports (providers.authorities)."""
    for row in waiting_for(user, at=at, without=(StepCode.EXTERNAL,)):
        yield Item(
            title=f"{row.incident.mark}{row.incident.number} {row.incident.kind}",
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
            title=f"{entry.incident.mark}{entry.incident.number} 口頭の記録の確認",
            url=entry.incident.get_absolute_url(),
            since=entry.entered_at,
            kind="確認",
            why=f"{entry.entered_by.name}さんが、あなたの代わりに入力しました。",
        )


@keeps
def incident_reports(user: User, at: datetime) -> Iterator[Item]:
    """Own drafts, and the latest own reports."""
    for draft in Incident.objects.drafts_of(user).select_related("kind")[:5]:
        yield Item(f"{draft.mark}{draft.kind}", draft.get_absolute_url(), draft.saved_at, "下書き", why="まだ報告されていません。")
    for report in Incident.objects.submitted().filter(reporter=user).select_related("kind")[:5]:
        yield Item(
            f"{report.mark}{report.number} {report.kind}", report.get_absolute_url(), report.reported_at, report.get_status_display()
        )
