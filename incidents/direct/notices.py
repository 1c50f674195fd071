"""Who hears that what a report asks for at once has been done."""

from musashimurayama_isms.notifications.notices import Message, notice


@notice("incidents.card.stopped", urgent=True)
def card_stopped(entry, incident):
    """The reporter sees that the card opens nothing any more, and what to do."""
    yield Message(
        to=[incident.reporter],
        title=f"インシデント {incident.number}：カードの利用を止めました",
        body="指示の内容を画面で確認してください。",
        url=incident.get_absolute_url(),
    )
