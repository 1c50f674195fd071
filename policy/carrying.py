"""The 施行日 of a new text: obligations follow their clauses, what was decided about them is done, the staff are asked to read it.

Done once a text, in one transaction, by the task of the hour or at once where the day has come; a day that was missed is made up.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from policy.models import Bearing, ConfirmationRound, Exemption, Obligation, ObligationReview, Revision
from policy.models.obligation import position_of
from policy.models.review import Decision

Follower = Callable[[Mapping[str, str]], None]
_followers: list[Follower] = []
SET_ASIDE = "~"  # before the key of a row while its number is being changed: two rows may change places


def follow(follower: Follower) -> Follower:
    """Register what else hangs on clause numbers: `follower(numbers)` gets old number → new number of every clause that moved.

    Called on the 施行日 in the same transaction; called in AppConfig.ready, usable as a decorator.
    """
    if follower not in _followers:
        _followers.append(follower)
    return follower


def apply_due_revisions(*, at: datetime) -> int:
    """Make the day of every text whose 施行日 has come, the earliest first; gives their number. Run as often as you like."""
    rows = Revision.objects.due(on=day_of(at)).order_by("effective_on", "pk")
    return sum(come_into_force(revision, at=at) for revision in rows)


@transaction.atomic
def come_into_force(revision: Revision, *, at: datetime) -> bool:
    """Make the day of one text; False where it has not come, or was made before."""
    revision = revision.locked()
    if not Revision.objects.due(on=day_of(at)).filter(pk=revision.pk).exists():
        return False
    counts = Carrying(revision).apply() if revision.base_id else {}
    moved = revision.changes.exclude(old_number="").exclude(new_number="").exclude(old_number=F("new_number"))
    for follower in _followers:
        follower(dict(moved.values_list("old_number", "new_number")))
    revision.applied_at = at
    revision.save(update_fields=["applied_at"])
    record(None, "policy.revision.applied", revision, at=at, decisions=counts, effective_on=revision.effective_on.isoformat())
    ConfirmationRound.open(revision, by=None, at=at)
    return True


@dataclass
class Carrying:
    """The obligations of a text on its way to the next one."""

    revision: Revision
    obligations: list[Obligation] = field(default_factory=list)
    targets: dict[int, str] = field(default_factory=dict)

    def apply(self) -> dict[str, int]:
        """Do what was decided; gives how often each decision was taken."""
        reviews = list(self.revision.reviews.select_related("change").order_by("pk"))
        numbers = dict(self.revision.changes.exclude(old_number="").exclude(new_number="").values_list("old_number", "new_number"))
        self.obligations = list(Obligation.objects.in_force().select_for_update().order_by("position"))
        self.targets = {row.pk: numbers.get(row.clause, row.clause) for row in self.obligations}
        self._carry_exemptions(reviews, numbers)
        by_key = {row.pk: row for row in self.obligations}
        for review in reviews:
            if review.obligation_id in by_key:
                self._carry(by_key[review.obligation_id], review)
        self._add(review for review in reviews if review.decision == Decision.ADD)
        self._renumber()
        return dict(Counter(str(review.decision) for review in reviews))

    def _carry(self, obligation: Obligation, review: ObligationReview) -> None:
        self.targets[obligation.pk] = review.target
        if review.decision == Decision.RETIRE:
            obligation.retired_on = self.revision.effective_on
            del self.targets[obligation.pk]
        if review.decision == Decision.REWORD:
            _reword(obligation, review.wording)

    def _add(self, reviews: Iterable[ObligationReview]) -> None:
        """Obligations of the city's own making, behind those that the clause has."""
        for review in reviews:
            clause, aside = review.target, f"{SET_ASIDE}new{review.pk}"
            obligation = Obligation.objects.create(key=f"city:{review.pk}", clause=aside, ordinal=1, position=0)
            _reword(obligation, review.wording)
            self.obligations.append(obligation)
            self.targets[obligation.pk] = clause

    def _renumber(self) -> None:
        """Set every row that changes its place aside, then give all of them their numbers: none is ever there twice."""
        before = {row.pk: (row.clause, row.ordinal) for row in self.obligations}
        self._give_ordinals()
        moved = [row for row in self.obligations if row.pk in self.targets and (row.clause, row.ordinal) != before[row.pk]]
        places = {row.pk: row.clause for row in moved}
        Obligation.objects.bulk_update([row for row in self.obligations if row.pk not in self.targets], ["retired_on"])
        for row in moved:
            row.clause = f"{SET_ASIDE}{row.pk}"
        Obligation.objects.bulk_update(moved, ["clause"])
        for row in moved:
            row.clause = places[row.pk]
            row.position = position_of(row.clause, row.ordinal)
        fields = ("clause", "ordinal", "position", "names", "names_nobody", *WORDED)
        Obligation.objects.bulk_update(self.obligations, fields, batch_size=200)

    def _give_ordinals(self) -> None:
        """Who stays with its clause keeps its ordinal, who comes to it stands behind."""
        by_clause: dict[str, list[Obligation]] = defaultdict(list)
        for row in self.obligations:
            if row.pk in self.targets:
                by_clause[self.targets[row.pk]].append(row)
        for clause, rows in by_clause.items():
            taken: set[int] = set()
            for row in sorted(rows, key=lambda row: (row.clause != clause, row.position)):
                row.ordinal = row.ordinal if row.ordinal not in taken else max(taken) + 1
                taken.add(row.ordinal)
                row.clause = clause

    def _carry_exemptions(self, reviews: list[ObligationReview], numbers: dict[str, str]) -> None:
        """Reasons why a clause obliges nobody follow it; they end where it is gone, or where it obliges somebody now."""
        rows = list(Exemption.objects.in_force().select_for_update())
        decided = {review.exemption_id: review for review in reviews if review.exemption_id}
        fresh = [review for review in reviews if review.decision == Decision.EXEMPT and not review.exemption_id]
        lapsed = set(self.revision.changes.filter(new_number="").values_list("old_number", flat=True))
        lapsed |= {review.target for review in fresh} - numbers.keys()
        for row in rows:
            review = decided.get(row.pk)
            if row.clause in lapsed or (review and review.decision == Decision.ADD):
                row.retired_on = self.revision.effective_on
            elif review:
                row.reason = review.reason
        Exemption.objects.bulk_update(rows, ["reason", "retired_on"])
        self._renumber_exemptions([row for row in rows if row.retired_on is None], numbers)
        Exemption.objects.bulk_create(Exemption(key=f"city:{row.pk}", clause=row.target, reason=row.reason) for row in fresh)

    def _renumber_exemptions(self, rows: list[Exemption], numbers: dict[str, str]) -> None:
        moved = [row for row in rows if numbers.get(row.clause, row.clause) != row.clause]
        places = {row.pk: numbers[row.clause] for row in moved}
        for place in (lambda row: f"{SET_ASIDE}{row.pk}", lambda row: places[row.pk]):
            for row in moved:
                row.clause = place(row)
            Exemption.objects.bulk_update(moved, ["clause"])


WORDED = ("kind", "is_prohibition", "trigger", "summary", "question", "evidence", "mechanism")


def _reword(obligation: Obligation, wording: dict) -> None:
    """Give an obligation the words that were decided; the caller saves it. Other bearers than before go by the names of their roles."""
    for name in WORDED:
        if name in wording:
            setattr(obligation, name, wording[name])
    if set(wording["bearers"]) != set(obligation.bearer_codes):
        obligation.names, obligation.names_nobody = [], False
        obligation.bearings.all().delete()
        Bearing.objects.bulk_create(Bearing(obligation=obligation, bearer=bearer) for bearer in wording["bearers"])
