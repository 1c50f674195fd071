"""What waits for a person in the response beside steps and measures: checks of effect, answers to a cause."""

from datetime import datetime, timedelta

from django.db.models import Case, Max, When

from incidents.chain import Party, StepCode
from incidents.models import CauseAnalysis, Incident, ResponseTask, Step
from incidents.models.response_task import CHECKERS
from incidents.parties import Reach
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of

BEFORE = timedelta(days=7)
SHOWN = "words", "done_at", "check_on", "incident__fiscal_year", "incident__sequence", "incident__is_drill"  # of a measure on the desk


def checks_for(user: User, *, at: datetime) -> list[ResponseTask]:
    """Measures done whose effect this person may look at, from a week before the day on; never one's own (separation by person)."""
    reach = Reach.of(user, at=at)
    if not reach.city & set(CHECKERS):
        return []
    rows = ResponseTask.objects.unchecked().filter(check_on__lte=day_of(at) + BEFORE).exclude(done_by=user)
    rows = rows.exclude(incident__status__in=(Incident.Status.MISTAKEN,)).visible_to(user, at=at, reach=reach)
    mine = Case(When(reach.as_party("owner", "department"), then=True), default=False)
    rows = rows.exclude(handed_to=user).annotate(is_mine=mine).filter(is_mine=False)
    return list(rows.select_related("incident").only(*SHOWN))


def answers_for(user: User, *, at: datetime) -> list[CauseAnalysis]:
    """The latest version of each cause that this person's party has not answered yet, while step 8 waits."""
    reach = Reach.of(user, at=at)
    if not (reach.city or reach.sections or reach.divisions):
        return []
    waiting = Step.objects.pending().filter(code=StepCode.CAUSE).values("incident")
    latest = CauseAnalysis.objects.filter(incident__in=waiting).order_by().values("incident").annotate(last=Max("pk")).values("last")
    rows = CauseAnalysis.objects.filter(pk__in=latest).select_related("incident__department").prefetch_related("answers")
    return [row for row in rows if any(_speaks_for(party, row.incident, reach) for party in row.unanswered())]


def _speaks_for(party: str, incident: Incident, reach: Reach) -> bool:
    """Whether the person acts for the party where this incident belongs; never the chief who is the matter of it."""
    if incident.bypasses_chief and incident.department_id in reach.chief_of:
        return False
    if party == Party.SECTION_OFFICER:
        return incident.department_id in reach.sections
    if party == Party.DIVISION_OFFICER:
        return incident.department_id in reach.divisions or incident.department.parent_id in reach.divisions
    return party in reach.city
