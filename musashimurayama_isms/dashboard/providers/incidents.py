"""Reports to act on, words to confirm, own drafts and reports."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Prefetch

from incidents.chain import StepCode
from incidents.models import Incident, OralEntry, Receipt, Step
from incidents.scopes import Waiting, waiting_for
from musashimurayama_isms.accounts.models import User

from ..desk import Item, Ready, keeps, waits_if

SENT = 100  # the latest; older ones are found in the room
RECEIVE = "受領する"  # how incidents.scopes calls what asks for nothing but a 受領


@waits_if(
    lambda who: Step.objects.pending().filter(who.as_party("sender", "incident__department")).exclude(code=StepCode.EXTERNAL),
    lambda who: Receipt.objects.pending().filter(
        who.as_party("party", "step__incident__department") | who.manages("party", "step__incident")
    ),
)
def incident_acts(user: User, at: datetime) -> Iterator[Item]:
    """Reports to read, to pass on and to answer (3.9.3.1); step 7 stands with its reports (providers.authorities)."""
    for row in waiting_for(user, at=at, without=(StepCode.EXTERNAL,)):
        yield Item(
            title=f"{row.incident.mark}{row.incident.number} {row.incident.kind}",
            leads_to=row.incident,
            since=row.since,
            kind="インシデント",
            due=row.due,
            why=f"{row.act}（{row.incident.department.full_name} {row.incident.reporter.name}さんの報告）",
            is_urgent=row.incident.is_grave,
            acts=_acts(row),
        )


def _acts(row: Waiting) -> tuple[Ready, ...]:
    """A plain 受領 can be said from the list, but not of a grave incident: that one is opened."""
    return (Ready.of("incident", row.incident),) if row.act == RECEIVE and not row.incident.is_grave else ()


@waits_if(lambda who: OralEntry.objects.waiting_for(who.person))
def spoken_words(user: User, at: datetime) -> Iterator[Item]:
    """Words entered in this person's name, to be confirmed (chains.md: 口頭)."""
    for entry in OralEntry.objects.waiting_for(user).select_related("incident", "entered_by"):
        yield Item(
            title=f"{entry.incident.mark}{entry.incident.number} 口頭の記録の確認",
            leads_to=entry.incident,
            since=entry.entered_at,
            kind="確認",
            why=f"{entry.entered_by.name}さんが、あなたの代わりに入力しました。",
        )


@keeps
def incident_reports(user: User, at: datetime) -> Iterator[Item]:
    """Own drafts, and own reports with whom each waits for now."""
    for draft in Incident.objects.drafts_of(user).select_related("kind"):
        yield Item(
            title=f"{draft.mark}{draft.kind}",
            leads_to=draft,
            since=draft.saved_at,
            kind="インシデント",
            status="下書き",
            holder="あなた",
            why="まだ報告されていません。",
        )
    pending = Prefetch("steps", Step.objects.pending().order_by("due_at"), to_attr="pending_steps")
    reports = Incident.objects.submitted().filter(reporter=user).select_related("kind").prefetch_related(pending)
    for report in reports.order_by("-reported_at")[:SENT]:
        steps = report.pending_steps
        yield Item(
            title=f"{report.mark}{report.number} {report.kind}",
            leads_to=report,
            since=min((step.started_at for step in steps), default=report.reported_at),
            kind="インシデント",
            due=steps[0].due_at if steps else None,
            status=report.get_status_display(),
            holder="、".join(dict.fromkeys(step.get_sender_display() for step in steps)),
            is_over=not report.is_open,
        )
