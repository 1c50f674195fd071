"""The people of a department that ends: whose appointment a personnel list ends, who has a place at the successor, who has none.

On the day those who are left go over to the post with the same title at the successor; a personnel list of that day goes first.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .. import standing
from ..models.absence import Deputyship
from ..models.appointment import Appointment
from ..models.department import Department
from ..models.personnel import PersonnelChange
from ..models.post import Post
from ..models.user import User
from ..personnel.plan import OLDEST, plan
from .guards import DAY, lock_posts

NOTE = "機構改革による移り替え"


def staying(posts: Iterable[Post], last: date) -> list[Appointment]:
    """The appointments of people in service that run beyond the last day of these posts."""
    rows = Appointment.objects.overlapping(last + DAY, None).serving(last + DAY).filter(post__in=list(posts))
    return list(rows.select_related("person", "post__department__parent").order_by("post__position", "pk"))


def ended_by_lists(last: date) -> set[int]:
    """The appointments that the personnel lists waiting for their day end by then; a wrong row ends nothing."""
    ended = set()
    for change in PersonnelChange.objects.due(last + DAY):
        drafts = plan(list(change.lines.all()), effective_on=change.effective_on)
        ended |= {row.pk for draft in drafts if not draft.problems for row, until in draft.ends if until <= last}
    return ended


def place(rows: list[Appointment], successor: Department, last: date) -> dict[int, Post]:
    """Appointment → the post with the same title at the successor; missing where there is none, or it is for one and taken."""
    here = {post.title: post for post in successor.posts.in_force(last + DAY)}
    taken = set(
        Appointment.objects.overlapping(last + DAY, None)
        .filter(post__in=here.values(), post__is_single=True)
        .values_list("post", flat=True)
    )
    places = {}
    for row in rows:
        post = here.get(row.post.title)
        if post is None or row.since > last or (post.is_single and post.pk in taken):
            continue
        taken.add(post.pk)
        places[row.pk] = post
    return places


def guard_people(posts: list[Post], last: date, successor: Department | None = None) -> None:
    """InvalidTransition, naming them, where people would be left in a post that is no more."""
    ended = ended_by_lists(last)
    rows = [row for row in staying(posts, last) if row.pk not in ended]
    places = place(rows, successor, last) if successor else {}
    if left := [f"{row.person.name}さん（{row.post}）" for row in rows if row.pk not in places]:
        more = f" ほか{len(left) - 5}人" if len(left) > 5 else ""
        raise InvalidTransition(
            f"次の人の発令が、終わりの日の後も残ります。{'、'.join(left[:5])}{more}。先に、この人たちの人事異動を取り込み、適用待ちにしてください。"
        )


def carry_over_left(*, at: datetime) -> int:
    """Let everyone still in a department that has ended go over to its successor; gives how many. Harmless when done again."""
    today = standing.day_of(at)
    over = Department.objects.filter(until__lt=today, until__gte=today - OLDEST - DAY, successor__isnull=False).order_by("pk")
    return sum(_carry_over(department, at=at) for department in over if staying(department.posts.all(), department.until))


@transaction.atomic
def _carry_over(department: Department, *, at: datetime) -> int:
    moved = move(department)
    tell(moved, at=at)
    return len(moved)


def move(department: Department) -> list[Appointment]:
    """End the appointments left in an ended department and begin those at the successor; nothing is recorded yet."""
    last, successor = department.until, department.successor_on(department.until + DAY)
    persons = sorted({row.person_id for row in staying(department.posts.all(), last)})
    list(User.objects.select_for_update(no_key=True).filter(pk__in=persons).order_by("pk").values_list("pk"))
    posts = lock_posts(department) + lock_posts(successor)
    rows = [row for row in staying(posts, last) if row.post.department_id == department.pk]
    places = place(rows, successor, last)
    moved = [_to(row, places[row.pk], last) for row in rows if row.pk in places]
    _move_deputies(department, successor, last)
    return [row for row in moved if row]


def _to(row: Appointment, post: Post, last: date) -> Appointment | None:
    """The same appointment to another post from the day after; None where the person holds that post already."""
    until, row.until = row.until, last
    row.save(update_fields=["until"])
    if Appointment.objects.filter(person=row.person_id, post=post).overlapping(last + DAY, until).exists():
        return None
    facts = {"person": row.person, "kind": row.kind, "named_by_id": row.named_by_id, "note": NOTE}
    return Appointment.objects.create(post=post, since=last + DAY, until=until, **facts)


def _move_deputies(department: Department, successor: Department, last: date) -> None:
    """Who is named to stand in for a post stands in for the one that follows it."""
    here = {post.title: post for post in successor.posts.in_force(last + DAY)}
    rows = Deputyship.objects.filter(post__department=department, since__lte=last).overlapping(last + DAY, None)
    for row in rows.select_related("post"):
        until, row.until = row.until, last
        row.save(update_fields=["until"])
        if post := here.get(row.post.title):
            Deputyship.objects.create(post=post, deputy_id=row.deputy_id, since=last + DAY, until=until, named_by_id=row.named_by_id)


def tell(moved: list[Appointment], *, at: datetime) -> None:
    """Record each appointment that went over; the portal itself did it."""
    for row in moved:
        record(None, "accounts.appointment.carried_over", row.person, at=at, post=str(row.post), since=row.since.isoformat())
