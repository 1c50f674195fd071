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

from .models import Notification
from .tasks import send_urgent


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
    mail = Notification.Mail.WAITING if settings.MAIL_ENABLED and person.email else Notification.Mail.NONE
    return Notification(
        recipient=person,
        title=f"{''.join(mark(subject) for mark in _marks)}{message.title}"[:200],
        body=message.body,
        url=message.url,
        content_type=ContentType.objects.get_for_model(subject) if subject is not None else None,
        object_id=str(subject.pk) if subject is not None else "",
        subject_label=str(subject)[:200] if subject is not None else "",
        mail_state=mail,
        **fields,
    )


def _write(rows: Iterable[Notification]) -> None:
    rows = list(rows)
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    if any(row.urgent and row.mail_state == Notification.Mail.WAITING for row in rows):
        transaction.on_commit(send_urgent.delay, robust=True)  # a broker that is away is logged; the sweep each minute sends
