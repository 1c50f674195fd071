"""How long the city allows for an act of the chain: the policy only says 速やかに (defects.md 6), so it is a parameter."""

from datetime import datetime, timedelta

from incidents.chain import StepCode
from musashimurayama_isms.fiscal import add_working_time
from musashimurayama_isms.parameters.values import Values

RECEIPT = "receipt"
MINUTES = {
    RECEIPT: "incidents.acknowledge_minutes",
    StepCode.REPORT: "incidents.acknowledge_minutes",
    StepCode.PASS_ON: "incidents.pass_on_minutes",
    StepCode.TO_GENERAL: "incidents.to_general_minutes",
    StepCode.TO_CISO: "incidents.to_ciso_minutes",
    StepCode.COMMITTEE_TO_CISO: "incidents.committee_to_ciso_minutes",
}


def due(act: str, *, start: datetime, is_grave: bool) -> datetime:
    """When an act (a step's code, or RECEIPT) is due that could begin at `start`.

    Working time; clock time day and night when grave, unless the city counts that in working time too.
    """
    values = Values()
    minutes = values[MINUTES[act]]
    by_the_clock = is_grave and values["incidents.grave_clock"]
    return start + timedelta(minutes=minutes) if by_the_clock else add_working_time(start, minutes)
