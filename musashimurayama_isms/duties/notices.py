"""Who is told of what happens to an occurrence: whom it was handed to, and the one above when it is moved or left out."""

from collections.abc import Iterator

from musashimurayama_isms.notifications.notices import Message, notice

from .parties import Parties


@notice("duties.occurrence.handed")
def handed(entry, occurrence) -> Iterator[Message]:
    """The person asked to do it."""
    yield Message(
        to=occurrence.handed_to,
        title=f"業務を任されました：{occurrence}",
        body="内容を確かめ、終わったら画面で実施を記録してください。",
        url=occurrence.get_absolute_url(),
    )


@notice("duties.occurrence.moved")
def moved(entry, occurrence) -> Iterator[Message]:
    """The one above, and whom it was handed to."""
    yield _told(entry, occurrence, "業務の期限が変わりました", "新しい期限と理由を画面で確かめてください。")


@notice("duties.occurrence.skipped")
def skipped(entry, occurrence) -> Iterator[Message]:
    """The one above; where the rule itself has changed, those who would have done it."""
    if entry.actor is None:
        to = [holder.person for holder in occurrence.able(at=entry.at)]
        yield Message(
            to=to,
            title=f"この業務は行わなくてよくなりました：{occurrence}",
            body="理由を画面で確かめてください。",
            url=occurrence.get_absolute_url(),
        )
        return
    yield _told(entry, occurrence, "業務を今回は実施しないことになりました", "理由を画面で確かめてください。")


@notice("duties.occurrence.reopened")
def reopened(entry, occurrence) -> Iterator[Message]:
    yield _told(entry, occurrence, "業務が実施前に戻りました", "理由を画面で確かめてください。")


@notice("duties.occurrence.called")
def called(entry, occurrence) -> Iterator[Message]:
    """Its holders: nobody waits for this one to come round."""
    yield Message(
        to=[holder.person for holder in occurrence.able(at=entry.at)],
        title=f"新しい業務があります：{occurrence}",
        body="することと期限を画面で確かめてください。",
        url=occurrence.get_absolute_url(),
    )


def _told(entry, occurrence, title: str, body: str) -> Message:
    parties = Parties(entry.at)
    to = [holder.person for holder in occurrence.one_up(at=entry.at, parties=parties)]
    if hand := occurrence.in_hands_of(at=entry.at):
        to.append(hand)
    return Message(to=to, title=f"{title}：{occurrence}", body=body, url=occurrence.get_absolute_url())
