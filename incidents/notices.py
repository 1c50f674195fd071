"""Who is told of what happens to an incident; urgent, without personal data (chains.md: urgent notices ignore digests)."""

from incidents.authorities import notices as _authorities  # noqa: F401
from incidents.bulletins import notices as _bulletins  # noqa: F401  the notices of the rooms register themselves
from incidents.continuity import notices as _continuity  # noqa: F401
from incidents.drills import notices as _drills  # noqa: F401
from incidents.inquiries import notices as _inquiries  # noqa: F401
from incidents.models import Receipt
from incidents.response import notices as _response  # noqa: F401
from incidents.vulnerabilities import notices as _vulnerabilities  # noqa: F401
from musashimurayama_isms.notifications.notices import Message, notice


def _people(receipts, *, at):
    """Everyone who could read the pending receipts: holders and deputies of each party."""
    return [actor.person for receipt in receipts for actor in receipt.able(at=at)]


def _told(entry, incident):
    """The persons behind the receipts that this act has opened."""
    rows = Receipt.objects.filter(step__incident=incident, step__code=entry.changes["step"]).pending()
    return _people(rows.select_related("step__incident__department__parent"), at=entry.at)


@notice("incidents.step.passed_on", urgent=True)
def passed_on(entry, incident):
    """The recipients of the step are asked to read, and to tell the next ones."""
    yield Message(
        to=_told(entry, incident),
        title=f"【至急】インシデント {incident.number} の報告が届きました",
        body="内容を確認し、受領してください。伝達が必要な方には次の手順が表示されます。",
        url=incident.get_absolute_url(),
    )


@notice("incidents.step.delivered", urgent=True)
def delivered(entry, incident):
    """The section officer has a new report."""
    yield from passed_on(entry, incident)


@notice("incidents.step.done", urgent=True)
def done(entry, incident):
    """A step of the response is done: its recipients are asked to read what came of it."""
    yield Message(
        to=_told(entry, incident),
        title=f"インシデント {incident.number} の対応が進みました",
        body="内容を確認し、受領してください。次の段階が表示されている方は、続けて対応してください。",
        url=incident.get_absolute_url(),
    )


@notice("incidents.step.closed", urgent=True)
def closed(entry, incident):
    """A step that closed by itself has told its recipients all the same."""
    yield from passed_on(entry, incident)


@notice("incidents.receipt.received")
def received(entry, incident):
    """The reporter sees that the report was read."""
    if not entry.changes.get("same_person"):
        yield Message(
            to=[incident.reporter],
            title=f"インシデント {incident.number} が受領されました",
            body=f"{entry.role or entry.changes.get('orally_as')}が受領しました。",
            url=incident.get_absolute_url(),
        )


@notice("incidents.incident.reached_ciso")
def reached(entry, incident):
    yield Message(
        to=[incident.reporter],
        title=f"インシデント {incident.number} がCISOまで報告されました",
        body="報告はCISOまで届きました。今後の確認や依頼はこの画面に表示されます。",
        url=incident.get_absolute_url(),
    )


@notice("incidents.note.added")
def note_added(entry, incident):
    """Everyone who has acted or must act in the chain, and the reporter."""
    rows = Receipt.objects.filter(step__incident=incident).select_related("received_by", "step__incident__department__parent")
    people = [row.received_by for row in rows if row.received_by] + _people([row for row in rows if row.is_pending], at=entry.at)
    yield Message(
        to=[incident.reporter, *people],
        title=f"インシデント {incident.number} に追記がありました",
        body="新しい事実が追記されました。内容を確認してください。",
        url=incident.get_absolute_url(),
    )


@notice("incidents.incident.raised", urgent=True)
def raised(entry, incident):
    rows = Receipt.objects.filter(step__incident=incident).pending().select_related("step__incident__department__parent")
    yield Message(
        to=[incident.reporter, *_people(rows, at=entry.at)],
        title=f"【至急】インシデント {incident.number} は重大として扱われます",
        body="これからの期限は夜間・休日も含めて数えます。",
        url=incident.get_absolute_url(),
    )


@notice("incidents.oral.entered")
def oral_entered(entry, incident):
    """The one who is said to have spoken confirms at the next log-in."""
    waiting = incident.oral_entries.unconfirmed().filter(entered_at=entry.at).select_related("spoken_by")
    yield Message(
        to=[row.spoken_by for row in waiting],
        title=f"インシデント {incident.number} の口頭の記録を確認してください",
        body="あなたが口頭で行ったこととして入力されました。内容を確認してください。",
        url=incident.get_absolute_url(),
    )


@notice("incidents.oral.disputed", urgent=True)
def oral_disputed(entry, incident):
    rows = incident.oral_entries.filter(disputed_at=entry.at).select_related("entered_by")
    yield Message(
        to=[row.entered_by for row in rows],
        title=f"インシデント {incident.number} の口頭の記録に「違う」と回答がありました",
        body="本人の回答を確認し、正しい内容を追記してください。",
        url=incident.get_absolute_url(),
    )
