"""Who asks and who answers a 横展開."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from incidents.hats import worn
from incidents.parties import committee_actors
from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.standing import Standing, answered_departments, standings
from musashimurayama_isms.duties.parties import Parties

# 中央 looks for causes and 総括 leads (3.9.3.3.1, 3.4.2.3), the audit head follows findings up (3.13.1.10).
ASKING = (RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, RoleCode.CISO, RoleCode.AUDIT_HEAD)
ANSWERING = (RoleCode.SECTION_OFFICER, RoleCode.PROMOTER)


@dataclass(frozen=True)
class Asker:
    """As what a person asks: under a hat, or for the committee."""

    label: str
    hat: Standing | None = None


@dataclass(frozen=True)
class InquiryReach:
    """What one person sees of inquiries at a moment; asked once a page and handed on as `reach`."""

    user: User
    asker: Asker | None
    sections: frozenset[int]
    divisions: frozenset[int]

    @classmethod
    def of(cls, user: User, *, at: datetime) -> "InquiryReach":
        hats = standings(user, at=at)
        return cls(
            user=user,
            asker=_asker(user, at=at),
            sections=frozenset(answered_departments(hats, *ANSWERING)),
            divisions=frozenset(answered_departments(hats, RoleCode.DIVISION_OFFICER)),
        )

    @property
    def is_asking_side(self) -> bool:
        return self.asker is not None

    def as_asked(self) -> Q:
        """Places of the own sections, and of the 部 that the person answers for."""
        below = Q(department__in=self.divisions) | Q(department__parent__in=self.divisions)
        return Q(department__in=self.sections) | below

    def answers_for(self, department: Department) -> bool:
        """Whether the person may enter the answer of a section: its officer, who stands in, or its 情報化推進員."""
        return department.pk in self.sections


def _asker(user: User, *, at: datetime) -> Asker | None:
    hat = worn(user, *ASKING, at=at)
    if hat is not None:
        return Asker(hat.label, hat)
    row = next((actor for actor in committee_actors(at=at) if actor.person.pk == user.pk), None)
    return Asker(row.label) if row else None


def answerers(department: Department, parties: Parties) -> list[User]:
    """Who may answer for a section: officers or who stands in for them, and the 情報化推進員.

    One `parties` for many sections: each role is asked for once.
    """
    here = [row.person for code in ANSWERING for row in parties.of(code, department)]
    return list(dict.fromkeys(here))
