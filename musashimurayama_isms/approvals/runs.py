"""A run as a step navigation: done by whom and when, now with whom and since when, next (screens.md)."""

from datetime import datetime

from .models import Chair, Decision, Request, Step
from .models.request_type import join_chairs
from .roster import Barred, Roster, names
from .union import Requirement

NAMES_SHOWN = 3


def as_route(request: Request, steps: list[Step], roster: Roster) -> list[dict]:
    """The submission and every step of a run, for components/route.html."""
    return [_submission(request), *(_step(step, request, roster) for step in steps)] if steps else []


def _submission(request: Request) -> dict:
    return {"title": "申請", "state": "done", "who": f"{request.applicant.name}（{request.applicant_as}）", "when": request.submitted_at}


def _step(step: Step, request: Request, roster: Roster) -> dict:
    taken = [seat.decision for seat in step.seats.all() if seat.decision_id]
    shown = list({row.pk: row for row in taken}.values())
    base = {"title": step.words, "state": _state(step, request, shown, roster.at)}
    if step.is_open:
        return {**base, "who": _waiting_on(step, roster, shown), "when": step.started_at, "note": "から待っています"}
    if not shown:
        return {**base, **_ended(step, request)}
    return {**base, **_taken(shown)}


def _state(step: Step, request: Request, shown: list[Decision], at: datetime) -> str:
    if step.is_open:
        return "late" if step.is_overdue(at=at) else "now"
    if shown or step.ended_at:
        return "done"
    return "next" if request.is_in_review else "skipped"


def _waiting_on(step: Step, roster: Roster, shown: list[Decision]) -> str:
    """Who may decide now, after those who have."""
    done = [f"{row.person.name}（済み）" for row in shown]
    return "、".join([*done, _short([row.person.name for row in _able(step, roster)], step)])


def _able(step: Step, roster: Roster) -> list:
    return list({row.person.pk: row for _, row in step.able(roster)}.values())


def _short(people: list[str], step: Step) -> str:
    if not people:
        return "議決を待っています" if any(seat.chair == Chair.COMMITTEE for seat in step.seats.all()) else "決定できる人がいません"
    more = f"ほか{len(people) - NAMES_SHOWN}人" if len(people) > NAMES_SHOWN else ""
    return "、".join(people[:NAMES_SHOWN]) + more


def _ended(step: Step, request: Request) -> dict:
    """A step that was closed without a permit: by a refusal, a return, or a withdrawal."""
    last = next((row for row in reversed(list(request.decisions.all())) if row.step_id == step.pk and row.disputed_at is None), None)
    if last is None:
        return {}
    return {**_taken([last]), "state": "stopped", "outcome": last.get_outcome_display()}


def _taken(shown: list[Decision]) -> dict:
    return {
        "who": "、".join(row.person.name if row.in_place_of_id else f"{row.person.name}（{row.decided_as}）" for row in shown),
        "when": shown[-1].at,
        "in_place_of": next((row.in_place_of.name for row in shown if row.in_place_of), ""),
        "exception": any(row.is_exception for row in shown),
        "note": "、".join(filter(None, [_oral(shown), "条件付き" if any(row.conditions for row in shown) else ""])),
    }


def _oral(shown: list[Decision]) -> str:
    """口頭, and whether the speaker has confirmed it."""
    oral = [row for row in shown if row.is_oral]
    if not oral:
        return ""
    return "口頭" if all(row.confirmed_at for row in oral) else "口頭（本人の確認待ち）"


def ahead(request: Request, barred: Barred, roster: Roster) -> list[dict]:
    """The run as it would be laid out now: who decides, step by step."""
    return [_ahead(each, request, barred, roster) for each in request.requirements]


def _ahead(asked: Requirement, request: Request, barred: Barred, roster: Roster) -> dict:
    chairs = list(dict.fromkeys(roster.chair_for(chair, request.department, barred) for chair in asked.chairs))
    people = names([row for chair in chairs for row in roster.able(chair, request.department, barred)])
    committee = "情報化推進委員会の議決" if Chair.COMMITTEE in chairs else ""
    who = "、".join(filter(None, [committee, *(person.name for person in people[:NAMES_SHOWN])])) or "決定できる人がいません"
    return {"title": join_chairs(chairs, asked.mode), "state": "next", "who": who}
