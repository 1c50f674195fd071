"""How notices come about: from the trail by a registered function, or as a reminder by `notify`.

    @notice("incidents.incident.reported", urgent=True)
    def reported(entry, incident):
        yield Message(to=users, title="…", url=incident.get_absolute_url())

Rows are written in the transaction of the act: an act rolled back tells nobody.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from .kinds import Way, kind_of
from .models import Notification
from .tasks import send_urgent
from .wishes import wishes_of


@dataclass(frozen=True)
class Message:
    """What to tell whom: `to` is a person or several. No personal data in title or body."""

    to: object
    title: str
    body: str = ""
    url: str = ""


@dataclass(frozen=True)
class Notice:
    """A registered audience: the function that names it, and whether it may not wait for the digest."""

    audience: Callable[..., Iterable[Message] | None]
    urgent: bool = False


registry: dict[str, list[Notice]] = {}
Mark = Callable[[models.Model | None], str]
_marks: list[Mark] = []


def register_mark(mark: Mark) -> Mark:
    """A floor whose rows need a word before every title, such as 【訓練】, says so here: `mark(subject)` gives it, or ""."""
    if mark not in _marks:
        _marks.append(mark)
    return mark


def notice(verb: str, *, urgent: bool = False) -> Callable[[Callable], Callable]:
    """Call the decorated `function(entry, subject)` whenever `verb` is recorded; it yields Messages (or returns None)."""

    def register(audience: Callable) -> Callable:
        registry.setdefault(verb, []).append(Notice(audience, urgent))
        return audience

    return register


def derive(sender=None, *, entry, subject, by=None, **kwargs) -> None:
    """Write the notices of a recorded act. The actor is left out, a person named twice is told once."""
    rows: dict[int, Notification] = {}
    for found in registry.get(entry.verb, ()):
        for message in found.audience(entry, subject) or ():
            for person in _people(message.to, but=by):
                row = rows.setdefault(person.pk, _row(person, message, subject, verb=entry.verb, created_at=entry.at))
                row.urgent |= found.urgent
    _write(rows.values())


def notify(*, to, title: str, body: str = "", url: str = "", subject=None, urgent: bool = False, key: str = "", at: datetime | None = None):
    """Tell people something that no act caused, such as a reminder; the same `key` reaches the same person once, ever.

    `to` is a User or several; `at` an aware moment (default: now). Where mail is on the rows wait for it as well.
    """
    message = Message(to=to, title=title, body=body, url=url)
    rows = {person.pk: _row(person, message, subject, urgent=urgent, key=key, created_at=at or timezone.now()) for person in _people(to)}
    _write(rows.values())


def _people(to, *, but=None) -> Iterator:
    """The persons in service among `to`, without the one who acted."""
    for person in [to] if isinstance(to, get_user_model()) else to:
        if person is not None and person.is_active and person != but:
            yield person


def _row(person, message: Message, subject: models.Model | None, **fields) -> Notification:
    return Notification(
        recipient=person,
        kind=kind_of(fields.get("verb", ""), subject),
        title=f"{''.join(mark(subject) for mark in _marks)}{message.title}"[:200],
        body=message.body,
        url=message.url,
        content_type=ContentType.objects.get_for_model(subject) if subject is not None else None,
        object_id=str(subject.pk) if subject is not None else "",
        subject_label=str(subject)[:200] if subject is not None else "",
        **fields,
    )


def _write(rows: Iterable[Notification]) -> None:
    """Every notice into the inbox; beside it those that are to be mailed wait for it, each in the way its person has chosen."""
    rows = list(rows)
    if settings.MAIL_ENABLED:
        _address(rows)
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    waiting = [row for row in rows if row.mail_state == Notification.Mail.WAITING]
    if any(row.urgent or row.way == Way.AT_ONCE for row in waiting):
        transaction.on_commit(send_urgent.delay, robust=True)  # a broker that is away is logged; the sweep each minute sends


def _address(rows: list[Notification]) -> None:
    """Say of each row how it is mailed: what is urgent always and at once, the others as the person wants."""
    rows = [row for row in rows if row.recipient.email]
    wishes = wishes_of(row.recipient_id for row in rows) if rows else {}
    for row in rows:
        row.way = Way.AT_ONCE if row.urgent else wishes[row.recipient_id].way(row.kind)
        if row.way != Way.INBOX:
            row.mail_state = Notification.Mail.WAITING


def read_by_acting(sender=None, *, entry, subject, by=None, **kwargs) -> None:
    """Who acts on a subject has seen it: their unread notices about it are read. What one records of one's own account is no act on it."""
    if by is not None and subject is not None and subject != by:
        own = Notification.objects.visible_to(by).about(entry.content_type_id, entry.object_id)
        own.mark_read(at=entry.at)
