"""What outside bodies are to be told, and what is to be published."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from incidents.chain import StepCode
from incidents.models import Assessment, AuthorityReport, Publication, Step
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of

from ..desk import Item, waits_if

SOON = timedelta(days=3)  # a final report that is due in weeks does not push today's work down


@waits_if(
    lambda who: Step.objects.pending().filter(who.as_party("sender", "incident__department"), code=StepCode.EXTERNAL),
    lambda who: AuthorityReport.objects.to_act_on().filter(who.as_party("holder", "incident__department")),
)
def authority_reports(user: User, at: datetime) -> Iterator[Item]:
    """Step 7 and what this person reports to authorities: one row an incident, with the most urgent report (3.4.2.10.3)."""
    judged = Exists(Assessment.objects.filter(incident=OuterRef("incident")))
    steps = Step.objects.waiting_for(user, at=at).filter(code=StepCode.EXTERNAL).select_related("incident").annotate(is_judged=judged)
    step_of = {step.incident_id: step for step in steps}
    reports: dict = {}
    for report in AuthorityReport.objects.waiting_for(user, at=at).with_facts().by_due():
        reports.setdefault(report.incident_id, []).append(report)
    for pk in {**step_of, **reports}:
        yield _reports_of_one(step_of.get(pk), reports.get(pk, []), at=at)


def _reports_of_one(step: Step | None, reports: list[AuthorityReport], *, at: datetime) -> Item:
    incident = step.incident if step else reports[0].incident
    days = [day_of(step.due_at)] if step else []
    due = min([*days, *(report.due_on for report in reports if report.due_on)], default=None)
    return Item(
        title=f"{incident.mark}{incident.number} 外部への報告{'・公表' if step else ''}",
        leads_to=reverse("incidents:authorities", args=[incident.pk]),
        since=step.started_at if step else reports[0].opened_at,
        kind="外部への報告",
        due=due,
        why=_why(step, reports),
        is_urgent=incident.is_grave and (step is not None or (due is not None and due <= day_of(at) + SOON)),
    )


def _why(step: Step | None, reports: list[AuthorityReport]) -> str:
    more = f"ほか{len(reports) - 1}件" if len(reports) > 1 else ""
    found = f"{reports[0].stage}{more}" if reports else ""
    if step and not step.is_judged:
        return f"質問に答えて、報告先を判断してください（{found}）。" if found else "質問に答えて、報告先を判断してください。"
    return found or "公表するかどうかを決め、段階を終えてください。"


@waits_if(lambda who: Publication.objects.proposed())
def publications(user: User, at: datetime) -> Iterator[Item]:
    """Proposals to publish that this person may decide about as a member of the committee (3.4.2.10.4)."""
    rows = Publication.objects.proposed().visible_to(user, at=at).exclude(proposed_by=user)
    for row in rows.select_related("incident__department__parent", "proposed_by"):
        if row.decider(user, at=at):
            yield Item(
                title=f"{row.incident.mark}{row.incident.number} 公表の案",
                leads_to=reverse("incidents:decide_publication", args=[row.pk]),
                since=row.proposed_at,
                kind="公表の決定",
                why=f"{row.proposed_by.name}さんの案「{row.get_way_display()}」",
            )
