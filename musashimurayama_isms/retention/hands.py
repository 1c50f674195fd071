"""Who proposes, decides, carries out and stands by: by the kind of record and the section that answers for it.

A disposal of a section's records is decided by its 情報セキュリティ担当者, one of the city's by 中央電子計算組織管理者, one of the
audits by 情報セキュリティ監査総括責任者. Who proposed it never decides; where that leaves nobody it goes one up.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q

from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.standing import (
    Standing,
    acting,
    answered_departments,
    day_of,
    main_department,
    standings,
    with_abolished,
)

from .kinds import Holder

WIDE = (RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, RoleCode.CISO, RoleCode.ADMINISTRATOR)
AUDIT = (RoleCode.AUDIT_HEAD, RoleCode.AUDITOR, RoleCode.CISO, RoleCode.ADMINISTRATOR)
PROPOSING = {
    Holder.SECTION: (RoleCode.CENTRAL_MANAGER, RoleCode.ADMINISTRATOR),
    Holder.CENTRAL: (RoleCode.CENTRAL_MANAGER, RoleCode.ADMINISTRATOR),
    Holder.AUDIT: (RoleCode.AUDIT_HEAD, RoleCode.AUDITOR, RoleCode.ADMINISTRATOR),
}
OF_SECTION = (RoleCode.SECTION_OFFICER, RoleCode.PROMOTER)
DECIDING = {
    Holder.SECTION: (RoleCode.SECTION_OFFICER, RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, RoleCode.CISO),
    Holder.CENTRAL: (RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, RoleCode.CISO),
    Holder.AUDIT: (RoleCode.AUDIT_HEAD, RoleCode.CISO),
}
DOORKEEPERS = (*WIDE, RoleCode.AUDIT_HEAD, RoleCode.AUDITOR, *OF_SECTION)


class Hands:
    """What one person is to the disposals at a moment; asked once a page."""

    def __init__(self, user: User, *, at: datetime) -> None:
        self.user, self.at = user, at

    @cached_property
    def hats(self) -> list[Standing]:
        return [hat for hat in standings(self.user, at=self.at) if hat.scope == "any"]

    def hat(self, *codes: str, department: Department | None = None) -> Standing | None:
        """The first hat of these roles, in this section where one is given."""
        fit = (hat for code in codes for hat in self.hats if hat.role.code == code and (department is None or self._is_of(hat, department)))
        return next(fit, None)

    def _is_of(self, hat: Standing, department: Department) -> bool:
        """Of the section, or of the one that answers for it since it was abolished."""
        return department.pk in with_abolished({hat.department.pk})

    def holds(self, *codes: str) -> bool:
        return self.hat(*codes) is not None

    @cached_property
    def officer_of(self) -> set[int]:
        """The sections whose disposals the person proposes, the abolished ones among them included."""
        return answered_departments(self.hats, *OF_SECTION)

    @cached_property
    def works_in(self) -> set[int]:
        """The section in which the person works: there one carries out and stands by."""
        own = main_department(self.user, on=day_of(self.at))
        return with_abolished({own.pk}) if own else set()

    @property
    def is_wide(self) -> bool:
        return self.user.is_superuser or self.holds(*WIDE)

    @property
    def enters(self) -> bool:
        """Whoever proposes or decides anything; who stands by comes by the link of the notice."""
        return self.user.is_superuser or self.holds(*DOORKEEPERS)

    def reads(self, holder: str) -> bool:
        """Whether the person sees all records of such a holder: number, day and state, never content."""
        if holder == Holder.AUDIT:
            return self.user.is_superuser or self.holds(*AUDIT)
        return self.is_wide

    def seen(self, holder: str = "holder", department: str = "department") -> Q:
        """What the person sees, as a condition on rows with these columns."""
        seen = Q(**{holder: Holder.SECTION, f"{department}__in": self.officer_of | self.works_in})
        return seen | Q(**{f"{holder}__in": [one for one in Holder if self.reads(one)]})

    def proposing_hat(self, holder: str, department: Department | None) -> Standing | None:
        """Under which a person proposes a disposal; None for nobody's business."""
        own = self.hat(*OF_SECTION, department=department) if department else None
        return own or self.hat(*PROPOSING[Holder(holder)])

    def is_of_circle(self, holder: str, department: Department | None) -> bool:
        """Whether a person may carry out or stand by: who proposes there, and who works in the section."""
        works = department is not None and department.pk in self.works_in
        return works or self.proposing_hat(holder, department) is not None

    def signed(self, hat: Standing | None) -> dict[str, Any]:
        """`role` and `in_place_of` of an act, for the trail."""
        return {"role": hat.label, "in_place_of": hat.in_place_of} if hat else {}


def deciders(holder: str, department: Department | None, proposer: User, *, at: datetime) -> list[Standing]:
    """Who decides now: the first role in which somebody is left besides the proposer."""
    for found in _ladder(holder, department, at=at):
        left = [hat for hat in found if hat.person.pk != proposer.pk]
        if left:
            return left
    return []


def _ladder(holder: str, department: Department | None, *, at: datetime) -> Iterator[list[Standing]]:
    for code in DECIDING[Holder(holder)]:
        yield acting(code, at=at, department=department if code == RoleCode.SECTION_OFFICER else None)
