"""What the policy asks of one role or body: the pages 役割ごと."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, Q

from musashimurayama_isms.accounts.models import Committee, Role
from musashimurayama_isms.accounts.standing import standings
from musashimurayama_isms.japanese import hits, words
from policy.citations import headings
from policy.coverage import Line, Tally, lines_of
from policy.models import Bearer, Bearing, Obligation
from policy.visits import Visit

# In plain words: whom a new employee would recognise (3.4.2, 3.12.3.1, 3.13.1).
WHO = {
    Bearer.TERMINAL_USER: "市の情報を扱う職員全員です。会計年度任用職員も含みます。",
    Bearer.PROMOTER: "課長に選ばれて、課の中で情報化を進める職員です。",
    Bearer.SECTION_OFFICER: "各課の課長（所属長）です。",
    Bearer.DIVISION_OFFICER: "各部の部長です。",
    Bearer.CENTRAL_MANAGER: "行政経営課長です。",
    Bearer.GENERAL_MANAGER: "企画財政部長です。",
    Bearer.CISO: "副市長です。情報を守る取組全体の責任者です。",
    Bearer.COMMITTEE: "各部の代表が集まり、インシデントの窓口にもなる委員会です。",
    Bearer.AUDIT_HEAD: "最高情報セキュリティ責任者に指名され、監査全体を取りまとめる人です。",
    Bearer.AUDITOR: "監査を行う人です。監査を受ける課からは独立しています。",
    Bearer.SERVICE_MANAGER: "外部サービスごとに指名され、その利用を管理する人です。",
    Bearer.PERMIT_AUTHORITY: "外部サービスの利用の申請を審査し、許可する人です。",
    Bearer.CONTRACTOR: "市の業務を請け負う事業者と、その従事者です。",
}
BODY_CLAUSES = {Bearer.COMMITTEE: "3.4.2.10", Bearer.CONTRACTOR: "2.4"}
COMMITTEE_CODE = "PROMOTION_COMMITTEE"


@dataclass(frozen=True)
class Card:
    """A role or body on the way in: who it is, by which clause, how much it carries."""

    bearer: Bearer
    clause: str
    total: int
    prohibitions: int
    is_mine: bool

    @property
    def who(self) -> str:
        return WHO[self.bearer]


def my_bearers(visit: Visit) -> set[str]:
    """The roles and bodies that the person stands for at this moment, also in another's place."""
    mine = {hat.role.code for hat in standings(visit.user, at=visit.at)}
    committee = Committee.objects.filter(code=COMMITTEE_CODE).first()
    if committee and visit.user in committee.members(visit.today):
        mine.add(Bearer.COMMITTEE)
    return mine & set(Bearer.values)


def cards(visit: Visit) -> list[Card]:
    """All roles and bodies, the person's own first."""
    counts = Bearing.objects.filter(obligation__in=visit.obligations.order_by().values("pk")).values("bearer").order_by()
    figures = {
        row["bearer"]: row for row in counts.annotate(total=Count("pk"), forbidden=Count("pk", filter=Q(obligation__is_prohibition=True)))
    }
    mine, clauses = my_bearers(visit), clauses_of_bearers()
    found = [
        Card(
            Bearer(code),
            clauses.get(code, ""),
            figures.get(code, {}).get("total", 0),
            figures.get(code, {}).get("forbidden", 0),
            code in mine,
        )
        for code in Bearer.values
    ]
    return sorted(found, key=lambda card: not card.is_mine)


def clauses_of_bearers() -> dict[str, str]:
    """The clause that creates each role or body."""
    return {**dict(Role.objects.values_list("code", "clause")), **BODY_CLAUSES}


@dataclass(frozen=True)
class Group:
    """The obligations of one 節, or of one kind."""

    heading: str
    lines: list[Line] = field(default_factory=list)
    number: str = ""
    left_out: int = 0


class Handbook:
    """What is asked of a bearer, narrowed by kind and words: what must not be done first, then what is to be done, by 節."""

    def __init__(self, visit: Visit, bearer: Bearer, *, kind: str = "", query: str = "") -> None:
        self.visit = visit
        self.bearer = bearer
        self.kind = kind
        self.query = query

    @property
    def who(self) -> str:
        return WHO[self.bearer]

    @cached_property
    def clause(self) -> str:
        """The clause that creates the role or body."""
        return clauses_of_bearers().get(self.bearer.value, "")

    @property
    def is_role(self) -> bool:
        """Whether somebody holds it by a post, so that 組織 can say who."""
        return self.bearer not in BODY_CLAUSES

    @property
    def is_narrowed(self) -> bool:
        return bool(self.kind or self.query)

    @cached_property
    def all_lines(self) -> list[Line]:
        rows = self.visit.obligations.for_bearer(self.bearer).with_bearers().order_by("position")
        return lines_of(rows, at=self.visit.at)

    @cached_property
    def lines(self) -> list[Line]:
        wanted = words(self.query)
        return [line for line in self.all_lines if self.kind in ("", line.obligation.kind) and _says(line.obligation, wanted)]

    @cached_property
    def tally(self) -> Tally:
        return Tally(self.lines)

    @cached_property
    def forbidden(self) -> list[Group]:
        return self._by_section(line for line in self.lines if line.obligation.is_prohibition)

    @cached_property
    def to_do(self) -> list[Group]:
        return self._by_section(line for line in self.lines if not line.obligation.is_prohibition)

    @property
    def forbidden_count(self) -> int:
        return sum(len(group.lines) for group in self.forbidden)

    @property
    def to_do_count(self) -> int:
        return sum(len(group.lines) for group in self.to_do)

    @cached_property
    def kinds(self) -> list[tuple[str, str, int]]:
        """The kinds that there are, with how many: code, word, count."""
        found = [line.obligation.kind for line in self.all_lines]
        return [(kind.value, kind.label, found.count(kind)) for kind in Obligation.Kind if kind in found]

    def _by_section(self, lines: Iterable[Line]) -> list[Group]:
        groups: dict[str, Group] = {}
        for line in lines:
            number = line.obligation.section
            group = groups.setdefault(number, Group(self._headings.get(number, ""), number=number))
            group.lines.append(line)
        return list(groups.values())

    @cached_property
    def _headings(self) -> dict[str, str]:
        return headings(on=self.visit.today)


def _says(obligation: Obligation, wanted: list[str]) -> bool:
    text = " ".join([obligation.summary, obligation.trigger, obligation.question, obligation.citation, *obligation.systems])
    return all(hits(text, [word]) for word in wanted)
