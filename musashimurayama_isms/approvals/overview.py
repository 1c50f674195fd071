"""Everything the page of one request shows to one person, asked with a bounded number of queries."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import Standing, standings
from musashimurayama_isms.files.models import StoredFile

from .facts import Change, changes_between, facts_of, settled_facts
from .history import Line, Return, history_of, why_returned
from .matters import Business
from .models import Chair, Comment, Decision, Request, Seat, Step, Version, Waiver
from .models.decision import NOT_A_DECIDER, SEPARATED
from .models.request_set import Reach
from .roster import Roster
from .runs import as_route

LIKE_CASES = 5


@dataclass
class Overview:
    """One person's view of one request at a moment; the request comes from `Request.objects.with_run()`."""

    request: Request
    user: User
    at: datetime

    # -- who the person is -----------------------------------------------------------------------------------------
    @cached_property
    def hats(self) -> list[Standing]:
        return standings(self.user, at=self.at)

    @cached_property
    def reach(self) -> Reach:
        return Reach.of(self.user, at=self.at, hats=self.hats)

    @cached_property
    def roster(self) -> Roster:
        return Roster(self.at)

    @cached_property
    def is_own(self) -> bool:
        """Whether the person may decide nothing of it (3.4.3.1)."""
        return self.user.pk in self.request.barred.parties

    @property
    def is_of_request(self) -> bool:
        return self.user.pk in (self.request.drafter_id, self.request.applicant_id)

    # -- the run ---------------------------------------------------------------------------------------------------
    @cached_property
    def steps(self) -> list[Step]:
        """The run of the version that is or was decided on."""
        return [step for step in self.request.steps.all() if step.version == self.request.version]

    @cached_property
    def open_step(self) -> Step | None:
        return next((step for step in self.steps if step.is_open), None)

    @cached_property
    def able(self) -> list[tuple[Seat, Standing]]:
        """Who may decide the open step now."""
        return self.open_step.able(self.roster) if self.open_step else []

    @cached_property
    def deciders(self) -> list[Standing]:
        """Each person who may decide now, once."""
        return list({row.person.pk: row for _, row in self.able}.values())

    @cached_property
    def my_seats(self) -> list[Standing]:
        """The hats in which this person may decide now; empty for everybody else."""
        return [row for _, row in self.able if row.person.pk == self.user.pk]

    @cached_property
    def came_late(self) -> bool:
        """Whether the person sat in a step that another has settled meanwhile."""
        seats = [seat for step in self.steps if step.ended_at for seat in step.seats.all()]
        sitting = {row.person.pk for seat in seats for row in self.roster.holders(seat.chair, seat.department)}
        return self.user.pk in sitting and not self.is_own

    @property
    def refusal(self) -> str:
        """Why this person may not decide it."""
        return SEPARATED if self.is_own else NOT_A_DECIDER

    @cached_property
    def is_one_up(self) -> bool:
        """Whether the route left nobody in a seat, so that the next one up decides."""
        return any(seat.chair != row.role.code for seat, row in self.able)

    @cached_property
    def awaits_committee(self) -> bool:
        free = [seat for seat in self.open_step.seats.all() if seat.decision_id is None] if self.open_step else []
        return any(seat.chair == Chair.COMMITTEE for seat in free)

    @cached_property
    def nobody_decides(self) -> bool:
        return self.open_step is not None and not self.able and not self.awaits_committee

    @cached_property
    def route(self) -> list[dict]:
        return as_route(self.request, self.steps, self.roster)

    @cached_property
    def earlier_runs(self) -> list[tuple[Version, list[Decision]]]:
        """The versions that came back, with what was decided of them; the latest first."""
        before = [version for version in self.request.versions.all() if version.number < self.request.version]
        return [(version, self._decided(version.number)) for version in reversed(before)]

    def _decided(self, number: int) -> list[Decision]:
        return [row for row in self.request.decisions.all() if row.version == number]

    @cached_property
    def decisions(self) -> list[Decision]:
        """What was decided of the version in hand."""
        return self._decided(self.request.version)

    @cached_property
    def returned(self) -> Return | None:
        """Why it lies with its drafter again."""
        return why_returned(self.request)

    @cached_property
    def conditions(self) -> list[Decision]:
        """The conditions on which it is permitted."""
        if self.request.status in (*Request.EDITABLE, Request.Status.REFUSED, Request.Status.WITHDRAWN):
            return []
        return [row for row in self.decisions if row.conditions and row.disputed_at is None]

    # -- what it wants from the person -----------------------------------------------------------------------------
    @cached_property
    def can_submit(self) -> bool:
        return self.request.status == Request.Status.PREPARED and self._applying is not None

    @cached_property
    def _applying(self) -> Standing | None:
        return self.request.applying(self.user, at=self.at, hats=self.hats)

    @cached_property
    def can_edit(self) -> bool:
        return self.request.status in Request.EDITABLE and self.request.can_edit(self.user, at=self.at)

    @cached_property
    def can_withdraw(self) -> bool:
        return self.request.can_withdraw(self.user)

    @cached_property
    def can_complete(self) -> bool:
        return self.request.can_complete(self.user, at=self.at)

    @cached_property
    def settled(self) -> list[tuple[str, object]]:
        """What the decision itself has settled."""
        return settled_facts(self.request)

    @cached_property
    def report(self) -> list[tuple[str, object]]:
        """What was recorded when it was done."""
        form = self.request.matter.completion(self.request)
        return form.facts_of(self.request.report) if form and self.request.report else []

    @cached_property
    def business(self) -> Business | None:
        """Where what is permitted is carried out."""
        is_running = self.request.status in (Request.Status.RUNNING, Request.Status.EXPIRED, Request.Status.RECALLED)
        return self.request.matter.business(self.request) if is_running else None

    @cached_property
    def can_recall(self) -> bool:
        return self.request.can_recall(self.user, at=self.at)

    @cached_property
    def can_enter_oral(self) -> bool:
        return not self.is_own and any(row.person.pk != self.user.pk for row in self.deciders)

    @cached_property
    def can_ask_waiver(self) -> bool:
        """やむを得ない場合: its own people may ask that a separated holder decides all the same."""
        return self.open_step is not None and self.is_of_request and bool(self.separated)

    @cached_property
    def separated(self) -> list[User]:
        """Who holds a seat and may not decide, and for whom nobody has asked yet."""
        asked = {row.person_id for row in self.request.waivers.all() if row.version == self.request.version}
        return [user for user in self.request.separated_holders(at=self.at) if user.pk not in asked]

    @cached_property
    def my_spoken(self) -> list[Decision]:
        """Oral permits in this person's name, to be confirmed or denied."""
        rows = [row for row in self.request.decisions.all() if row.is_oral and row.person_id == self.user.pk]
        return [row for row in rows if row.confirmed_at is None and row.disputed_at is None]

    @cached_property
    def my_unread(self) -> list[Decision]:
        """後閲: what was decided in this person's place."""
        return [row for row in self.request.decisions.all() if row.awaits_review and row.in_place_of_id == self.user.pk]

    @cached_property
    def my_waivers(self) -> list[Waiver]:
        """Overrides that this person may consent to."""
        if not self.request.is_in_review:
            return []
        rows = [row for row in self.request.waivers.all() if row.version == self.request.version]
        return [row for row in rows if row.can_answer(self.user, at=self.at, roster=self.roster)]

    @cached_property
    def unseen_waivers(self) -> list[Waiver]:
        """For the CISO."""
        rows = [row for row in self.request.waivers.all() if row.is_granted and row.seen_at is None]
        return rows if RoleCode.CISO in self.reach.city else []

    @cached_property
    def checks(self) -> list[tuple[str, str]]:
        return [(check.clause, check.words) for check in self.request.matter.checks_for(self.request)]

    # -- what it is about ------------------------------------------------------------------------------------------
    @cached_property
    def version(self) -> Version | None:
        """The version in hand."""
        return next((row for row in self.request.versions.all() if row.number == self.request.version), None)

    @cached_property
    def facts(self) -> list[tuple[str, object]]:
        """What the decider reads: of the frozen version while it is decided on and after, of the text while it is written."""
        is_frozen = self.version is not None and self.request.status not in Request.EDITABLE
        return facts_of(self.request, self.version if is_frozen else self.request)

    @cached_property
    def changes(self) -> list[Change]:
        """What is different from the version that came back."""
        before = next((row for row in self.request.versions.all() if row.number == self.request.version - 1), None)
        return changes_between(self.request, before, self.version) if before else []

    @cached_property
    def files(self) -> list[StoredFile]:
        return list(StoredFile.objects.about(self.request))

    @cached_property
    def decided_files(self) -> list[StoredFile]:
        """The files that belong to the version in hand; all of them while it is written."""
        frozen = set(self.version.attachments) if self.version and self.request.status not in Request.EDITABLE else None
        return [row for row in self.files if frozen is None or row.sha256 in frozen]

    @cached_property
    def later_files(self) -> list[StoredFile]:
        """Files that came with comments after it was submitted."""
        return [row for row in self.files if row not in self.decided_files]

    @cached_property
    def likes(self) -> list[Request]:
        """The latest decided requests of the type that this person may see."""
        rows = Request.objects.visible_to(self.user, at=self.at, reach=self.reach).decided().filter(type=self.request.type)
        return list(rows.exclude(pk=self.request.pk).for_list().prefetch_related("decisions").order_by("-submitted_at")[:LIKE_CASES])

    @cached_property
    def comments(self) -> list[Comment]:
        return list(self.request.comments.select_related("by"))

    @cached_property
    def history(self) -> list[Line]:
        return history_of(self.request)
