"""Who is told of moves. No name of a thing leaves by mail: number and class are enough."""

from assets.models import Move
from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.accounts.standing import acting
from musashimurayama_isms.notifications.notices import Message, notice


def _officers(move: Move, *, at) -> list:
    return [row.person for row in acting(RoleCode.SECTION_OFFICER, at=at, department=move.department)]


@notice("assets.move.planned")
def planned(entry, move):
    """The carrier, where it is not the applicant who hears of the permit anyway."""
    if move.carrier_id not in (None, move.request.applicant_id):
        yield Message(
            to=move.carrier,
            title=f"{move.number} 運ぶことが許可されました",
            body="出るときに「出発した」を記録してください。",
            url=move.get_absolute_url(),
        )


@notice("assets.move.returned")
def returned(entry, move):
    """The officer, who confirms or has a colleague confirm."""
    yield Message(
        to=_officers(move, at=entry.at),
        title=f"{move.number} 返却を確かめてください",
        body="戻ったものを見て、「返却を確認した」を押してください。運んだ人でない課の職員も確認できます。",
        url=move.get_absolute_url(),
    )


@notice("assets.move.return_denied")
def return_denied(entry, move):
    yield Message(
        to=[move.carrier, move.request.applicant],
        title=f"{move.number} まだ戻っていないものがあります",
        body="戻してから、もう一度「返却した」を記録してください。",
        url=move.get_absolute_url(),
    )


@notice("assets.move.lost", urgent=True)
def lost(entry, move):
    yield Message(
        to=_officers(move, at=entry.at),
        title=f"{move.number} 移動の途中で紛失しました（{move.get_asset_class_display()}）",
        body="インシデントの報告が届いているか確かめてください。台帳に残る機器は、担当者が所在不明にしてください。",
        url=move.get_absolute_url(),
    )


@notice("assets.move.called_back", urgent=True)
def called_back(entry, move):
    yield Message(
        to=[move.carrier, move.request.applicant],
        title=f"{move.number} 許可が取り消されました。すぐに戻してください",
        body="持ち出したものを庁舎に戻し、「返却した」を記録してください。",
        url=move.get_absolute_url(),
    )
