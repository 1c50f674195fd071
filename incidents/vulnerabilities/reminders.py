"""Words about systems with a hole: before the day, on it, after it; to 中央管理者 when it stays open; and when a review has come."""

from datetime import date, datetime, timedelta

from incidents.models import VulnerabilityTarget
from incidents.vulnerabilities.notices import deciders, officers
from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.accounts.standing import acting, day_of
from musashimurayama_isms.duties.parties import Parties
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.parameters.values import Values

from ..alert_stages import stage


def remind_vulnerabilities(*, at: datetime) -> int:
    """Remind of everything due or late; gives how many were looked at. Each word is sent once, a missed run is made up for."""
    on, values = day_of(at), Values()
    soon = on + timedelta(days=values["incidents.alert_remind_days_before"])
    rows = list(VulnerabilityTarget.objects.unended().filter(due_on__lte=soon).for_list())
    parties = Parties(at)
    for row in rows:
        _remind(row, every=values["incidents.alert_remind_every_days"], on=on, parties=parties)
    reviews = list(VulnerabilityTarget.objects.review_due(on=on).for_list())
    for row in reviews:
        _review(row, at=at)
    return len(rows) + len(reviews)


def _remind(row: VulnerabilityTarget, *, every: int, on: date, parties: Parties) -> None:
    at = parties.at
    word, key_part = stage(row.due_on, on=on, every=every)
    waits_for_decision = row.status == VulnerabilityTarget.Status.REFUSAL_ASKED
    title = (
        f"「対応しない」の申出の決定：脆弱性 {row.vulnerability.number}"
        if waits_for_decision
        else f"脆弱性 {row.vulnerability.number} への対応"
    )
    key = f"hole:{row.pk}:{row.due_on}:{row.status}"
    notify(
        to=deciders(row, at=at) if waits_for_decision else officers(row, parties),
        title=f"{word}：{title}（{row.system.code}）",
        body=f"期限は{wareki(row.due_on)}です。画面を開いて状況を入力してください。",
        url=row.get_absolute_url(),
        subject=row.vulnerability,
        urgent=row.vulnerability.is_critical and row.is_overdue(on=on),
        key=f"{key}:{key_part}",
        at=at,
    )
    if row.is_overdue(on=on) and not waits_for_decision:
        notify(
            to=[actor.person for actor in acting(RoleCode.CENTRAL_MANAGER, at=at)],
            title=f"期限を過ぎています：脆弱性 {row.vulnerability.number}（{row.system.code}）",
            body="所管課の対応が終わっていません。課に確かめてください。",
            url=row.get_absolute_url(),
            subject=row.vulnerability,
            key=f"{key}:up",
            at=at,
        )


def _review(row: VulnerabilityTarget, *, at: datetime) -> None:
    notify(
        to=[actor.person for actor in acting(RoleCode.CENTRAL_MANAGER, at=at)],
        title=f"「対応しない」とした脆弱性 {row.vulnerability.number} を見直す日です（{row.system.code}）",
        body="今も対応しないでよいかを確かめてください。変えるときは、もう一度確認を求めます。",
        url=row.get_absolute_url(),
        subject=row.vulnerability,
        key=f"hole:{row.pk}:review:{row.review_on}",
        at=at,
    )
