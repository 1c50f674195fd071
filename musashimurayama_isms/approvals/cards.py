"""The types of requests as cards to begin with: in groups by the part of the policy that asks for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import day_of, standings

from .ground import Missing, missing_ground
from .matters import is_open, matter_of
from .models import RequestType

GROUPS = (
    ("3.5", "情報を運ぶ・渡す・公開する・捨てる"),
    ("3.8", "機器と管理区域"),
    ("3.9", "日々の仕事での利用"),
    ("3.10", "システムとネットワーク"),
    ("3.11", "例外と運用"),
    ("3.12", "外部サービスと委託"),
    ("3.13", "監査"),
    ("", "ポリシーと規程"),
)


@dataclass(frozen=True)
class Card:
    """One type with what the person wants to know before beginning."""

    type: RequestType
    is_open: bool
    submits_oneself: bool  # whether the person may submit it, or hands it to an applicant
    missing: list[Missing]  # the rules that it rests on and that are not there yet

    @property
    def starts_elsewhere(self) -> str:
        return matter_of(self.type).starts_elsewhere

    @property
    def route(self) -> str:
        return matter_of(self.type).route_words or self._own_route

    @property
    def _own_route(self) -> str:
        return self.type.route.words if self.type.route else ""


@dataclass(frozen=True)
class Catalogue:
    """The open types by group, and those that are not open yet."""

    groups: list[tuple[str, list[Card]]]
    closed: list[Card]


def catalogue(user: User, *, at: datetime) -> Catalogue:
    """The cards for one person; types out of use are left out, and those about a person for who could not submit them."""
    mine = {hat.role.code for hat in standings(user, at=at)}
    types = list(RequestType.objects.filter(is_active=True).with_routes())
    missing = missing_ground(types, on=day_of(at))
    cards = [_card(type_, mine, missing.get(type_.code, [])) for type_ in types]
    cards = [card for card in cards if card.submits_oneself or not matter_of(card.type).is_confined]
    open_cards = [card for card in cards if card.is_open and not matter_of(card.type).part_of]
    groups = [(words, [card for card in open_cards if group_of(card.type) == words]) for _, words in GROUPS]
    return Catalogue([row for row in groups if row[1]], [card for card in cards if not card.is_open])


def _card(type_: RequestType, mine: Iterable[str], missing: list[Missing]) -> Card:
    applicants = set(type_.applicants)
    submits_oneself = RoleCode.TERMINAL_USER in applicants or bool(applicants & set(mine))
    return Card(type_, is_open(type_), submits_oneself, missing)


def group_of(type_: RequestType) -> str:
    """The words of the group that the first clause of a type belongs to."""
    first = f"{type_.clauses[0]}." if type_.clauses else ""
    return next(words for prefix, words in GROUPS if not prefix or first.startswith(f"{prefix}."))
