"""The people of posts that end: whose appointment a personnel list ends, who has a place at what follows, who has none.

On the day those who are left go over to the post that follows theirs, or else to that of the same title at the successor of their
department; a personnel list of that day goes first.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .. import standing
from ..models.absence import Deputyship
from ..models.appointment import Appointment
from ..models.department import Department
from ..models.post import Post
from ..models.user import User
from ..personnel.plan import OLDEST
from .guards import DAY, guard_gain, lock_posts_of
from .lists import ended_by_lists

NOTE = "機構改革による移り替え"


def staying(posts: Iterable[Post], last: date) -> list[Appointment]:
    """The appointments of people in service that run beyond the last day of these posts."""
    rows = Appointment.objects.overlapping(last + DAY, None).serving(last + DAY).filter(post__in=list(posts))
    return list(rows.select_related("person", "post__department__parent").order_by("post__position", "pk"))


def heirs(posts: Iterable[Post], successor: Department | None, last: date) -> dict[int, Post]:
    """Post → the one that goes on for it the day after: what follows it, else that of the same title at the successor."""
    here = {post.title: post for post in successor.posts.in_force(last + DAY)} if successor else {}
    found = {}
    for post in posts:
        following = post.successor.successor_on(last + DAY) if post.successor_id else None
        if heir := following if following and following.is_in_force(last + DAY) else here.get(post.title):
            found[post.pk] = heir
    return found


def place(rows: list[Appointment], following: dict[int, Post], last: date) -> dict[int, Post]:
    """Appointment → the post where it goes on; missing where there is none, or it is for one and taken."""
    single = [post for post in following.values() if post.is_single]
    taken = set(Appointment.objects.overlapping(last + DAY, None).filter(post__in=single).values_list("post", flat=True))
    places = {}
    for row in rows:
        post = following.get(row.post_id)
        if post is None or row.since > last or (post.is_single and post.pk in taken):
            continue
        taken.add(post.pk)
        places[row.pk] = post
    return places


def guard_people(posts: list[Post], last: date, successor: Department | None = None, *, by: User) -> None:
    """InvalidTransition, naming them, where people would be left in a post that is no more; or where `by` would get a role."""
    ended = ended_by_lists(last)
    rows = [row for row in staying(posts, last) if row.pk not in ended]
    following = heirs(posts, successor, last)
    places = place(rows, following, last)
    if left := [f"{row.person.name}さん（{row.post}）" for row in rows if row.pk not in places]:
        more = f" ほか{len(left) - 5}人" if len(left) > 5 else ""
        there = "か、承継先に同じ職名の職を新設" if successor else ""
        raise InvalidTransition(
            f"次の人の発令が、終わりの日の後も残ります。{'、'.join(left[:5])}{more}。"
            f"先に、この人たちの人事異動を適用待ちに{'する' if there else ''}{there}してください。"
        )
    guard_gain(by, [(post, following[post.pk].roles.all()) for post in posts if post.pk in following], since=last + DAY)


def carry_over_left(*, at: datetime) -> int:
    """Let everyone still in a post that has ended go over to what follows it; gives how many. Harmless when done again."""
    today = standing.day_of(at)
    over = Q(until__lt=today, until__gte=today - OLDEST - DAY, successor__isnull=False)
    moved = 0
    for department in Department.objects.filter(over).order_by("pk"):
        posts = list(department.posts.select_related("successor"))
        moved += _carry_over(posts, department.until, department.successor_on(department.until + DAY), at=at)
    for post in Post.objects.filter(over).select_related("successor").order_by("pk"):
        moved += _carry_over([post], post.until, None, at=at)
    return moved


def _carry_over(posts: list[Post], last: date, successor: Department | None, *, at: datetime) -> int:
    if not staying(posts, last) and not _deputyships(posts, last).exists():
        return 0
    with transaction.atomic():
        moved = move(posts, last, successor)
        tell(moved, at=at)
    return len(moved)


def hold_still(posts: Iterable[Post], last: date) -> None:
    """Lock the people who would be left in these posts: before any post, as the personnel lists do."""
    persons = sorted({row.person_id for row in staying(posts, last)})
    list(User.objects.select_for_update(no_key=True).filter(pk__in=persons).order_by("pk").values_list("pk"))


def move(posts: list[Post], last: date, successor: Department | None = None) -> list[Appointment]:
    """End the appointments left in ended posts and begin those at what follows; nothing is recorded yet."""
    hold_still(posts, last)
    following = heirs(posts, successor, last)
    lock_posts_of({post.department_id for post in [*posts, *following.values()]})
    rows = staying(posts, last)
    places = place(rows, following, last)
    moved = [_to(row, places[row.pk], last) for row in rows if row.pk in places]
    _move_deputies(posts, following, last)
    return [row for row in moved if row]


def _to(row: Appointment, post: Post, last: date) -> Appointment | None:
    """The same appointment to another post from the day after; None where the person holds that post already."""
    until, row.until = row.until, last
    row.save(update_fields=["until"])
    if Appointment.objects.filter(person=row.person_id, post=post).overlapping(last + DAY, until).exists():
        return None
    facts = {"person": row.person, "kind": row.kind, "named_by_id": row.named_by_id, "note": NOTE}
    return Appointment.objects.create(post=post, since=last + DAY, until=until, **facts)


def _deputyships(posts: list[Post], last: date):
    """Who is named to stand in for these posts from their last day to after it."""
    return Deputyship.objects.filter(post__in=posts, since__lte=last).overlapping(last + DAY, None)


def _move_deputies(posts: list[Post], following: dict[int, Post], last: date) -> None:
    """Who is named to stand in for a post stands in for the one that follows it."""
    for row in _deputyships(posts, last):
        until, row.until = row.until, last
        row.save(update_fields=["until"])
        if post := following.get(row.post_id):
            Deputyship.objects.create(post=post, deputy_id=row.deputy_id, since=last + DAY, until=until, named_by_id=row.named_by_id)
    for row in Deputyship.objects.filter(post__in=following.keys(), since__gt=last):  # has not begun: it is for the post of that day
        row.post = following[row.post_id]
        row.save(update_fields=["post"])


def tell(moved: list[Appointment], *, at: datetime) -> None:
    """Record each appointment that went over; the portal itself did it."""
    for row in moved:
        record(None, "accounts.appointment.carried_over", row.person, at=at, post=str(row.post), since=row.since.isoformat())
