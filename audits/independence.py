"""Who may not audit whom: the own line of the organisation, and the roles that command what is audited (3.13.1.1, 3.4.3.2).

Nothing is stored: a personnel change is seen at once, because the question is asked anew each time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from musashimurayama_isms.accounts.departments import departments
from musashimurayama_isms.accounts.memory import once
from musashimurayama_isms.accounts.models import Appointment, Role, RoleCode, User
from musashimurayama_isms.accounts.own import own
from musashimurayama_isms.accounts.standing import Scope, day_of, standings

OF_AUDIT = {RoleCode.AUDITOR.value, RoleCode.AUDIT_HEAD.value}
COMMANDING = {RoleCode.CISO.value, RoleCode.GENERAL_MANAGER.value, RoleCode.CENTRAL_MANAGER.value}


@dataclass(frozen=True)
class Conflict:
    """Why a person may not audit: the words for the screen, and the clause."""

    words: str
    clause: str


@dataclass(frozen=True)
class Lines:
    """Where one person stands on a day: the lines of the organisation by their key, and the commanding roles held."""

    lines: frozenset[int] = frozenset()
    commands: tuple[str, ...] = ()

    def conflicts(self, line: int) -> list[Conflict]:
        """What stands against auditing somebody of this line."""
        found = []
        if line in self.lines:
            found.append(Conflict("監査を受ける側と同じ部に属しています。", "3.13.1.1"))
        found += [Conflict(f"監査の対象となる対策を指揮する{name}です。", "3.4.3.2") for name in self.commands]
        return found


def lines_by_department(*, at: datetime) -> dict[int, int]:
    """Department → the key of its line: its 部 (or body) as it is called on the day; reorganisations are followed."""
    return once("audit_lines", lambda: _lines_by_department(on=day_of(at)), at=at)


def _lines_by_department(*, on: date) -> dict[int, int]:
    found = {}
    for row in departments().values():
        here = row.successor_on(on)
        found[row.pk] = here.division.successor_on(on).pk if here.division else here.pk
    return found


def lines_of(user: User, *, at: datetime) -> Lines:
    """Where a person stands now, hats worn for others included: a deputy answers for the line as long as that lasts."""
    return once(("audit_lines_of", user.pk), lambda: _lines_of(user, at=at), at=at)


def _lines_of(user: User, *, at: datetime) -> Lines:
    known = lines_by_department(at=at)
    here = own(user, on=day_of(at))
    posted = _of_appointments([(row, here.roles_of(row)) for row in here.serving], at=at).get(user.pk, Lines())
    hats = [hat for hat in standings(user, at=at) if hat.is_deputy and hat.scope == Scope.ANY and hat.role.code not in OF_AUDIT]
    commands = dict.fromkeys([*posted.commands, *(hat.role.name for hat in hats if hat.role.code in COMMANDING)])
    return Lines(posted.lines | {known[hat.department.pk] for hat in hats}, tuple(commands))


def lines_of_many(persons: Iterable[int], *, at: datetime) -> dict[int, Lines]:
    """Where many persons stand by their appointments; two queries. Who is named auditor is not by that of the auditors' own body."""
    on = day_of(at)
    rows = Appointment.objects.in_force(on).serving(on).filter(person__in=list(persons)).select_related("post")
    return _of_appointments([(row, list(row.post.roles.all())) for row in rows.prefetch_related("post__roles")], at=at)


def _of_appointments(pairs: Iterable[tuple[Appointment, list[Role]]], *, at: datetime) -> dict[int, Lines]:
    """Person → the lines of these appointments, each with the roles of its post."""
    known = lines_by_department(at=at)
    lines: dict[int, set[int]] = {}
    commands: dict[int, dict[str, None]] = {}
    for row, roles in pairs:
        codes = {role.code for role in roles}
        if row.kind != Appointment.Kind.NAMED or not codes or codes - OF_AUDIT:
            lines.setdefault(row.person_id, set()).add(known[row.post.department_id])
        commands.setdefault(row.person_id, {}).update(dict.fromkeys(role.name for role in roles if role.code in COMMANDING))
    return {pk: Lines(frozenset(lines.get(pk, ())), tuple(commands.get(pk, ()))) for pk in {*lines, *commands}}
