"""The organisation, the accounts, the personnel lists and the hand-over lists as tables."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial

from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table

from . import standing
from .access import may_check_ids
from .chart import Desk, posts_on
from .forms import UserSearchForm, chosen_day
from .models import (
    Account,
    Appointment,
    EmergencyLock,
    FactorReset,
    HandoverItem,
    PersonnelChange,
    PersonnelLine,
    Post,
    Role,
    may_handle_personnel,
)
from .models.emergency_lock import acts_city_wide
from .models.factor_reset import may_consent
from .reorganisation.listing import turns

ACCOUNTS = (
    *columns_of(Account, "name", "kana", "username", "staff_number", "kind", "email", "extension", email=28),
    Column("利用", lambda account: "" if account.is_active else "停止", 8),
    *columns_of(Account, "last_login", "left_on", last_login=18, left_on=12),
)
DESKS = (
    Column("所属", "post.department.full_name", 30),
    Column("職", "post.title", 20),
    Column("在職者", lambda desk: "、".join(row.person.name for row in desk.holders), 24),
    Column("代理者", lambda desk: "、".join(row.deputy.name for row in desk.deputies), 20),
)
ROLES = Column("役割", lambda desk: "、".join(role.name for role in desk.post.roles.all()), 40)
CHANGES = (
    *columns_of(PersonnelChange, "effective_on", "status", "file_name", file_name=30),
    Column("行数", "line_count", 8),
    *columns_of(PersonnelChange, "uploaded_by", "uploaded_at", "applied_by", "applied_at", uploaded_at=18, applied_at=18),
)
LINES = (
    Column("行", "number", 6),
    Column("職員番号", lambda line: line.cells.get("職員番号", ""), 12),
    Column("氏名", lambda line: line.person.name if line.person else line.cells.get("氏名", ""), 18),
    Column("変わること", "words", 60),
    Column("誤り", lambda line: "\n".join(line.problems), 40),
)
ITEMS = (
    *columns_of(HandoverItem, "person", "department", "label", "clause", department=30, label=36),
    *columns_of(HandoverItem, "leaves_on", "status", "returned_on", "confirmed_by", leaves_on=12, returned_on=12),
)


@table("accounts.users", "利用者", filters=UserSearchForm, is_personal=True)
def users(asked: Asked) -> Sheet:
    """For the administrators of the portal, by kana."""
    if not standing.is_staff_of_portal(asked.user, at=asked.at):
        raise Http404
    form = UserSearchForm(asked.query)
    chosen = form.cleaned_data if form.is_valid() else {"q": "", "state": ""}
    rows = Account.objects.in_state(chosen["state"], on=timezone.localdate(asked.at)).matching(chosen["q"])
    return Sheet(rows, ACCOUNTS)


def _desks(on: date) -> Callable[[Sequence[Post]], Iterable[Desk]]:
    return partial(Desk.of, on=on)


@table("accounts.organisation", "組織", narrows=("on",))
def organisation(asked: Asked) -> Sheet:
    """Every post of a day with who sits there; everyone may look it up."""
    on, _ = chosen_day(asked.query)
    return Sheet(posts_on(on).prefetch_related("roles"), (*DESKS, ROLES), draw=_desks(on), about=f"{on.isoformat()}の組織")


@table("accounts.role", "役割を持つ職", narrows=("on",))
def role(asked: Asked) -> Sheet:
    """The posts that carry one role on a day."""
    on, _ = chosen_day(asked.query)
    found = get_object_or_404(Role, code=asked.of)
    rows = standing.posts(found.code, on=on).select_related("department__parent").order_by("department__position", "position")
    return Sheet(rows, DESKS, draw=_desks(on), about=f"{found.name} {on.isoformat()}", subject=found)


@table("accounts.personnel_changes", "人事異動の取込み")
def personnel_changes(asked: Asked) -> Sheet:
    """The lists that were read in, for the 職員課 and the administrators."""
    if not may_handle_personnel(asked.user, at=asked.at):
        raise Http404
    rows = PersonnelChange.objects.annotate(line_count=Count("lines")).order_by("-uploaded_at", "-pk")
    return Sheet(rows.select_related("uploaded_by", "applied_by"), CHANGES)


TURNS = (
    Column("日", "on", 12),
    Column("区分", "word", 10),
    Column("組織・職", "name", 36),
    Column("前後の組織・変わること", "tie", 40),
)


@table("accounts.reorganisation", "機構改革")
def reorganisation(asked: Asked) -> Sheet:
    """What begins and ends in the last and the coming year, for the 職員課 and the administrators."""
    if not may_handle_personnel(asked.user, at=asked.at):
        raise Http404
    return Sheet(turns(timezone.localdate(asked.at)), TURNS)


@table("accounts.personnel_lines", "人事異動の内容", is_personal=True)
def personnel_lines(asked: Asked) -> Sheet:
    """What one list changes, line by line."""
    found = asked.subject(PersonnelChange.objects.visible_to(asked.user, at=asked.at))
    rows = PersonnelLine.objects.filter(change=found).select_related("person")
    return Sheet(rows, LINES, about=f"{found.effective_on.isoformat()}発令", subject=found)


@table("accounts.handover", "返却・引継ぎの確認待ち")
def handover(asked: Asked) -> Sheet:
    """What waits for the word of the former chief."""
    rows = HandoverItem.objects.to_settle_by(asked.user, at=asked.at).select_related("person", "department__parent", "confirmed_by")
    return Sheet(rows, ITEMS)


@table("accounts.my_handover", "自分の返却・引継ぎ")
def my_handover(asked: Asked) -> Sheet:
    """One's own list."""
    rows = HandoverItem.objects.filter(person=asked.user).select_related("person", "department__parent", "confirmed_by")
    return Sheet(rows.order_by("-leaves_on", "position"), ITEMS)


@table("accounts.settled_handover", "返却・引継ぎの確認済み")
def settled_handover(asked: Asked) -> Sheet:
    """What was confirmed of others, latest first; the whole of it, of which the page shows the beginning."""
    rows = HandoverItem.objects.visible_to(asked.user, at=asked.at).exclude(person=asked.user).settled()
    rows = rows.select_related("person", "department__parent", "confirmed_by")
    return Sheet(rows.order_by("-returned_on", "person", "position"), ITEMS)


UNUSED = (
    *columns_of(Account, "name", "username", "staff_number"),
    Column("所属", "section.full_name", 30),
    *columns_of(Account, "last_login", "date_joined", last_login=18, date_joined=18),
)


def with_section(accounts: Iterable[Account], *, on: date) -> list[Account]:
    """The accounts, each with the Department of its newest post of that day as `section`, or None; one query for all."""
    found = list(accounts)
    posts = Appointment.objects.in_force(on).filter(person__in=found).select_related("post__department__parent").order_by("-pk")
    section_of = {row.person_id: row.post.department for row in posts}
    for account in found:
        account.section = section_of.get(account.pk)
    return found


@table("accounts.unused", "使われていない利用者ID", is_personal=True)
def unused(asked: Asked) -> Sheet:
    """Those longest unused first, with the section that knows why (3.10.2.2.3)."""
    if not may_check_ids(asked.user, at=asked.at):
        raise Http404
    today = timezone.localdate(asked.at)
    rows = Account.objects.unused(on=today).order_by("last_login", "date_joined", "pk")
    return Sheet(rows, UNUSED, draw=partial(with_section, on=today))


RESETS = columns_of(
    FactorReset,
    "person",
    "status",
    "reason",
    "asked_by",
    "asked_at",
    "until",
    "ended_by",
    "ended_at",
    reason=40,
    asked_at=18,
    until=18,
    ended_at=18,
)
LOCKS = columns_of(
    EmergencyLock,
    *("person", "reason", "locked_by", "locked_at", "released_by", "released_at", "release_reason"),
    reason=40,
    locked_at=18,
    released_at=18,
    release_reason=40,
)


@table("accounts.resets", "確認方法の解除", is_personal=True)
def resets(asked: Asked) -> Sheet:
    """All askings, for who may consent to one."""
    if not may_consent(asked.user, at=asked.at):
        raise Http404
    return Sheet(FactorReset.objects.visible_to(asked.user, at=asked.at).select_related("person", "asked_by", "ended_by"), RESETS)


@table("accounts.locks", "緊急停止", narrows=("all",), is_personal=True)
def locks(asked: Asked) -> Sheet:
    """The running locks, with ?all= the released ones too."""
    if not acts_city_wide(asked.user, at=asked.at):
        raise Http404
    rows = EmergencyLock.objects.visible_to(asked.user, at=asked.at).select_related("person", "locked_by", "released_by")
    return Sheet(rows if asked.query.get("all") else rows.running(), LOCKS)
