"""The way of a changed policy into force: looked at by the committee, decided on, and back to the desk when it is not accepted.

Part of Revision; the decision itself is a request (policy.revision_requests), which alone opens these doors.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.hands import Hands

if TYPE_CHECKING:
    from .document import Revision


class Adoption:
    """What a Revision does once it changes a text that is in force already."""

    def obstacles(self: "Revision", *, at: datetime, effective_on: date | None = None) -> list[str]:
        """Why this draft may not be put to the committee or published now, each a sentence for the person; empty where it may."""
        in_force = type(self).objects.in_force(day_of(at)).filter(document=self.document_id).first()
        found = []
        if in_force is None or in_force.is_outline or self.base_id != in_force.pk:
            found.append("現行の版と比べた結果がないか、比べたあとで現行の版が替わっています。もう一度比べてください。")
        if self.document.revisions.texts().filter(applied_at=None).exclude(pk=self.pk).exists():
            found.append("施行日を待っている版があります。その版が施行されてから進めてください。")
        if left := self.reviews.open().count():
            found.append(f"義務の見直しが{left}件残っています。すべて判断してから進めてください。")
        if effective_on and in_force and effective_on <= in_force.effective_on:
            found.append(f"施行日は、現行の版の施行日（{wareki(in_force.effective_on)}）より後の日にしてください。")
        return found

    def guard(self: "Revision", *, at: datetime, effective_on: date | None = None) -> None:
        """InvalidTransition with the first obstacle, if there is one."""
        if found := self.obstacles(at=at, effective_on=effective_on):
            raise InvalidTransition(found[0])

    def can_propose(self: "Revision", user: User, *, at: datetime) -> bool:
        """Whether the person may put this draft to the committee, once nothing stands in the way (2.12, 3.13.3)."""
        return self.status == self.Status.DRAFT and not self.is_first_text and Hands.of(user, at=at).prepares

    @transaction.atomic
    def begin_review(self: "Revision", *, by: User, effective_on: date, at: datetime, role: str = "") -> None:
        """案 → 審議中: the committee looks at it, text and decisions are frozen. Raises InvalidTransition and PermissionDenied."""
        revision = self.locked()
        revision.move_to(self.Status.IN_REVIEW)
        if not Hands.of(by, at=at).prepares:
            raise PermissionDenied("版を審議にかけられるのは、中央電子計算組織管理者とポータルの管理者だけです。")
        revision.guard(at=at, effective_on=effective_on)
        revision.effective_on = effective_on
        revision.save(update_fields=["status", "effective_on"])
        record(by, "policy.revision.proposed", revision, role=role, at=at, effective_on=effective_on.isoformat())
        self.refresh_from_db()

    @transaction.atomic
    def end_review(self: "Revision", *, by: User | None, at: datetime, role: str = "") -> None:
        """審議中 → 案: returned, refused or taken back; text and decisions may be worked on again."""
        revision = self.locked()
        revision.move_to(self.Status.DRAFT)
        revision.save(update_fields=["status"])
        record(by, "policy.revision.returned", revision, role=role, at=at)
        self.refresh_from_db()

    def can_discard(self: "Revision", user: User, *, at: datetime) -> bool:
        """Whether the person may give this draft up: a wrong file, a plan that was dropped."""
        return self.status == self.Status.DRAFT and Hands.of(user, at=at).prepares

    @transaction.atomic
    def discard(self: "Revision", *, by: User, at: datetime) -> None:
        """案 → 取りやめ: nobody waits for it any more; the same file may be read in again. Not while a request about it runs."""
        revision = self.locked()
        revision.move_to(self.Status.DISCARDED)
        if not Hands.of(by, at=at).prepares:
            raise PermissionDenied("案を取りやめられるのは、中央電子計算組織管理者とポータルの管理者だけです。")
        if Request.objects.about(revision).live().exists():
            raise InvalidTransition("この版についての申請が終わっていません。先に申請を取り下げてください。")
        revision.save(update_fields=["status"])
        record(by, "policy.revision.discarded", revision, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def adopt(self: "Revision", *, by: User | None, at: datetime, role: str = "") -> None:
        """審議中 → 施行, on the day that was decided; policy.carrying then makes the day, at once where it has come."""
        revision = self.locked()
        if revision.status != self.Status.IN_REVIEW:
            raise InvalidTransition(f"この版は「{revision.get_status_display()}」のため、施行できません。")
        revision.move_to(self.Status.PUBLISHED)
        revision.guard(at=at, effective_on=revision.effective_on)
        revision.put_in_force(by, revision.effective_on, at=at, role=role)
        self.refresh_from_db()
