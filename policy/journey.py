"""How far a changed policy is on its way: compared, reviewed, decided on, in force, confirmed by the staff."""

from dataclasses import dataclass
from functools import cached_property

from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.fiscal import wareki
from policy.comparison import ChangeKind
from policy.models import ConfirmationRound, Revision
from policy.reviewing import Reviews
from policy.visits import Visit

Status = Revision.Status


@dataclass(frozen=True)
class Stage:
    """One step of components/route.html."""

    title: str
    state: str
    note: str = ""


class Journey:
    """The way of one text, for its page."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.revision = visit.revision
        self.reviews = Reviews(visit)

    @cached_property
    def is_later_text(self) -> bool:
        """Whether the text changes another one; the first text has no such way, nor has what was given up."""
        if self.revision.is_outline or self.revision.status == Status.DISCARDED:
            return False
        return self.revision.base_id is not None or not self.revision.is_first_text

    @cached_property
    def changed(self) -> int:
        return self.revision.changes.exclude(kind=ChangeKind.UNCHANGED).count()

    @cached_property
    def obstacles(self) -> list[str]:
        """What stands in the way of a draft."""
        return self.revision.obstacles(at=self.visit.at) if self.revision.status == Status.DRAFT else []

    @property
    def must_compare(self) -> bool:
        """Whether the draft was compared with another text than the one in force."""
        in_force = self.visit.in_force
        return self.revision.status == Status.DRAFT and in_force is not None and self.revision.base_id != in_force.pk

    @property
    def may_discard(self) -> bool:
        return self.visit.hands.prepares and self.revision.status == Status.DRAFT

    @property
    def may_propose(self) -> bool:
        return self.visit.hands.prepares and self.revision.status == Status.DRAFT and not self.obstacles

    @cached_property
    def request(self) -> Request | None:
        """The latest request about the text that the person may see."""
        return Request.objects.about(self.revision).visible_to(self.visit.user, at=self.visit.at).first()

    @cached_property
    def round(self) -> ConfirmationRound | None:
        return ConfirmationRound.objects.filter(revision=self.revision).first()

    @property
    def may_ask(self) -> bool:
        """Whether the person may ask the staff to confirm this text."""
        return self.visit.hands.prepares and ConfirmationRound.can_open(self.visit.user, self.revision, at=self.visit.at)

    @property
    def stages(self) -> list[Stage]:
        """The whole way, each step with how it stands."""
        status, left = self.revision.status, self.reviews.open
        is_draft, is_published = status == Status.DRAFT, status == Status.PUBLISHED
        compared = self.revision.base_id is not None and not self.must_compare
        day = wareki(self.revision.effective_on) if self.revision.effective_on else ""
        applied = self.revision.applied_at is not None
        return [
            Stage("現行の版と比べる", "done" if compared else "now", f"変更のある条項 {self.changed}" if compared else ""),
            Stage("義務の見直し", _state(done=compared and not left, now=compared), f"残り{left}件" if left else ""),
            Stage("委員会の議決とCISOの決裁", _state(done=is_published, now=not is_draft or not self.obstacles)),
            Stage("施行", _state(done=is_published and applied, now=is_published), day if not is_draft else ""),
            Stage("職員の確認", "now" if self.round else "next", f"期限 {wareki(self.round.due_on)}" if self.round else ""),
        ]


def _state(*, done: bool, now: bool) -> str:
    if done:
        return "done"
    return "now" if now else "next"
