"""What ends with the year or goes over into the next, with who will answer for it."""

from django.urls import reverse

from ..doors import door
from ..rooms import CARRIED, ROOMS
from ..step import Group, State, Step
from ..turn import Turn


def exceptions(turn: Turn) -> Step:
    """Those that end by 31 March: an end never moves, whoever needs it longer applies anew."""
    figure = ROOMS["exceptions"].figure(turn, "3月31日までに終わるもの")
    sentence = (
        "続ける必要があるものは、終わる前に改めて申請します。要らなくなったものは、完了を報告します。"
        if figure.count
        else "年度末までに終わる例外措置はありません。"
    )
    doors = (door("例外措置を開く", reverse("policy:exceptions")),)
    return Step("exceptions", Group.CARRIED, "例外措置の終わりを確かめる", _open(figure.count), sentence, (figure,), doors, "3.11.4.1")


def permits(turn: Turn) -> Step:
    """Permits whose last day is 31 March or before."""
    figure = ROOMS["permits"].figure(turn, "3月31日までに終わるもの")
    sentence = (
        "続ける必要があるものは、終わる前に申請し直すよう、所属に伝えます。" if figure.count else "年度末までに終わる許可はありません。"
    )
    doors = (door("有効な許可を開く", reverse("approvals:desk", args=["running"])),)
    return Step("permits", Group.CARRIED, "許可の終わりを確かめる", _open(figure.count), sentence, (figure,), doors)


def carried(turn: Turn) -> Step:
    """Everything open goes over by itself: it hangs on the post, not on the person."""
    figures = tuple(ROOMS[slug].figure(turn) for slug in CARRIED)
    total = sum(figure.count for figure in figures)
    sentence = (
        f"{total}件が新しい年度に引き継がれます。職に付いて後任に移るので、操作は要りません。一覧で4月1日の担当を確かめます。"
        if total
        else "引き継ぐものはありません。"
    )
    state = State.NONE if not total else State.DONE if all(name != "空席" for name in turn.chiefs.values()) else State.PARTLY
    doors = (door("人事異動の引継ぎを開く", reverse("accounts:handover")),)
    return Step("carried", Group.CARRIED, "終わっていないものを引き継ぐ", state, sentence, figures, doors)


def retention(turn: Turn) -> Step:
    """Assets whose day of disposal comes by 31 March."""
    figure = ROOMS["retention"].figure(turn, "3月31日までに保存期間が終わるもの")
    sentence = (
        "廃棄するか、保存期間を延ばすかを所管課が決めます。廃棄には許可が要ります。"
        if figure.count
        else "年度末までに保存期間が終わる情報資産はありません。"
    )
    doors = (door("情報資産を開く", reverse("assets:asset_list")),)
    return Step("retention", Group.CARRIED, "保存期間の終わりを確かめる", _open(figure.count), sentence, (figure,), doors, "3.5.2.12")


def _open(count: int) -> State:
    return State.OPEN if count else State.NONE
