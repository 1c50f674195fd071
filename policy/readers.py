"""「だれが読めるか、なぜか」: everybody who may read a document at a moment, with the ground for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from musashimurayama_isms.accounts.handover import Holding
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import acting, answered_departments, day_of, standings
from musashimurayama_isms.parameters.values import value
from policy.clearance import ALL_STAFF, DUTY_READERS, NAMED, homes_of
from policy.models import ReadingGrant, SectionDocument


@dataclass(frozen=True)
class Reader:
    """Somebody who may read: who, on what ground, by which clause, until when."""

    who: str
    why: str
    clause: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Given:
    """A grant with how it stands: in force, asleep after a transfer, over."""

    grant: ReadingGrant
    is_asleep: bool
    is_over: bool


class Readers:
    """The readers of one document."""

    def __init__(self, document: SectionDocument, *, at: datetime) -> None:
        self.document = document
        self.at = at

    @cached_property
    def grants(self) -> list[Given]:
        """Every grant that nobody has ended, soonest end first."""
        on = day_of(self.at)
        rows = self.document.grants.filter(ended_at__isnull=True).select_related(
            "person", "department__parent", "section__parent", "granted_by"
        )
        homes = homes_of([row.person_id for row in rows if row.person_id], on=on)
        return [Given(row, row.is_asleep(on, homes=homes), row.until < on) for row in rows]

    @cached_property
    def all(self) -> list[Reader]:
        return [*self._everybody(), *self._section(), *self._duties(), *self._granted()]

    @cached_property
    def _procedure_readers(self) -> str:
        """The city's choice, as far as it touches this document."""
        is_touched = self.document.kind == SectionDocument.Kind.PROCEDURE and self.document.is_restricted
        return value("policy.procedure_readers") if is_touched else ""

    def _everybody(self) -> Iterator[Reader]:
        if not self.document.is_restricted:
            yield Reader("すべての職員", f"公開の範囲が「{self.document.get_confidentiality_display()}」のため（施行された版だけ）")
        elif self._procedure_readers == ALL_STAFF:
            yield Reader("すべての職員", "実施手順はすべての職員が読めると市が決めているため（施行された版だけ）", "2.9")

    def _section(self) -> Iterator[Reader]:
        owner = self.document.owner
        if self._procedure_readers == NAMED:
            yield Reader("案を書いた職員", "実施手順は名前を挙げた人だけが読めると市が決めているため", "2.9")
        else:
            yield Reader(f"{owner.full_name}の職員", "所管の課", "2.9")
        for hat in acting(RoleCode.SECTION_OFFICER, at=self.at, department=owner):
            yield Reader(hat.person.name, f"{owner.full_name}の{hat.label}", "3.4.2.7")
        for hat in acting(RoleCode.DIVISION_OFFICER, at=self.at, department=owner):
            yield Reader(hat.person.name, f"所管の部の{hat.label}", "3.4.2.6")

    def _duties(self) -> Iterator[Reader]:
        """The roles whose duty cannot be done without reading; they see it from the day it is sent for approval."""
        for role, clause in DUTY_READERS.items():
            for hat in acting(role, at=self.at):
                yield Reader(hat.person.name, hat.label, clause)

    def _granted(self) -> Iterator[Reader]:
        for given in self.grants:
            if not (given.is_asleep or given.is_over):
                grant = given.grant
                who = grant.person.name if grant.person else f"{grant.department.full_name}の職員"
                yield Reader(who, f"閲覧の許可：{grant.reason}", "3.10.1.5", grant.until)


def asleep_for(user: User, *, at: datetime) -> list[ReadingGrant]:
    """Grants to persons who have moved since, on documents of sections that the person is 情報セキュリティ担当者 of."""
    on = day_of(at)
    rows = ReadingGrant.objects.in_force(on).filter(person__isnull=False).select_related("document", "person")
    homes = homes_of([row.person_id for row in rows], on=on)
    asleep = [row for row in rows if row.is_asleep(on, homes=homes)]
    mine = answered_departments(standings(user, at=at), RoleCode.SECTION_OFFICER) if asleep else ()
    return [row for row in asleep if row.document.owner_id in mine]


def granted_to(user: User, on: date) -> list[Holding]:
    """For the handover list of a person who moves (3.9.1.9): the documents that the person was named a reader of."""
    count = ReadingGrant.objects.in_force(on).filter(person=user).count()
    return [Holding(f"閲覧を認められた文書{count}件：異動後も要るときは、所管の課に確かめてもらいます", "3.10.1.5")] if count else []
