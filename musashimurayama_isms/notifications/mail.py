"""The way out: urgent notices at once and one by one, whatever the hour; others at once or as one digest a day, as the person wants.

In a person's quiet hours only what is urgent is mailed; the rest waits in its row and is mailed when they are over.

A row is claimed by a conditional UPDATE, mailed, stamped. A failure or a dead worker leaves the row in the inbox and lets it
wait for another attempt. A mail may therefore come twice when a worker dies between sending and stamping; it never gets lost.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from time import monotonic

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Min
from django.template.loader import render_to_string
from django.utils import timezone

from .kinds import Way
from .models import Notification, NotificationQuerySet
from .wishes import wishes_of

logger = logging.getLogger(__name__)


def send_urgent(*, at: datetime) -> int:
    """Mail each waiting urgent notice by itself; gives how many mails left."""
    rows = Notification.objects.filter(urgent=True, recipient__is_active=True)
    waiting = rows.waiting_for_mail(at=at).order_by("created_at", "pk").values_list("pk", flat=True)
    return _send((rows.filter(pk=pk) for pk in waiting), at=at)


def send_at_once(*, at: datetime) -> int:
    """Mail each person, outside their quiet hours, one mail of what they want to be told at once; gives how many mails left."""
    rows = Notification.objects.filter(urgent=False, way=Way.AT_ONCE, recipient__is_active=True)
    first = _first_waiting(rows, at=at)
    wishes = wishes_of(first) if first else {}
    return _send((rows.filter(recipient=person) for person in first if not wishes[person].quiet.holds(at)), at=at)


def send_digests(*, at: datetime) -> int:
    """Mail each person one digest of what came before their last digest hour (8:00 unless they or the city chose).

    Called often, it sends once a day: what comes after the hour waits for the next one, and a run that was missed is made up,
    as is one that fell into the person's quiet hours. Gives how many mails left.
    """
    rows = Notification.objects.filter(urgent=False, way=Way.DIGEST, recipient__is_active=True)
    first = _first_waiting(rows, at=at)
    wishes = wishes_of(first) if first else {}
    until = {person: last_digest_hour(at, hour=wish.digest_hour) for person, wish in wishes.items() if not wish.quiet.holds(at)}
    due = [person for person in first if person in until and first[person] < until[person]]
    return _send((rows.filter(recipient=person, created_at__lt=until[person]) for person in due), at=at)


def _first_waiting(rows: NotificationQuerySet, *, at: datetime) -> dict[int, datetime]:
    """Person → when the first of the rows that wait for mail was written."""
    found = rows.waiting_for_mail(at=at).order_by("recipient").values_list("recipient").annotate(first=Min("created_at"))
    return dict(found)


def last_digest_hour(at: datetime, *, hour: int) -> datetime:
    """The latest digest hour in the city at or before the moment."""
    local = timezone.localtime(at)
    today = timezone.make_aware(datetime.combine(local.date(), time(hour)))
    return today if today <= local else today - timedelta(days=1)


def _send(mails: Iterable[NotificationQuerySet], *, at: datetime) -> int:
    """Claim and send one mail after the other; nothing where mail is off."""
    if not settings.MAIL_ENABLED:
        return 0
    Notification.objects.give_up_on_stale(at=at)
    connection, clock = get_connection(), _clock(at)
    return sum(
        _mail(rows, connection, at=clock()) for group in mails if (rows := list(group.claim(at=clock()).select_related("recipient")))
    )


def _clock(at: datetime) -> Callable[[], datetime]:
    """The moment as the run goes on: a slow mail server must not make a fresh claim look stale."""
    begun = monotonic()
    return lambda: at + timedelta(seconds=monotonic() - begun)


def _mail(rows: list[Notification], connection, *, at: datetime) -> int:
    """Send the claimed rows of one person as one mail and stamp them; 1, or 0 when it could not be sent."""
    claimed = Notification.objects.filter(claim_token=rows[0].claim_token)
    try:
        compose(rows, connection).send()
    except Exception:  # whatever the mail server or its network does, the row must not be lost
        logger.exception("A mail with %d notices could not be sent; they stay in the inbox and are tried again", len(rows))
        claimed.mark_unmailed(at=at)
        return 0
    claimed.mark_mailed(at=at)
    return 1


def compose(rows: list[Notification], connection=None) -> EmailMessage:
    """The mail of one person's notices: titles and links only, never a body (it may be read on other people's screens)."""
    title = rows[0].title if len(rows) == 1 else f"お知らせ {len(rows)}件"
    lines = [(row.title, f"{settings.PORTAL_URL.rstrip('/')}{row.url}" if row.url else "") for row in rows]
    context = {"lines": lines, "portal_name": settings.PORTAL_NAME, "portal_url": settings.PORTAL_URL}
    return EmailMessage(
        subject=settings.EMAIL_SUBJECT_PREFIX + " ".join(title.split()),
        body=render_to_string("emails/notices.txt", context),
        to=[rows[0].recipient.email],
        connection=connection,
    )
