"""What waits for an act of one person: asked once for the whole city, with a fixed number of queries however much waits.

The desk and the room both ask here. The rows are exact: whoever is named may do the act now, deputies and those one up included.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from musashimurayama_isms.accounts.departments import below, departments
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import Standing, standings, with_abolished
from musashimurayama_isms.prepared import Presence

from .matters import carried_out_by, names_parties
from .models import Chair, Decision, Request, Seat, Step, Waiver
from .models.request_set import Reach
from .roster import Roster

DECIDE, SUBMIT, REWRITE, COMPLETE, CARRY_OUT = "決定", "申請", "差戻し", "完了の入力", "実施の記録"
CONFIRM, READ, CONSENT, SEE = "口頭の確認", "後閲", "同意", "例外の確認"
ACTS = DECIDE, SUBMIT, REWRITE, COMPLETE, CARRY_OUT, CONFIRM, READ, CONSENT, SEE


@dataclass(frozen=True)
class Waiting:
    """One act that waits: which, of which request, since when, until when, in which role, and why in one line.

    `row` is what the act is done to, where that is not the request itself: the open step, the decision, the override.
    """

    request: Request
    act: str
    since: datetime
    due: datetime | None = None
    as_role: str = ""
    why: str = ""
    row: Step | Decision | Waiver | None = None


def waiting_for(user: User, *, at: datetime, acts: Collection[str] = ACTS) -> list[Waiting]:
    """Everything that waits for this person at the moment, the longest waiting first; or these acts alone."""
    asked = _Asked(user, at)
    there = _THERE(whom=asked.whom)
    rows = [row for question, act in ACT_OF.items() if act in acts and question in there for row in question(asked)]
    return sorted(rows, key=lambda row: row.since)


class _Asked:
    """The person with the hats, the reach and the roster of the moment, asked once."""

    def __init__(self, user: User, at: datetime) -> None:
        self.user, self.at = user, at
        self.hats: list[Standing] = standings(user, at=at)
        self.reach = Reach.of(user, at=at, hats=self.hats)
        self.roster = Roster(at)
        self.codes = {hat.role.code for hat in self.hats}

    @property
    def whom(self) -> "_Whom":
        """What the conditions of the questions ask for."""
        everywhere = [chair for chair in Chair if self._falls_everywhere(chair)]
        in_places = [chair for chair in Chair if Chair.DIVISION_OFFICER in self._rungs(chair)]
        places = with_abolished({*self.reach.sections, *self.reach.divisions, *below(self.reach.divisions)})
        carried = carried_out_by(self.codes)
        return _Whom(self.user.pk, tuple(everywhere), tuple(in_places), tuple(sorted(places)), tuple(carried))

    def _rungs(self, chair: str) -> set[str]:
        return set(self.roster.ladder(chair)) - {Chair.COMMITTEE}

    def _falls_everywhere(self, chair: str) -> bool:
        """Whether a seat of the chair, wherever it is, may come to one of the roles of the city that the person holds."""
        rungs = self._rungs(chair)
        return any(hat.role.code in rungs and hat.role.reach == hat.role.Reach.CITY for hat in self.hats)


@dataclass(frozen=True)
class _Whom:
    """The person by key; the chairs whose seats may come to them anywhere, or in these places; the types they carry out."""

    person: int
    everywhere: tuple[str, ...]
    in_places: tuple[str, ...]
    places: tuple[int, ...]
    carried: tuple[str, ...]

    def seats(self) -> QuerySet[Seat]:
        """The free seats of open steps that may come to the person."""
        free = Seat.objects.filter(decision__isnull=True, step__in=Step.objects.open(), step__request__status=Request.Status.IN_REVIEW)
        return free.filter(Q(chair__in=self.everywhere) | Q(chair__in=self.in_places, department__in=self.places))


def _decisions(asked: _Asked) -> Iterator[Waiting]:
    """Open steps with a free seat that the person may decide in now."""
    for step in _candidates(asked):
        seats = step.seats_of(asked.user, asked.roster)
        if seats:
            who = step.request.applicant or step.request.drafter
            role = "、".join(dict.fromkeys(standing.label for _, standing in seats))
            why = f"{step.request.department.full_name} {who.name}さんの申請"
            yield Waiting(step.request, DECIDE, step.started_at, step.due_at, role, why, step)


def _candidates(asked: _Asked) -> Iterable[Step]:
    """The open steps with a seat that may fall to the person: the own chairs, and those below them whose holders cannot decide.

    Looked at in short first: of the highest hats every seat of the city could be, and nearly none is.
    """
    facts = "step", "chair", "department", "step__request__drafter", "step__request__applicant", "step__request__type__code"
    found = {step for step, *seat in asked.whom.seats().values_list(*facts) if _may_fall(asked, *seat)}
    return with_people(Step.objects.filter(pk__in=found)) if found else []


def _may_fall(asked: _Asked, chair: str, department: int, drafter: int, applicant: int | None, type_code: str) -> bool:
    """Whether nobody decides in the seat before this person for certain; what is not known in short is left to `seats_of`."""
    for rung in asked.roster.ladder(chair):
        holders = asked.roster.holders(rung, departments()[department])
        if any(row.person.pk == asked.user.pk for row in holders):
            return True
        certain = [row for row in holders if not row.is_deputy and row.person.pk not in (drafter, applicant)]
        if certain and not names_parties(type_code):
            return False
    return False


def with_people(steps: QuerySet[Step]) -> QuerySet[Step]:
    """Steps with all that `able` asks for, so that a row costs no further query."""
    return steps.select_related(
        "request__type", "request__department__parent", "request__department__successor__parent", "request__drafter", "request__applicant"
    ).prefetch_related(
        "seats__department__parent", "seats__department__successor__parent", "request__decisions", "request__waivers", "request__subjects"
    )


def _submissions(asked: _Asked) -> Iterator[Waiting]:
    """Drafts handed over that the person may submit."""
    mine = asked.codes - {RoleCode.TERMINAL_USER}
    rows = Request.objects.prepared().for_list().select_related("department__successor__parent") if mine else ()
    for request in rows:
        hat = request.applying(asked.user, at=asked.at, hats=asked.hats)
        if hat is not None:
            why = f"{request.department.full_name} {request.drafter.name}さんの起案。確かめて申請してください"
            yield Waiting(request, SUBMIT, request.saved_at, as_role=hat.label, why=why)


def _own(person: int) -> Q:
    """What lies with its drafter, or with the applicant where the drafter has left."""
    return Q(drafter=person) | Q(applicant=person, drafter__is_active=False)


def _returned(asked: _Asked) -> Iterator[Waiting]:
    """Requests that came back: they lie with their drafter, or with the applicant where the drafter has left."""
    rows = Request.objects.filter(_own(asked.user.pk), status=Request.Status.RETURNED).for_list().prefetch_related("decisions")
    for request in rows:
        since = max((row.at for row in request.decisions.all() if row.outcome == Decision.Outcome.RETURN), default=request.saved_at)
        yield Waiting(request, REWRITE, since, why="理由を読み、直して出し直すか、取り下げてください")


def _expired(asked: _Asked) -> Iterator[Waiting]:
    """Permits whose days are over and of which nobody has said that they are done."""
    for request in Request.objects.filter(_own(asked.user.pk), status=Request.Status.EXPIRED).for_list():
        yield Waiting(request, COMPLETE, request.ended_at, why="許可の期間が終わりました。済んでいるときは完了にしてください")


def _to_carry_out(asked: _Asked) -> Iterator[Waiting]:
    """Permits and notices that a role of the person carries out, such as the removal of an ID."""
    rows = _carried_out(asked.whom).for_list().select_related("department__successor__parent")
    for request in rows:
        if request.applicant_id != asked.user.pk and request.is_completed_by(asked.user, at=asked.at, hats=asked.hats):
            yield Waiting(request, CARRY_OUT, request.decided_at, why=f"{request.department.full_name}から。行ったら記録してください")


def _carried_out(whom: _Whom) -> QuerySet[Request]:
    return Request.objects.filter(type__code__in=whom.carried, status=Request.Status.RUNNING)


def _spoken(asked: _Asked) -> Iterator[Waiting]:
    """Oral permits entered in the person's name."""
    for decision in _of_requests(Decision.objects.awaiting_confirmation_by(asked.user)).select_related("entered_by"):
        why = f"{decision.entered_by.name}さんが、あなたの口頭の許可として入力しました"
        yield Waiting(decision.request, CONFIRM, decision.entered_at, as_role=decision.decided_as, why=why)


def _in_my_place(asked: _Asked) -> Iterator[Waiting]:
    """What a deputy decided while the person was away."""
    for decision in _of_requests(Decision.objects.awaiting_review_by(asked.user)).select_related("person"):
        yield Waiting(decision.request, READ, decision.at, why=f"不在の間に、{decision.person.name}さんが代決しました", row=decision)


def _of_requests(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    return decisions.select_related("request__type", "request__department__parent")


def _consents(asked: _Asked) -> Iterator[Waiting]:
    """やむを得ない場合: overrides that the person may consent to."""
    rows = Waiver.objects.asked().filter(request__status=Request.Status.IN_REVIEW, version=F("request__version"))
    people = "request__department__parent", "request__department__successor__parent", "request__type", "person"
    for waiver in rows.select_related(*people).prefetch_related("request__decisions", "request__waivers", "request__subjects"):
        if waiver.can_answer(asked.user, at=asked.at, roster=asked.roster):
            why = f"申請に関わった{waiver.person.name}さんが決定することの申出です"
            yield Waiting(waiver.request, CONSENT, waiver.asked_at, why=why)


def _overrides(asked: _Asked) -> Iterator[Waiting]:
    """For the CISO: overrides granted and not yet seen."""
    if RoleCode.CISO in asked.reach.city:
        for waiver in Waiver.objects.unseen().select_related("request__type", "request__department__parent", "person"):
            why = f"兼務の例外（{waiver.person.name}さんの決定）に同意がありました"
            yield Waiting(waiver.request, SEE, waiver.answered_at, why=why, row=waiver)


# Without such rows a question has nothing to say to anybody; which of them are the person's, the question asks.
QUESTIONS = {
    _decisions: lambda whom: whom.seats(),
    _submissions: lambda whom: Request.objects.prepared(),
    _returned: lambda whom: Request.objects.filter(_own(whom.person), status=Request.Status.RETURNED),
    _expired: lambda whom: Request.objects.filter(_own(whom.person), status=Request.Status.EXPIRED),
    _to_carry_out: _carried_out,
    _spoken: lambda whom: Decision.objects.awaiting_confirmation_by(whom.person),
    _in_my_place: lambda whom: Decision.objects.awaiting_review_by(whom.person),
    _consents: lambda whom: Waiver.objects.asked().filter(request__status=Request.Status.IN_REVIEW),
    _overrides: lambda whom: Waiver.objects.unseen(),
}
_THERE = Presence(QUESTIONS)
ACT_OF = {
    _decisions: DECIDE,
    _submissions: SUBMIT,
    _returned: REWRITE,
    _expired: COMPLETE,
    _to_carry_out: CARRY_OUT,
    _spoken: CONFIRM,
    _in_my_place: READ,
    _consents: CONSENT,
    _overrides: SEE,
}
