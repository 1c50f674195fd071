"""Who is told of a bulletin: those it is for; urgent ones pass the digest and the quiet hours."""

from collections.abc import Iterator

from incidents.models import Bulletin
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.notifications.notices import Message, notice


def _to_all(entry, bulletin: Bulletin, title: str) -> Iterator[Message]:
    mark = "【緊急】" if bulletin.is_urgent else ""
    yield Message(
        to=list(bulletin.people(on=day_of(entry.at))),
        title=f"{mark}{title}：{bulletin.title}",
        body="内容を読み、「読みました」を押してください。",
        url=bulletin.get_absolute_url(),
    )


@notice("incidents.bulletin.issued")
def issued(entry, bulletin):
    yield from _to_all(entry, bulletin, "注意喚起")


@notice("incidents.bulletin.issued_urgently", urgent=True)
def issued_urgently(entry, bulletin):
    yield from _to_all(entry, bulletin, "注意喚起")


@notice("incidents.bulletin.corrected")
def corrected(entry, bulletin):
    """Only where the correction is to be read."""
    if entry.changes.get("asks_again"):
        yield from _to_all(entry, bulletin, "注意喚起が改められました")


@notice("incidents.bulletin.corrected_urgently", urgent=True)
def corrected_urgently(entry, bulletin):
    yield from corrected(entry, bulletin)


@notice("incidents.bulletin.withdrawn")
def withdrawn(entry, bulletin):
    """Those who have read it act on it no more."""
    readers = [row.person for row in bulletin.reads.select_related("person")]
    yield Message(
        to=list(dict.fromkeys(readers)),
        title=f"注意喚起 {bulletin.number} は取り下げられました",
        body="取り下げた理由は画面で確かめられます。",
        url=bulletin.get_absolute_url(),
    )
