"""How long the city allows for an act of the chain: the policy only says 速やかに (defects.md 6), so it is a parameter."""

from datetime import datetime, timedelta

from incidents.chain import StepCode
from musashimurayama_isms.fiscal import TOKYO, add_working_time, closing_after, closing_on, next_working_day
from musashimurayama_isms.parameters.values import Values

RECEIPT = "receipt"
MINUTES = {
    RECEIPT: "incidents.acknowledge_minutes",
    StepCode.REPORT: "incidents.acknowledge_minutes",
    StepCode.PASS_ON: "incidents.pass_on_minutes",
    StepCode.TO_GENERAL: "incidents.to_general_minutes",
    StepCode.TO_CISO: "incidents.to_ciso_minutes",
    StepCode.COMMITTEE_TO_CISO: "incidents.committee_to_ciso_minutes",
    StepCode.TRIAGE: "incidents.triage_minutes",
    StepCode.MEASURES: "incidents.measures_minutes",
}
WORKING_DAYS = {StepCode.EXTERNAL: "incidents.first_report_working_days"}
DAYS = {
    StepCode.CAUSE: "incidents.cause_days",
    StepCode.PREVENTION: "incidents.prevention_days",
    StepCode.CONFIRMATION: "incidents.confirmation_days",
}


def due(act: str, *, start: datetime, reported_at: datetime, is_grave: bool) -> datetime:
    """When an act (a step's code, or RECEIPT) is due that could begin at `start`, in an incident reported at `reported_at`.

    Minutes run in working time; by the clock, day and night, when grave, unless the city counts that in working time too.
    The long terms of the response run from the report, in calendar days to closing time of that or the next open day.
    """
    values = Values()
    if act in WORKING_DAYS:
        return closing_after(reported_at, values[WORKING_DAYS[act]])
    if act in DAYS:
        day = reported_at.astimezone(TOKYO).date() + timedelta(days=values[DAYS[act]])
        return max(closing_on(next_working_day(day)), start)
    minutes = values[MINUTES[act]]
    by_the_clock = is_grave and values["incidents.grave_clock"]
    return start + timedelta(minutes=minutes) if by_the_clock else add_working_time(start, minutes)
