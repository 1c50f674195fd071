"""What changed since the last look: from the trail, as far as the person sees what it is about.

When somebody looked is kept in the log of readings – the page is a reading of the state of the city's security –, by the
hour. So a second look within the hour shows the same again, and nothing is lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q

from assets.models import Move
from audits.models import CorrectiveAction
from incidents.models import Incident
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.prepared import Prepared
from musashimurayama_isms.trail.models import Entry, Reading
from musashimurayama_isms.trail.reading import note_reading
from policy.models import PolicyException

from .look import Look

LABEL = "状況"
LONGEST = timedelta(days=31)  # after a longer absence the tiles tell more than a list
MOST_READ, MOST_SHOWN = 500, 5
EVERYBODYS = Q()

TOLD: dict[type[Model], dict[str, str]] = {
    Incident: {
        "incidents.incident.reported": "が報告されました",
        "incidents.incident.raised": "が重大になりました",
        "incidents.incident.reached_ciso": "がCISOに報告されました",
        "incidents.prevention.confirmed": "の再発防止策が確認されました",
        "incidents.authority_report.sent": "が外部へ報告されました",
        "incidents.incident.closed": "が完了しました",
        "incidents.incident.mistaken": "は誤報でした",
        "incidents.incident.reopened": "が再開されました",
    },
    PolicyException: {
        "policy.exception.granted": "が許可されました",
        "policy.exception.reported": "がCISOに報告されました",
        "policy.exception.revoked": "が取り消されました",
        "policy.exception.closed": "が終わりました",
    },
    CorrectiveAction: {
        "audits.action.ordered": "への対処が指示されました",
        "audits.action.done": "への対処が報告されました",
        "audits.action.checked": "への対処の効果が確かめられました",
    },
    Move: {"assets.move.departed": "が庁外に出ました", "assets.move.lost": "が途中で失われました"},
}


_LAST = Prepared(
    lambda person, key, hour: (
        Reading.objects.filter(
            person=person,
            content_type=ContentType.objects.get_for_model(User),
            object_id=key,
            hour__lt=hour,
            subject_label__startswith=LABEL,
        )
        .order_by("-hour")
        .values_list("hour", flat=True)[:1]
    )
)


@dataclass(frozen=True)
class Change:
    """One thing that happened to one row that the person sees."""

    what: str
    words: str
    at: datetime
    url: str


@dataclass(frozen=True)
class Changes:
    """The newest changes, and how many more there are; `since` is None on the first look."""

    since: datetime | None
    rows: list[Change]

    @property
    def shown(self) -> list[Change]:
        return self.rows[:MOST_SHOWN]

    @property
    def more(self) -> list[Change]:
        return self.rows[MOST_SHOWN:]


def look_again(look: Look) -> datetime | None:
    """Note this look; gives the hour of the last one before it, None where there was none."""
    hour = look.at.replace(minute=0, second=0, microsecond=0)
    last = next(iter(_LAST(person=look.user.pk, key=str(look.user.pk), hour=hour)), None)
    note_reading(look.user, look.user, at=look.at, label=f"{LABEL}（{look.place}）")
    return last


def changes_since(look: Look, since: datetime | None) -> Changes:
    """Newest first; own acts are left out. One question to the trail, one a kind of row."""
    if since is None:
        return Changes(None, [])
    since = max(since, look.at - LONGEST)
    return Changes(since, changes_between(look, since, look.at, whose=~Q(actor=look.user)))


def changes_between(look: Look, since: datetime, until: datetime, *, whose: Q = EVERYBODYS) -> list[Change]:
    """What happened from one moment to another to what the person sees now, newest first."""
    verbs = {verb: (model, words) for model, told in TOLD.items() for verb, words in told.items()}
    entries = Entry.objects.filter(whose, at__gte=since, at__lte=until, verb__in=list(verbs))
    found = list(entries.order_by("-number").values_list("verb", "object_id", "at")[:MOST_READ])
    rows = {model: _seen(look, model, {key for verb, key, _ in found if verbs[verb][0] is model}) for model in TOLD}
    return [
        Change(_name(row), verbs[verb][1], at, row.get_absolute_url())
        for verb, key, at in found
        if (row := rows[verbs[verb][0]].get(key)) is not None
    ]


def _seen(look: Look, model: type[Model], keys: Iterable[str]) -> dict[str, Model]:
    """Of these rows those that the person sees, by their key in the trail; drills are no news."""
    if not keys:
        return {}
    if model is Incident:
        rows = Incident.objects.real().visible_to(look.user, at=look.at, reach=look.incident_reach).select_related("kind")
    elif model is PolicyException:
        rows = PolicyException.objects.visible_to(look.user, at=look.at).select_related("request__type")
    elif model is CorrectiveAction:
        rows = CorrectiveAction.objects.visible_to(look.user, at=look.at).with_all()
    else:
        rows = (
            Move.objects.visible_to(look.user, at=look.at, reach=look.registers).select_related("request__type").prefetch_related("lines")
        )
    return {str(row.pk): row for row in rows.filter(pk__in=list(keys)).distinct()}


def _name(row: Model) -> str:
    """What the change is about, in a few words without persons."""
    if isinstance(row, Incident):
        return f"インシデント {row.number}（{row.kind}）"
    if isinstance(row, CorrectiveAction):
        return f"指摘 {row.finding.number} {row.finding.title}"
    return f"移動 {row.number} {row}" if isinstance(row, Move) else str(row)
