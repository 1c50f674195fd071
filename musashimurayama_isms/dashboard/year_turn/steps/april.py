"""Around 1 April: who comes and goes, who is missing, who is rung, how numbers go on."""

from django.urls import reverse

from incidents.models import NetRecord
from musashimurayama_isms.accounts.models import PersonnelChange
from musashimurayama_isms.accounts.models.personnel import may_handle_personnel
from musashimurayama_isms.accounts.standing import day_of

from ..doors import door
from ..step import Figure, Group, State, Step
from ..turn import VACANT, Turn

WHO_MOVES = "職員課の課長かポータル管理者が取り込みます。"


def personnel(turn: Turn) -> Step:
    """The list of 1 April."""
    rows = PersonnelChange.objects.filter(effective_on=turn.first_day).exclude(status__in=("undone", "discarded"))
    found = {status: rows.filter(status=status).count() for status in ("draft", "waiting", "applied")}
    if found["draft"]:
        state, sentence = State.PARTLY, "4月1日の異動の案があります。内容を確かめて、適用待ちにします。"
    elif found["waiting"]:
        state, sentence = State.PARTLY, "4月1日の異動が適用を待っています。当日の0時過ぎに適用されます。"
    elif found["applied"]:
        state, sentence = State.DONE, "4月1日の異動は適用されました。"
    else:
        state, sentence = State.OPEN, "4月1日の異動は、まだ取り込まれていません。内示の後に、職員課の一覧を取り込みます。"
    url = reverse("accounts:personnel_changes") if may_handle_personnel(turn.user, at=turn.at) else ""
    return Step("personnel", Group.APRIL, "人事異動を取り込む", state, sentence, (), (door("人事異動を開く", url, WHO_MOVES),), "3.10.2.2")


def vacancies(turn: Turn) -> Step:
    """Posts of the net that nobody holds on 1 April, lists that wait included."""
    empty = turn.net.vacant_posts
    if not empty:
        state, sentence = State.DONE, "4月1日に空席となる責任者の職はありません。"
    else:
        names = "、".join(empty[:5])
        more = f"ほか{len(empty) - 5}件" if len(empty) > 5 else ""
        state, sentence = State.OPEN, f"4月1日に空席の職があります：{names}{more}。職員課に確かめます。"
    doors = (door("組織を開く", reverse("accounts:organisation")),)
    return Step("vacancies", Group.APRIL, "責任者の空席を確かめる", state, sentence, (Figure(len(empty), VACANT),), doors, "3.4.2")


def contact_net(turn: Turn) -> Step:
    """The net of the new year on paper, and looked through."""
    rows = NetRecord.objects.filter(on__gte=turn.first_day)
    papers, checks = rows.papers().count(), rows.checks().count()
    if checks:
        state, sentence = State.DONE, f"{turn.label}の緊急連絡網は確認されています。"
    elif papers:
        state, sentence = State.PARTLY, "4月1日の緊急連絡網を印刷しました。4月に入ったら、番号を確かめて記録します。"
    else:
        state, sentence = State.OPEN, "4月1日の緊急連絡網を印刷して配り、番号を確かめて記録します。3月のうちに印刷できます。"
    address = reverse("incidents:net")
    if turn.first_day > day_of(turn.at):
        address += f"?on={turn.first_day.isoformat()}"
    doors = (door("緊急連絡網を開く", address),)
    return Step(
        "contact-net",
        Group.APRIL,
        "緊急連絡網を配り直す",
        state,
        sentence,
        (Figure(papers, "印刷"), Figure(checks, "確認")),
        doors,
        "3.4.2.3.8",
    )


def numbering(turn: Turn) -> Step:
    """Nothing to do: numbers carry the year of the day they are taken."""
    sentence = (
        f"4月1日から、インシデントや申請などの番号は {turn.short}-001 から始まります。操作は要りません。"
        f"今年度に受けたものは、4月以後も R{turn.year - 2019} の番号のままです。"
    )
    state = State.DONE if turn.on >= turn.first_day else State.NONE
    return Step("numbering", Group.APRIL, "番号の切替え", state, sentence)
