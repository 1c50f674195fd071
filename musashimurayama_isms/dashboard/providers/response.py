"""The response to incidents: measures to carry out and to look at, meetings, the cause to agree on."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from incidents.chain import StepCode
from incidents.models import IncidentMeeting, ResponseTask, Step
from incidents.models.response_task import CHECKERS
from incidents.response.waiting import answers_for, checks_for
from musashimurayama_isms.accounts.models import User

from ..desk import Item, waits_if


@waits_if(
    lambda who: ResponseTask.objects.running().filter(
        who.as_party("owner", "department") | who.manages("owner", "incident") | Q(handed_to=who.person)
    )
)
def response_tasks(user: User, at: datetime) -> Iterator[Item]:
    """Measures to carry out."""
    for task in ResponseTask.objects.waiting_for(user, at=at).select_related("incident"):
        yield Item(
            title=f"{task.incident.mark}{task.incident.number} {task.words[:60]}",
            leads_to=task,
            since=task.ordered_at,
            kind="措置",
            due=task.due_on,
            why=f"インシデントの{task.get_kind_display()}です。済んだら記録してください。",
        )


@waits_if(lambda who: ResponseTask.objects.unchecked().exclude(done_by=who.person).filter(who.wears(*CHECKERS)))
def effects(user: User, at: datetime) -> Iterator[Item]:
    """Measures whose effect somebody else has to look at."""
    for task in checks_for(user, at=at):
        yield Item(
            title=f"{task.incident.mark}{task.incident.number} 効果の確認：{task.words[:60]}",
            leads_to=task,
            since=task.done_at,
            kind="確認",
            due=task.check_on,
            why="実施された措置に効果があったかを確かめて、記録してください。",
        )


@waits_if(lambda who: IncidentMeeting.objects.waiting_for(who.person))
def incident_meetings(user: User, at: datetime) -> Iterator[Item]:
    """Meetings about an incident to which the person is called."""
    for meeting in IncidentMeeting.objects.waiting_for(user).select_related("incident"):
        yield Item(
            title=f"{meeting.incident.mark}{meeting.incident.number} {meeting.get_kind_display()}",
            leads_to=reverse("incidents:response", args=[meeting.incident_id]),
            since=meeting.called_at,
            kind="会議",
            due=meeting.planned_at,
            why=f"招集されています（{meeting.place}）。出欠を答えてください。",
            is_urgent=True,
        )


@waits_if(lambda who: Step.objects.pending().filter(code=StepCode.CAUSE))
def cause_answers(user: User, at: datetime) -> Iterator[Item]:
    """The cause of an incident, written and waiting for this party's word (3.9.3.3.1)."""
    for row in answers_for(user, at=at):
        yield Item(
            title=f"{row.incident.mark}{row.incident.number} 原因の記録への回答",
            leads_to=reverse("incidents:response", args=[row.incident_id]),
            since=row.at,
            kind="確認",
            why="原因の記録に同意するか、補うことを答えてください。",
        )
