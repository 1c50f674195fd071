"""Who has to hear of what happens to an incident as a whole: whoever was told of it, works on it or reported it."""

from datetime import datetime

from incidents.models import Incident, Receipt, ResponseTask
from musashimurayama_isms.accounts.models import User


def everyone_told(incident: Incident, *, at: datetime) -> list[User]:
    """The reporter; who has read a word of it or may read one; who did a step or may do it; members of meetings; owners of measures."""
    found: list[User] = [incident.reporter]
    for receipt in Receipt.objects.filter(step__incident=incident).select_related("received_by", "step"):
        receipt.step.incident = incident
        found += [receipt.received_by] if receipt.received_by else [actor.person for actor in receipt.able(at=at)]
    found += [step.done_by for step in incident.steps.filter(done_by__isnull=False).select_related("done_by")]
    for meeting in incident.meetings.exclude(status="cancelled").prefetch_related("members__person"):
        found += [member.person for member in meeting.members.all()]
    found += owners(incident.tasks.filter(status="open"), at=at)
    return list({user.pk: user for user in found}.values())


def sees(user: User, incident: Incident, *, at: datetime) -> bool:
    """Whether the person may open the report now: whoever may not is sent to no page of it."""
    return Incident.objects.submitted().visible_to(user, at=at).filter(pk=incident.pk).exists()


def owners(tasks, *, at: datetime) -> list[User]:
    """Who may do these measures now."""
    rows: list[ResponseTask] = list(tasks.select_related("department__parent", "handed_to", "incident__department__parent"))
    return [actor.person for task in rows for actor in task.able(at=at)]
