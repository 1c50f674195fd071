"""Who is told of a hole: the officers of the systems asked, who decides about 「対応しない」, and the section of what was decided."""

from collections.abc import Iterator

from incidents.models import VulnerabilityTarget
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import acting
from musashimurayama_isms.duties.parties import Parties
from musashimurayama_isms.notifications.notices import Message, notice


def officers(target: VulnerabilityTarget, parties: Parties) -> list[User]:
    """The section's 情報セキュリティ担当者 or who stands in; where nobody is there, the 部's 総括担当者.

    One `parties` for many targets: each role is asked for once.
    """
    for code in (RoleCode.SECTION_OFFICER, RoleCode.DIVISION_OFFICER):
        if found := [row.person for row in parties.of(code, target.system.department)]:
            return found
    return []


def deciders(target: VulnerabilityTarget, *, at) -> list[User]:
    """Who decides about 「対応しない」: 中央管理者; 総括管理者 where that is the person who asks, or nobody is there."""
    for code in VulnerabilityTarget.DECIDERS:
        if found := [row.person for row in acting(code, at=at) if row.person.pk != target.answered_by_id]:
            return found
    return []


def _targets(entry, vulnerability):
    """The target that the entry speaks of."""
    return vulnerability.targets.for_list().filter(system__code=entry.changes["system"])


@notice("incidents.vulnerability.aimed")
def aimed(entry, vulnerability) -> Iterator[Message]:
    mark = "【緊急】" if vulnerability.is_critical else ""
    rows, parties = vulnerability.targets.for_list().filter(asked_at=entry.at), Parties(entry.at)
    yield Message(
        to=[person for row in rows for person in officers(row, parties)],
        title=f"{mark}脆弱性 {vulnerability.number} の確認をお願いします",
        body="所管するシステムに当てはまるかを確かめ、状況を回答してください。",
        url=vulnerability.get_absolute_url(),
    )


@notice("incidents.vulnerability.aimed_urgently", urgent=True)
def aimed_urgently(entry, vulnerability):
    yield from aimed(entry, vulnerability)


@notice("incidents.vulnerability.asked_again")
def asked_again(entry, vulnerability):
    yield from aimed(entry, vulnerability)


@notice("incidents.vulnerability.refusal_asked")
def refusal_asked(entry, vulnerability):
    for target in _targets(entry, vulnerability):
        yield Message(
            to=deciders(target, at=entry.at),
            title=f"脆弱性 {vulnerability.number} に「対応しない」の申出があります",
            body="理由を確かめ、認めるか、対応を求めるかを決めてください。",
            url=target.get_absolute_url(),
        )


@notice("incidents.vulnerability.answered")
def answered(entry, vulnerability):
    """中央管理者 hears once nothing is left to be done."""
    if not vulnerability.targets.unended().exists():
        yield Message(
            to=[row.person for row in acting(RoleCode.CENTRAL_MANAGER, at=entry.at)],
            title=f"脆弱性 {vulnerability.number} は、すべてのシステムの対応が終わりました",
            body="結果を記録して、完了にしてください。",
            url=vulnerability.get_absolute_url(),
        )


@notice("incidents.vulnerability.refusal_decided")
def refusal_decided(entry, vulnerability):
    for target in _targets(entry, vulnerability):
        yield Message(
            to=[*officers(target, Parties(entry.at)), target.answered_by],
            title=f"脆弱性 {vulnerability.number} の「対応しない」の申出が決まりました",
            body=f"結果は「{target.get_status_display()}」です。",
            url=target.get_absolute_url(),
        )
