"""The rules that a type of request rests on (3.12.3.1, 3.12.4.1, 3.12.5.1): it can be applied for once they stand."""

from datetime import date

from musashimurayama_isms.approvals.models import RequestType
from musashimurayama_isms.transitions import InvalidTransition
from policy.models import Regulation
from policy.regulations import Register


def missing_rules(request_type: RequestType, *, on: date) -> list[Regulation]:
    """Those that neither stand in the portal nor are kept elsewhere on the day. KeyError for a rule that nobody knows."""
    register = Register(on=on)
    entries = [register.entry(code) for code in request_type.rests_on]
    return [entry.regulation for entry in entries if not entry.is_in_force]


def words_of_missing(request_type: RequestType, *, on: date) -> str:
    """One short sentence on what has to be set down first; "" where nothing is missing."""
    missing = missing_rules(request_type, on=on)
    return f"先に定める規程や手順が{len(missing)}件残っています。定められると申請できます。" if missing else ""


def guard_rules(request_type: RequestType, *, on: date) -> None:
    """InvalidTransition naming what has to be set down first."""
    if missing := missing_rules(request_type, on=on):
        titles = "」「".join(rule.title for rule in missing)
        raise InvalidTransition(f"「{titles}」がまだ定められていないため、申請できません。定めるべき規程の一覧で状況を確かめてください。")
