"""The organisation drawn for people: the tree of a day, the desks of a department, the duties of a person."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import QuerySet

from . import standing
from .departments import departments
from .models import Absence, Appointment, Department, Deputyship, Post, User


@dataclass
class Node:
    """A department with its head on the day and what belongs to it."""

    department: Department
    head: str = ""
    children: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Chart:
    """The bodies of clause 2.3.1 with their 部 and 課 on a day."""

    bodies: list[Node]

    @classmethod
    def on(cls, on: date) -> "Chart":
        """Two queries, however large the city."""
        heads = Appointment.objects.in_force(on).filter(post__is_head=True).select_related("person", "post")
        names = {row.post.department_id: f"{row.post.title} {row.person.name}" for row in heads}
        nodes = {pk: Node(one, names.get(pk, "")) for pk, one in departments().items() if one.is_in_force(on)}
        bodies = []
        for node in nodes.values():
            upper = node.department.upper_on(on)
            parent = nodes.get(upper.pk) if upper else None
            (parent.children if parent else bodies).append(node)
        return cls(bodies)


def below(department: Department, *, on: date) -> list[Department]:
    """What belongs to a department on a day, with what its predecessors left to it."""
    rows = [row for row in departments().values() if row.parent_id and row.is_in_force(on)]
    return [row for row in rows if row.upper_on(on) == department]


@dataclass(frozen=True)
class Desk:
    """A post with who sits there on the day, and who is named to stand in."""

    post: Post
    holders: list[Appointment]
    deputies: list[Deputyship]

    @classmethod
    def of(cls, posts: Iterable[Post], *, on: date) -> list["Desk"]:
        """The desks of these posts, in their order, in three queries."""
        posts = list(posts)
        rows = Appointment.objects.in_force(on).filter(post__in=posts).select_related("person").order_by("person__kana", "pk")
        named = Deputyship.objects.in_force(on).filter(post__in=posts).select_related("deputy").order_by("pk")
        return [
            cls(post, [row for row in rows if row.post_id == post.pk], [row for row in named if row.post_id == post.pk]) for post in posts
        ]


def posts_on(on: date) -> QuerySet[Post]:
    """All posts of a day in the order of the organisation."""
    rows = Post.objects.in_force(on).filter(department__in=Department.objects.in_force(on)).select_related("department__parent")
    return rows.order_by("department__position", "department__code", "position", "code")


def desks(department: Department, *, on: date) -> list[Desk]:
    """The desks of a department on a day, by rank."""
    return Desk.of(department.posts.in_force(on).prefetch_related("roles"), on=on)


@dataclass(frozen=True)
class Duties:
    """What a person is now: posts, hats, and whether away."""

    posts: list[Appointment]
    hats: list[standing.Standing]
    absence: Absence | None


def duties_of(person: User, *, at: datetime) -> Duties:
    """The posts and hats of a person at a moment, those worn for others included."""
    posts = Appointment.objects.in_force(standing.day_of(at)).filter(person=person).select_related("post__department__parent")
    return Duties(list(posts), standing.standings(person, at=at), Absence.objects.at(at).filter(person=person).first())
