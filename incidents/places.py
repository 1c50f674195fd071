"""Where the steps of the response are done: step → the name of its page, which takes the incident's pk; each room adds its own."""

from incidents.chain import StepCode

PLACES: dict[str, str] = {
    StepCode.TRIAGE: "incidents:triage",
    StepCode.EXTERNAL: "incidents:authorities",
}
EVERYWHERE = "incidents:response"


def place_of(code: str) -> str:
    """The name of the page where a step is done; the page of the response where no room has said more."""
    return PLACES.get(code, EVERYWHERE)
