"""Who is told of what happens to an exception. A permit, its refusal and its recall are told by the engine of requests."""

from musashimurayama_isms.approvals.roster import names
from musashimurayama_isms.notifications.notices import Message, notice
from policy.models import ExceptionReview


@notice("policy.exception.reported", urgent=True)
def reported(entry, exception):
    """3.11.4.2: the CISO hears at once."""
    yield Message(
        to=names(exception.deciders(at=entry.at)),
        title=f"【至急】緊急時の例外措置の届出がありました：{exception.request.number}",
        body="内容を読み、「確認した」か「終了を命じる」を選んでください。",
        url=exception.get_absolute_url(),
    )


@notice("policy.exception.acknowledged")
def acknowledged(entry, exception):
    yield Message(
        to=exception.own_people(at=entry.at),
        title=f"CISOが確認しました：{exception}",
        body="終わりの日までに元のやり方に戻して、完了を報告してください。続けるときは、通常の例外措置を申請してください。",
        url=exception.get_absolute_url(),
    )


@notice("policy.exception.revoked", urgent=True)
def revoked(entry, exception):
    yield Message(
        to=exception.own_people(at=entry.at),
        title=f"例外措置が取り消されました：{exception}",
        body="これからは条項のとおりに扱ってください。理由を確かめてください。",
        url=exception.get_absolute_url(),
    )


@notice("policy.exception.reviewed")
def reviewed(entry, exception):
    """Only what asks for something is told."""
    if exception.reviews.last().result == ExceptionReview.Result.ASK_END:
        yield Message(
            to=exception.own_people(at=entry.at),
            title=f"例外措置の終了を求められました：{exception}",
            body="CISOの所見を読み、元のやり方に戻して、完了を報告してください。",
            url=exception.get_absolute_url(),
        )


@notice("policy.exception.superseded")
def superseded(entry, exception):
    yield Message(
        to=exception.own_people(at=entry.at),
        title=f"延長の例外措置が始まりました：{exception}",
        body="前の例外措置は終わりました。これからの期間と条件は、新しい例外措置を確かめてください。",
        url=exception.extensions.last().get_absolute_url(),
    )
