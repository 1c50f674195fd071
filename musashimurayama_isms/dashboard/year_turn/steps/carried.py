"""What ends with the year or goes over into the next, with who will answer for it."""

from django.db.models import Count, Q
from django.urls import reverse

from musashimurayama_isms.retention.due import total
from musashimurayama_isms.retention.models import Disposal, Hold

from ..doors import door
from ..rooms import CARRIED, ROOMS
from ..step import Figure, Group, State, Step
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


def disposal(turn: Turn) -> Step:
    """Records whose 保存年限 is over on 1 April, and how far their disposal is; what is kept back for a reason is counted too."""
    now = total(at=turn.at)
    coming = total(at=turn.begins) - now if turn.on < turn.first_day else 0
    found = Disposal.objects.aggregate(
        proposed=Count("pk", filter=Q(status=Disposal.Status.PROPOSED)),
        permitted=Count("pk", filter=Q(status__in=(Disposal.Status.PERMITTED, Disposal.Status.RUNNING))),
        done=Count("pk", filter=Q(status=Disposal.Status.DONE, fiscal_year=turn.year)),
    )
    under_way = found["proposed"] + found["permitted"]
    if now or coming:
        state = State.PARTLY if under_way or found["done"] else State.OPEN
        sentence = _to_propose(now, coming, bool(under_way))
    elif under_way:
        state, sentence = State.PARTLY, "起案は済んでいます。決定と、立会いのうえの廃棄を進めます。"
    elif found["done"]:
        state, sentence = State.DONE, f"{turn.label}の記録の廃棄は済んでいます。"
    else:
        state, sentence = State.NONE, "保存年限が過ぎる記録はありません。"
    figures = (
        Figure(now, "保存年限を過ぎた記録"),
        Figure(coming, "4月1日に過ぎる記録"),
        Figure(found["proposed"], "決定待ちの廃棄"),
        Figure(found["permitted"], "実施待ちの廃棄"),
        Figure(Hold.objects.standing(on=max(turn.first_day, turn.on)).count(), "保存延長"),
    )
    doors = (door("保存年限の過ぎた記録を開く", reverse("retention:due")), door("廃棄の一覧を開く", reverse("retention:disposals")))
    return Step("disposal", Group.CARRIED, "記録の廃棄を起案する", state, sentence, figures, doors, "3.5.2.12")


def _to_propose(now: int, coming: int, is_begun: bool) -> str:
    """What is left to be proposed, now or from 1 April on."""
    if not now:
        return f"4月1日に{coming}件の記録の保存年限が過ぎます。残すものには、3月のうちに保存延長を付けます。廃棄は4月1日から起案できます。"
    more = f"4月1日に、さらに{coming}件が過ぎます。" if coming else ""
    left = "起案していない記録が、まだ" if is_begun else "保存年限を過ぎた記録が"
    return f"{left}{now}件あります。{more}所管が廃棄を起案するか、残す理由を確かめます。"


def _open(count: int) -> State:
    return State.OPEN if count else State.NONE
