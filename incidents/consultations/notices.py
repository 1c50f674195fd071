"""Who hears of a consultation; its title stays in the portal, so a notice carries the number alone."""

from musashimurayama_isms.notifications.notices import Message, notice


def _answerers(consultation, at):
    return [actor.person for actor in consultation.answering(at=at)]


@notice("incidents.consultation.asked")
def asked(entry, consultation):
    """The 中央電子計算組織管理者 has a question to answer."""
    yield Message(
        to=_answerers(consultation, entry.at),
        title=f"{consultation} が届きました",
        body="内容を確認し、回答してください。",
        url=consultation.get_absolute_url(),
    )


@notice("incidents.consultation.asked_more")
def asked_more(entry, consultation):
    yield Message(
        to=_answerers(consultation, entry.at),
        title=f"{consultation} に続きの質問が届きました",
        body="内容を確認し、回答してください。",
        url=consultation.get_absolute_url(),
    )


@notice("incidents.consultation.answered")
def answered(entry, consultation):
    """The asker has the instruction to follow (3.9.1.1)."""
    yield Message(
        to=[consultation.asker],
        title=f"{consultation} に回答がありました",
        body="回答を読み、指示のとおりにしてください。分からないときは、続けて質問できます。",
        url=consultation.get_absolute_url(),
    )


@notice("incidents.consultation.closed")
def closed(entry, consultation):
    yield Message(
        to=[consultation.asker, *_answerers(consultation, entry.at)],
        title=f"{consultation} が終わりました",
        body="続けて尋ねたいときは、同じ画面から質問できます。",
        url=consultation.get_absolute_url(),
    )
