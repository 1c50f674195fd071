"""Who holds a role at a moment, who acts for whom, and which hats one person wears.

The one place that reads appointments in force (3.4.2). Days are dates of Asia/Tokyo, moments are aware datetimes.
A deputy acts only while nobody is there: every holder of the post is away, or the post is vacant. Named deputies come
first; the policy's own standing deputy (3.4.2.2.2, 3.4.2.3.6) acts where no named one is there. A deputy has no deputy.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from musashimurayama_isms.prepared import Prepared

from .departments import departments
from .memory import is_remembering, once, recall
from .models import Absence, Appointment, Department, Deputyship, Post, Role, RoleCode, StandingDeputy, User
from .own import empty_posts_for, own, roles, rules, with_roles

Scope = StandingDeputy.Scope
EVERYWHERE = "acting everywhere"  # the key of `ask_everywhere` in the memory of a page


@dataclass(frozen=True)
class Standing:
    """A person able to act in a role: as its holder, in the place of an absent one, or for a vacant post.

    `scope` is INFRINGEMENT for a hat that serves for measures on an infringement alone (3.4.2.3.6).
    """

    person: User
    role: Role
    department: Department
    in_place_of: User | None = None
    for_vacant_post: bool = False
    scope: str = Scope.ANY

    @property
    def label(self) -> str:
        """How the record names the act: 情報セキュリティ担当者（○○代理）, or （職務代理） where the post is vacant."""
        if self.in_place_of:
            return f"{self.role.name}（{self.in_place_of.name}代理）"
        return f"{self.role.name}（職務代理）" if self.for_vacant_post else self.role.name

    @property
    def is_deputy(self) -> bool:
        """Whether the person acts for another, or for a vacant post."""
        return self.for_vacant_post or self.in_place_of is not None


def day_of(moment: datetime) -> date:
    """The calendar day of a moment in the city."""
    return timezone.localtime(moment).date()


def appointments(role_code: str, *, on: date, department: Department | None = None) -> QuerySet[Appointment]:
    """Appointments in force that carry the role; `department` narrows to the section, or to the division for a role of that reach.

    Persons who have left or whose account is closed are not among them: their post counts as vacant.
    """
    return (
        Appointment.objects.in_force(on)
        .serving(on)
        .filter(post__in=posts(role_code, on=on, department=department).values("pk"))
        .select_related("person", "post__department__parent")
        .order_by("post__position", "pk")
    )


def posts(role_code: str, *, on: date, department: Department | None = None) -> QuerySet[Post]:
    """Posts in force that carry the role, filled or vacant, narrowed like `appointments`."""
    reach = Role.objects.filter(code=role_code).values_list("reach", flat=True).first() if department else None
    return _narrowed(Post.objects.in_force(on).carrying(role_code), reach, on=on, department=department)


def _narrowed(rows: QuerySet[Post], reach: str | None, *, on: date, department: Department | None) -> QuerySet[Post]:
    """The posts of the section, or of the division, that a role of this reach is asked for in."""
    if department is None:
        return rows
    here = department.successor_on(on)
    if reach in (Role.Reach.SECTION, Role.Reach.PERSON):
        return rows.filter(department=here)
    if reach == Role.Reach.DIVISION:
        return rows.filter(department=here.division.successor_on(on))
    return rows


def holders(role_code: str, *, on: date, department: Department | None = None) -> QuerySet[User]:
    """The persons who hold a role on a day."""
    rows = appointments(role_code, on=on, department=department).order_by()
    return User.objects.filter(pk__in=rows.values("person"))


def holder(role_code: str, *, on: date, department: Department | None = None) -> User | None:
    """The first holder of a role on a day, by rank of the post, or None when it is vacant."""
    row = appointments(role_code, on=on, department=department).first()
    return row.person if row else None


def acting(role_code: str, *, at: datetime, department: Department | None = None, scope: str = Scope.ANY) -> list[Standing]:
    """Everyone who may act in a role at a moment: holders who are present, and deputies of the posts where nobody is.

    `scope` widens to the deputy of 3.4.2.3.6 when the matter is a measure on an infringement. Where nobody is left the
    list is empty: the caller goes one up. One person appears once for a department.
    """
    ask_everywhere(at=at)  # four prepared questions for all roles cost less than those for one
    everywhere = recall(EVERYWHERE, at=at)
    if everywhere is not None and role_code in everywhere.codes:
        found = once((EVERYWHERE, scope), lambda: everywhere.acting(scope), at=at)
        return _of_place(found[role_code], department, on=day_of(at))
    key = ("acting", role_code, department.pk if department else None, scope)
    return list(once(key, lambda: _acting(role_code, at=at, department=department, scope=scope), at=at))


def ask_everywhere(*, at: datetime) -> None:
    """Ask who serves in all posts with a role in one pass, for a page that will ask for many roles; `acting` then rests on it.

    The 端末装置利用者 are left out: they are everybody. Does nothing while answers are not remembered.
    """
    if is_remembering():
        once(EVERYWHERE, lambda: _Everywhere(at), at=at)


def _with_roles(on: date) -> QuerySet[Post]:
    """The posts in force with a role that not everybody has."""
    carrying = Post.roles.through.objects.exclude(role__reach=Role.Reach.PERSON)
    return Post.objects.in_force(on).filter(pk__in=carrying.values("post"))


def _is_away(at: datetime) -> Exists:
    return Exists(Absence.objects.at(at).filter(person=OuterRef("person")))


_POSTS_WITH_ROLES = Prepared(lambda on: _with_roles(on).select_related("department__parent").order_by("position", "pk"))
_CARRIED = Prepared(lambda on: Post.roles.through.objects.filter(post__in=_with_roles(on).values("pk")).values_list("role", "post"))
_SERVING_WITH_ROLES = Prepared(
    lambda on, at: (
        Appointment.objects.in_force(on)
        .serving(on)
        .filter(post__in=_with_roles(on).values("pk"))
        .annotate(is_away=_is_away(at))
        .select_related("person")
        .order_by("post__position", "pk")
    )
)
_DEPUTIES = Prepared(
    lambda on, at: (
        Deputyship.objects.in_force(on)
        .filter(deputy__in=User.objects.serving(on))
        .exclude(Exists(Absence.objects.at(at).filter(person=OuterRef("deputy"))))
        .select_related("deputy")
        .order_by("pk")
    )
)
_PLACES = Prepared(lambda code, on: Post.objects.in_force(on).carrying(code).order_by().values_list("department_id", flat=True))


def places_of(role_code: str, *, on: date) -> set[int]:
    """The departments of the posts in force that carry a role; asked once a page."""
    return once(("places", role_code, on), lambda: set(_PLACES(code=str(role_code), on=on)))


class _Everywhere:
    """The posts of the city with their roles and who is there at a moment: what `_acting` asks for one role, for all of them."""

    def __init__(self, at: datetime) -> None:
        on, self.at = day_of(at), at
        self.roles = [role for role in roles().values() if role.reach != Role.Reach.PERSON]
        self.codes = {role.code for role in self.roles}
        self.posts = {post.pk: post for post in _POSTS_WITH_ROLES(on=on)}
        self.carried = set(_CARRIED(on=on))
        self.serving = _SERVING_WITH_ROLES(on=on, at=at)
        self.present = [row for row in self.serving if not row.is_away]

    def acting(self, scope: str) -> dict[str, list[Standing]]:
        """Role → the same list as `_acting` gives for the whole city."""
        manned = {row.post_id for row in self.present}
        empty = [post for post in self.posts.values() if post.pk not in manned]
        pairs = [(post, role) for role in self.roles for post in empty if (role.pk, post.pk) in self.carried]
        stand_ins = _stand_ins(pairs, _first(self.serving), at=self.at, scope=scope)
        return {role.code: _once([*self._own(role), *(row for row in stand_ins if row.role == role)]) for role in self.roles}

    def _own(self, role: Role) -> list[Standing]:
        present = [row for row in self.present if (role.pk, row.post_id) in self.carried]
        return [Standing(row.person, role, self.posts[row.post_id].department) for row in present]


def _of_place(found: list[Standing], department: Department | None, *, on: date) -> list[Standing]:
    """Those of the section, or of the division, that a role of this reach is asked for in: what `_narrowed` is to posts."""
    if department is None or not found:
        return list(found)
    here = department.successor_on(on)
    if found[0].role.reach == Role.Reach.SECTION:
        return [row for row in found if row.department.pk == here.pk]
    if found[0].role.reach == Role.Reach.DIVISION:
        division = here.division.successor_on(on)
        return [row for row in found if row.department.pk == division.pk]
    return list(found)


def _acting(role_code: str, *, at: datetime, department: Department | None, scope: str) -> list[Standing]:
    on = day_of(at)
    known = roles()
    role = next((row for row in known.values() if row.code == role_code), None)
    if role is None:
        if known:
            raise Role.DoesNotExist(role_code)
        return []  # before the reference data are loaded nobody holds anything
    asked = _narrowed(Post.objects.in_force(on).carrying(role_code), role.reach, on=on, department=department)
    places = {post.pk: post for post in asked.select_related("department__parent").order_by("position", "pk")}
    rows = _serving_in(places, on=on)
    away = _away([row.person_id for row in rows], at=at)
    present = [row for row in rows if row.person_id not in away]
    manned = {row.post_id for row in present}
    empty = [post for post in places.values() if post.pk not in manned]
    found = [Standing(row.person, role, places[row.post_id].department) for row in present]
    found += _stand_ins([(post, role) for post in empty], _first(rows), at=at, scope=scope)
    return _once(found)


def _serving_in(post_ids: Iterable[int], *, on: date) -> list[Appointment]:
    """The appointments to these posts on the day, by rank of the post."""
    rows = Appointment.objects.in_force(on).serving(on).filter(post__in=list(post_ids))
    return list(rows.select_related("person").order_by("post__position", "pk"))


def _first(rows: list[Appointment]) -> dict[int, User]:
    """Post → its first holder; a vacant post is missing."""
    return {row.post_id: row.person for row in reversed(rows)}


def _once(found: Iterable[Standing]) -> list[Standing]:
    """Each person once for a department and a role; a holder's own hat goes before one worn for another."""
    first: dict[tuple, Standing] = {}
    for standing in found:
        first.setdefault((standing.person.pk, standing.role.pk, standing.department.pk), standing)
    return list(first.values())


def _away(persons: Collection[int], *, at: datetime) -> set[int]:
    return set(Absence.objects.at(at).filter(person__in=list(persons)).values_list("person", flat=True)) if persons else set()


def _stand_ins(empty: list[tuple[Post, Role]], in_place: dict[int, User], *, at: datetime, scope: str) -> list[Standing]:
    """The deputies of posts where nobody is, each role of a post looked at on its own; `in_place` has the absent holders."""
    if not empty:
        return []
    named = _named({post.pk for post, _ in empty}, at=at)
    ruled = _ruled({role.pk for post, role in empty if not named.get(post.pk)}, at=at, scope=scope)
    found = []
    for post, role in empty:
        holder = in_place.get(post.pk)
        deputies = [(user, Scope.ANY) for user in named.get(post.pk, [])] or ruled.get(role.pk, [])
        found += [
            Standing(user, role, post.department, in_place_of=holder, for_vacant_post=holder is None, scope=of)
            for user, of in deputies
            if user != holder
        ]
    return found


def _named(post_ids: set[int], *, at: datetime) -> dict[int, list[User]]:
    """Post → its named deputies who are there."""
    found: dict[int, list[User]] = {}
    for row in once("deputies", lambda: _DEPUTIES(on=day_of(at), at=at), at=at):
        if row.post_id in post_ids and row.deputy not in found.setdefault(row.post_id, []):
            found[row.post_id].append(row.deputy)
    return found


def _ruled(role_ids: set[int], *, at: datetime, scope: str) -> dict[int, list[tuple[User, str]]]:
    """Role → the holders, who are there, of the role that the policy itself names as its deputy."""
    on = day_of(at)
    asked = [rule for rule in rules() if rule.role_id in role_ids and rule.scope in {Scope.ANY, scope}] if role_ids else []
    if not asked:
        return {}
    carrying = Post.objects.in_force(on).filter(roles__in={rule.deputy_role_id for rule in asked}).values_list("roles", "pk")
    rows = (
        Appointment.objects.in_force(on).serving(on).filter(post__in={post for _, post in carrying}).select_related("person").order_by("pk")
    )
    roles_of = {post: {role for role, other in carrying if other == post} for _, post in carrying}
    by_role = _present(((role, row.person) for row in rows for role in roles_of[row.post_id]), at=at)
    found: dict[int, list[tuple[User, str]]] = {}
    for rule in asked:
        found.setdefault(rule.role_id, []).extend((user, rule.scope) for user in by_role.get(rule.deputy_role_id, []))
    return found


def _present(pairs: Iterable[tuple[int, User]], *, at: datetime) -> dict[int, list[User]]:
    """The pairs by key, without the persons who are away and without repeats."""
    pairs = list(pairs)
    away = _away({user.pk for _, user in pairs}, at=at)
    found: dict[int, list[User]] = {}
    for key, user in pairs:
        if user.pk not in away and user not in found.setdefault(key, []):
            found[key].append(user)
    return found


def standings(user: User, *, at: datetime) -> list[Standing]:
    """All hats of one person at a moment, own ones first, then those worn for others; TERMINAL_USER for everyone with a post.

    Nobody else's question is answered by an absence: a person who is away still holds the post. A hat whose `scope` is
    INFRINGEMENT serves for measures on an infringement alone.
    """
    return list(once(("standings", user.pk), lambda: _standings(user, at=at), at=at))


def _standings(user: User, *, at: datetime) -> list[Standing]:
    on = day_of(at)
    here = own(user, on=on)
    held = [(row, role) for row, role in with_roles(here.serving, here) if row.post.is_in_force(on)]
    hats = [Standing(user, role, row.post.department) for row, role in held]
    others = _in_place_of_others(user, empty_posts_for(here, [role for _, role in held], on=on, at=at), at=at)
    return _once([*hats, *_as_terminal_user(user, hats, here.serving), *others])


def _as_terminal_user(user: User, hats: list[Standing], mine: list[Appointment]) -> list[Standing]:
    """Everyone with a post is a 端末装置利用者 (3.4.2.9), also where the post does not say so."""
    if not mine or any(hat.role.code == RoleCode.TERMINAL_USER for hat in hats):
        return []
    return [Standing(user, role, mine[0].post.department) for role in roles().values() if role.code == RoleCode.TERMINAL_USER]


def _in_place_of_others(user: User, empty: set[int], *, at: datetime) -> list[Standing]:
    """The hats of the posts where nobody is and for which this person is the deputy, unless away as well."""
    if not empty:
        return []
    on = day_of(at)
    rows = Post.objects.filter(pk__in=empty).select_related("department__parent").prefetch_related("roles")
    pairs = [(post, role) for post in rows for role in post.roles.all() if role.reach != Role.Reach.PERSON]
    in_place = _first(_serving_in({post.pk for post, _ in pairs}, on=on)) if pairs else {}
    return [standing for standing in _stand_ins(pairs, in_place, at=at, scope=Scope.INFRINGEMENT) if standing.person == user]


def hold_still(user: User) -> None:
    """Lock the person's row until the transaction ends: a personnel list waits for it before it moves the person.

    One that came first is seen by every question asked after this. The lock is no_key, like every lock of a row that others
    point to: a FOR UPDATE would wait for their foreign keys and they for the trail's head.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def has_role(user: User, *role_codes: str, at: datetime, scope: str = Scope.ANY) -> bool:
    """Whether the person holds one of the roles at the moment, deputies included.

    A deputy for infringements only (3.4.2.3.6) is counted where `scope` is INFRINGEMENT.
    """
    return any(hat.role.code in role_codes and hat.scope in (Scope.ANY, scope) for hat in standings(user, at=at))


def answered_departments(hats: Iterable[Standing], *role_codes: str) -> set[int]:
    """The departments of those hats that carry one of the roles, and every abolished one that they answer for now."""
    return with_abolished({hat.department.pk for hat in hats if hat.role.code in role_codes and hat.scope == Scope.ANY})


def followed() -> list[tuple[int, int]]:
    """Every department that is over by today, with the one that follows it: an end that is planned opens nothing to the successor."""
    today = timezone.localdate()
    return [(pk, row.successor_id) for pk, row in departments().items() if row.successor_id and row.until and row.until < today]


def with_abolished(departments: set[int], pairs: list[tuple[int, int]] | None = None) -> set[int]:
    """The departments, and every abolished one for which one of them answers now; `pairs` where the caller has `followed` already."""
    found = set(departments)
    pairs = followed() if pairs is None and found else pairs or []
    while newest := {pk for pk, successor in pairs if successor in found} - found:
        found |= newest
    return found


def main_department(user: User, *, on: date) -> Department | None:
    """The department of the person's main post on a day, else of any post held, else None; a successor answers for an abolished one."""
    rows = sorted(own(user, on=on).appointments, key=lambda row: row.pk)
    main = [row for row in rows if row.kind == Appointment.Kind.MAIN] or rows
    return main[0].post.department.successor_on(on) if main else None


def is_staff_of_portal(user: User, *, at: datetime) -> bool:
    """Administrators of the portal: the superuser, and whoever holds ADMINISTRATOR."""
    return user.is_superuser or has_role(user, RoleCode.ADMINISTRATOR, at=at)
