"""What goes when a planned department or post is withdrawn, what goes on instead, and what stands in the way."""

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.urls import reverse

from musashimurayama_isms.fiscal import wareki

from .. import standing
from ..models.absence import Deputyship
from ..models.appointment import Appointment
from ..models.committee import Seat
from ..models.department import Department
from ..models.post import Post
from ..models.user import User
from . import lists

OWN = {Department, Post, Seat, Appointment, Deputyship}  # what goes along
SHOWN = 5
ELSEWHERE = (
    "その画面で所管や担当の組織を変えるか、取りやめてください。"
    "変えられないときは、取りやめの代わりに、始まりの日を終わりの日にして「廃止」を登録します。"
)


@dataclass(frozen=True)
class Obstacle:
    """One kind of thing that stands in the way: what, how to clear it, and where."""

    words: str
    remedy: str
    links: list[tuple[str, str]] = field(default_factory=list)  # name, address: only of what the person may see


@dataclass(frozen=True)
class Withdrawal:
    """The whole of it; departments with what lies below first."""

    thing: Department | Post
    departments: list[Department]
    departments_going_on: list[Department]
    posts: list[Post]
    posts_going_on: list[Post]
    seats: list[Seat]
    appointments: list[Appointment]
    deputyships: list[Deputyship]
    obstacles: list[Obstacle]


def of_department(row: Department, *, user: User, at: datetime) -> Withdrawal:
    """Of a department and of what is planned below it; `user` is the one who is shown what stands in the way."""
    going = [*_below([row]), row]
    posts = list(Post.objects.filter(department__in=going).select_related("department__parent"))
    going_on = list(Department.objects.filter(successor__in=going).exclude(pk__in=[one.pk for one in going]).select_related("parent"))
    obstacles = [*_begun(going, at), *_ended_departments(going), *_lists(posts, going_on)]
    obstacles += [*_others(Department, going, user, at), *_others(Post, posts, user, at)]
    return _with_namings(row, going, going_on, posts, [], obstacles, user, at)


def of_post(row: Post, *, user: User, at: datetime) -> Withdrawal:
    """Of one post; the one that it was to follow in its department goes on."""
    before = list(row.predecessors.select_related("department__parent"))
    going_on = [post for post in before if post.department_id == row.department_id]
    obstacles = [*_begun([row], at), *_changed_again(row), *_of_a_rename(before, row)]
    obstacles += [*_lists([row], going_on), *_others(Post, [row], user, at)]
    return _with_namings(row, [], [], [row], going_on, obstacles, user, at)


def _with_namings(thing, going, departments_going_on, posts, posts_going_on, obstacles, user: User, at: datetime) -> Withdrawal:
    keys = [post.pk for post in posts]
    with_post = ("post__department__parent",)
    seats = list(Seat.objects.filter(post__in=keys).select_related("committee", *with_post))
    appointments = list(Appointment.objects.filter(post__in=keys).select_related("person", *with_post))
    deputyships = list(Deputyship.objects.filter(post__in=keys).select_related("deputy", *with_post))
    obstacles += [*_others(Appointment, appointments, user, at), *_others(Deputyship, deputyships, user, at)]
    return Withdrawal(thing, going, departments_going_on, posts, posts_going_on, seats, appointments, deputyships, obstacles)


def _below(upper: list[Department]) -> list[Department]:
    """All that lies below, the lowest first."""
    lower = list(Department.objects.filter(parent__in=upper).select_related("parent"))
    return [*_below(lower), *lower] if lower else []


def _begun(things: Iterable[Department | Post], at: datetime) -> Iterator[Obstacle]:
    if begun := [thing for thing in things if thing.since <= standing.day_of(at)]:
        yield Obstacle(f"{_names(begun)}は、すでに始まっています", "始まった後は取りやめられません。「廃止」を登録してください。")


def _ended_departments(going: list[Department]) -> Iterator[Obstacle]:
    for row in going:
        if row.until is not None and row.successor not in going:
            links = [_way_to_end(row)]
            words = f"{row.full_name}は、{wareki(row.until)}で終わり、{row.successor or '次の組織'}に引き継ぐことになっています"
            yield Obstacle(words, "先に、その後の変更か廃止を取りやめてください。", links)


def _way_to_end(row: Department) -> tuple[str, str]:
    """Where the planned end is taken back: at the department it turns into, or in the list."""
    if row.successor and row.posts.filter(successor__department=row.successor).exists():
        return f"{row.successor.full_name}の変更を取りやめる", reverse("accounts:withdraw_department", args=[row.successor_id])
    return "機構改革の一覧で、廃止を取りやめる", reverse("accounts:reorganisation")


def _changed_again(row: Post) -> Iterator[Obstacle]:
    if row.successor_id is not None:
        links = [(str(row.successor), reverse("accounts:withdraw_post", args=[row.successor_id]))]
        words = f"{row}は、{wareki(row.successor.since)}にもう一度変わることになっています"
        yield Obstacle(words, "先に、その変更を取りやめてください。", links)


def _of_a_rename(before: list[Post], row: Post) -> Iterator[Obstacle]:
    if other := next((post for post in before if post.department_id != row.department_id), None):
        links = [(row.department.full_name, reverse("accounts:withdraw_department", args=[row.department_id]))]
        words = f"{row}は、名称や部の変わる前の「{other}」から続く職です"
        yield Obstacle(words, "組織の変更を取りやめるか、始まりの日の後の日で「職の廃止」を登録してください。", links)


def _lists(posts: list[Post], going_on: list) -> Iterator[Obstacle]:
    for change, drafts in lists.bringing(posts, going_on):
        who = "、".join(f"{draft.name}さん" for draft in drafts[:3]) + ("ほか" if len(drafts) > 3 else "")
        words = f"適用待ちの「{change}」が、ここに{len(drafts)}人を異動させます（{who}）"
        remedy = "その取込みを破棄し、この取りやめの後に、直した CSV を取り込んでください。"
        yield Obstacle(words, remedy, [(str(change), change.get_absolute_url())])


def _others(model: type[models.Model], rows: list, user: User, at: datetime) -> Iterator[Obstacle]:
    """The records of other rooms that point to these rows, whatever rooms there are."""
    keys = [row.pk for row in rows]
    if not keys:
        return
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or not _counts(relation):
            continue
        found = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": keys}).distinct()
        if count := found.count():
            here = "組織" if model is Department else "職"
            words = f"「{relation.related_model._meta.verbose_name}」の{count}件が、この{here}を指しています"
            yield Obstacle(words, ELSEWHERE, _links(found, user, at))


def _counts(relation) -> bool:
    """Not what goes along; a table between is counted once, by the model that has it or by itself."""
    other = relation.related_model
    if other in OWN or other._meta.auto_created or other._meta.proxy:
        return False
    return not relation.many_to_many or relation.field.remote_field.through._meta.auto_created


def _links(found: models.QuerySet, user: User, at: datetime) -> list[tuple[str, str]]:
    """The first of them that the person may see and that have a page."""
    if not hasattr(found.model, "get_absolute_url") or not hasattr(found, "visible_to"):
        return []
    seen = found.visible_to(user, at=at) if "at" in inspect.signature(found.visible_to).parameters else found.visible_to(user)
    return [(str(row), row.get_absolute_url()) for row in seen[:SHOWN]]


def _names(things: Iterable[Department | Post]) -> str:
    return "、".join(str(thing) for thing in things)
