"""What the page of a bulletin shows one person, and how far its reading is: totals for chiefs, names for 中央 and the own chief."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from incidents.alert_pages import with_files
from incidents.hats import worn
from incidents.models import Bulletin, BulletinVersion
from incidents.models.bulletin_set import OVERSEERS
from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.standing import answered_departments, day_of, standings
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.trail.models import Entry


@dataclass
class BulletinPage:
    """One bulletin before one person."""

    bulletin: Bulletin
    user: User
    at: datetime

    @cached_property
    def versions(self) -> list[BulletinVersion]:
        """Newest first, each with the files that it brought."""
        return with_files(self.bulletin.versions.select_related("by").order_by("-number"))

    @property
    def current(self) -> BulletinVersion:
        return self.versions[0]

    @property
    def older(self) -> list[BulletinVersion]:
        return self.versions[1:]

    @cached_property
    def files(self) -> list[StoredFile]:
        """The files that stand: those of the newest version, and of those before it as long as each one kept them."""
        found: list[StoredFile] = []
        for version in self.versions:
            found = version.files + found
            if not version.keeps_files:
                break
        return found

    @cached_property
    def state(self) -> str:
        return self.bulletin.state(on=day_of(self.at))

    @cached_property
    def asks_me(self) -> bool:
        return self.bulletin.asks(self.user, at=self.at)

    @cached_property
    def read_at(self) -> datetime | None:
        """When this person has read a version that counts."""
        return self.bulletin.reads.filter(person=self.user, version__gte=self.bulletin.asked_since).values_list("at", flat=True).first()

    @cached_property
    def is_issuer(self) -> bool:
        return Bulletin.issuer(self.user, at=self.at) is not None

    @property
    def can_change(self) -> bool:
        return self.is_issuer and self.bulletin.status == Bulletin.Status.STANDING

    @cached_property
    def places(self) -> list[str]:
        """To whom, in words, where not to all."""
        if self.bulletin.audience == Bulletin.Audience.SECTIONS:
            return [row.full_name for row in self.bulletin.departments.select_related("parent")]
        return [row.name for row in self.bulletin.roles.all()] if self.bulletin.audience == Bulletin.Audience.ROLES else []

    @cached_property
    def entries(self):
        """The history without the marks of the readers: who has read is nobody's business here."""
        return Entry.objects.about(self.bulletin).exclude(verb="incidents.bulletin.read")

    @cached_property
    def progress(self) -> "Progress":
        return Progress(self.bulletin, self.user, at=self.at)


@dataclass
class Section:
    """The people of a section who are asked."""

    department: Department
    people: list[User] = field(default_factory=list)
    shows_names: bool = False

    @property
    def done(self) -> int:
        return sum(person.read_at is not None for person in self.people)

    @property
    def left(self) -> int:
        return len(self.people) - self.done

    @property
    def open_first(self) -> list[User]:
        """Who has not read yet, then the others."""
        return sorted(self.people, key=lambda person: person.read_at is not None)


class Progress:
    """How far the reading is, as far as a person may see it; a fixed number of queries whatever the staff."""

    def __init__(self, bulletin: Bulletin, user: User, *, at: datetime) -> None:
        self.bulletin, self.user, self.at = bulletin, user, at

    @cached_property
    def is_wide(self) -> bool:
        return worn(self.user, *OVERSEERS, at=self.at) is not None

    @cached_property
    def own(self) -> set[int]:
        """The sections whose names the person reads, being their officer."""
        return answered_departments(standings(self.user, at=self.at), RoleCode.SECTION_OFFICER)

    @cached_property
    def below(self) -> set[int]:
        """The 部 whose totals the person reads."""
        return answered_departments(standings(self.user, at=self.at), RoleCode.DIVISION_OFFICER)

    def __bool__(self) -> bool:
        return self.is_wide or bool(self.own or self.below)

    def _covers(self, department: Department) -> bool:
        return self.is_wide or department.pk in self.own | self.below or department.parent_id in self.below

    @cached_property
    def sections(self) -> list[Section]:
        """The sections that the person may see, in the order of the organisation."""
        departments = {row.pk: row for row in Department.objects.select_related("parent")}
        found: dict[int, Section] = {}
        for person in self.bulletin.people(on=day_of(self.at)):
            department = departments[person.department]
            if self._covers(department):
                names = self.is_wide or department.pk in self.own
                found.setdefault(department.pk, Section(department, shows_names=names)).people.append(person)
        return [found[pk] for pk in departments if pk in found]

    def named(self) -> list[Section]:
        """The sections whose names the person may read."""
        return [section for section in self.sections if section.shows_names]

    def section(self, pk: str) -> Section | None:
        """The section that was opened; the only one where there is but one. None where its names are not for this person."""
        named = self.named()
        return named[0] if len(named) == 1 else next((row for row in named if str(row.department.pk) == pk), None)

    @property
    def total(self) -> int:
        return sum(len(section.people) for section in self.sections)

    @property
    def done(self) -> int:
        return sum(section.done for section in self.sections)

    @property
    def left(self) -> int:
        return self.total - self.done
