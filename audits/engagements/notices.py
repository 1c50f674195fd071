"""Who is told of what happens to an audit. No personal data: numbers, words of the work, a link."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from audits.models import Assignment, Engagement
from audits.parties import cisos, heads, officers, staff_of
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.notifications.notices import Message, notice


def _heads(entry: Any) -> list[User]:
    return [actor.person for actor in heads(at=entry.at)]


def _officers(entry: Any, engagement: Engagement) -> list[User]:
    return [actor.person for actor in officers(engagement.department, at=entry.at)]


def _auditors(entry: Any, engagement: Engagement) -> list[User]:
    """Those who have accepted and are independent at the moment."""
    rows = engagement.assignments.accepted().select_related("person", "engagement")
    return [row.person for row in rows if not row.conflicts(at=entry.at)]


def _message(to: Iterable[User], title: str, body: str, engagement: Engagement, tab: str = "engagement") -> Message:
    return Message(to=list(to), title=title, body=body, url=reverse(f"audits:{tab}", args=[engagement.pk]))


@notice("audits.assignment.asked")
def asked(entry, engagement):
    """The person who is asked, newest request of this audit."""
    row = engagement.assignments.filter(status=Assignment.Status.ASKED, asked_at=entry.at).order_by("-pk").select_related("person").first()
    if row:
        yield _message([row.person], f"{engagement.number} の監査を依頼されています", "引き受けるかどうかを答えてください。", engagement)


@notice("audits.assignment.accepted")
def accepted(entry, engagement):
    yield _message(_heads(entry), f"{engagement.number} の監査が引き受けられました", "監査人が監査実施計画を書きます。", engagement)


@notice("audits.assignment.declined")
def declined(entry, engagement):
    yield _message(_heads(entry), f"{engagement.number} の監査が辞退されました", "別の監査人に依頼してください。", engagement)


@notice("audits.date.offered")
def dates_offered(entry, engagement):
    """The other side."""
    is_ours = entry.changes.get("side") == "監査人"
    to = _officers(entry, engagement) if is_ours else _auditors(entry, engagement)
    body = "都合のよい日を選んでください。" if is_ours else "課から候補日が出ました。確定してください。"
    yield _message(to, f"{engagement.number} の実査の候補日が出ました", body, engagement, "schedule")


@notice("audits.date.chosen")
def date_chosen(entry, engagement):
    yield _message(
        _auditors(entry, engagement), f"{engagement.number} の実査の日が選ばれました", "確定してください。", engagement, "schedule"
    )


@notice("audits.date.refused")
def date_refused(entry, engagement):
    to = [*_auditors(entry, engagement), *_officers(entry, engagement)]
    yield _message(to, f"{engagement.number} の候補日は都合が合いません", "別の候補日を出してください。", engagement, "schedule")


@notice("audits.date.confirmed")
def date_confirmed(entry, engagement):
    to = [*_officers(entry, engagement), *_auditors(entry, engagement)]
    yield _message(to, f"{engagement.number} の実査の日が決まりました", "日時と場所を確かめてください。", engagement, "schedule")


@notice("audits.notice.sent")
def notice_sent(entry, engagement):
    to, title = _officers(entry, engagement), f"監査の通知（{entry.changes['number']}）が届きました"
    yield _message(to, title, "内容を確かめて、受け取ってください。", engagement, "schedule")


@notice("audits.notice.received")
def notice_received(entry, engagement):
    yield _message(_auditors(entry, engagement), f"{engagement.number} の通知が受け取られました", "", engagement, "schedule")


@notice("audits.questionnaire.sent")
def survey_sent(entry, engagement):
    """The officer and the staff of the section."""
    to = [*_officers(entry, engagement), *staff_of(engagement.department, at=entry.at)]
    yield _message(to, f"{engagement.number} の予備調査が届きました", "課の皆さんで分担して答えられます。", engagement, "survey")


@notice("audits.questionnaire.returned")
def survey_returned(entry, engagement):
    to = _officers(entry, engagement)
    yield _message(
        to, f"{engagement.number} の予備調査に補ってほしいことがあります", "理由を確かめて、答えを補ってください。", engagement, "survey"
    )


@notice("audits.questionnaire.submitted")
def survey_submitted(entry, engagement):
    to = _auditors(entry, engagement)
    yield _message(to, f"{engagement.number} の予備調査の回答が出ました", "監査項目の横に答えが出ています。", engagement, "survey")


@notice("audits.paper.written")
def paper_written(entry, engagement):
    to = [*_auditors(entry, engagement), *_heads(entry)]
    yield _message(to, f"{engagement.number} の調書が書かれました", "査閲してください。", engagement, "papers")


@notice("audits.evidence.lent")
def evidence_lent(entry, engagement):
    yield _message(
        _officers(entry, engagement),
        f"証拠 {entry.changes['number']} を借りました",
        "貸した資料を確かめてください。",
        engagement,
        "evidence",
    )


@notice("audits.evidence.returned")
def evidence_returned(entry, engagement):
    title = f"証拠 {entry.changes['number']} を返しました"
    yield _message(_officers(entry, engagement), title, "受け取ったことを確かめて、保管場所を記録してください。", engagement, "evidence")


@notice("audits.evidence.denied", urgent=True)
def evidence_denied(entry, engagement):
    to, title = [*_auditors(entry, engagement), *_heads(entry)], f"証拠 {entry.changes['number']} が課に返っていません"
    yield _message(to, title, "所在を確かめてください。見つからないときは、インシデントとして報告してください。", engagement, "evidence")


@notice("audits.finding.exchanged")
def exchanged(entry, engagement):
    to = _officers(entry, engagement)
    yield _message(
        to, f"{engagement.number} の指摘の案が示されました", "事実に誤りがないかを確かめて、意見を出してください。", engagement, "findings"
    )


@notice("audits.exchange.commented")
def commented(entry, engagement):
    if not entry.changes.get("facts_right"):
        to = _auditors(entry, engagement)
        yield _message(to, f"{entry.changes['number']} に課の意見が出ました", "意見に回答してください。", engagement, "findings")


@notice("audits.exchange.answered")
def answered(entry, engagement):
    yield _message(_officers(entry, engagement), f"{entry.changes['number']} の意見に回答がありました", "", engagement, "findings")


@notice("audits.report.issued")
def issued(entry, engagement):
    """To the section's officer and the audit head (3.13.1.8.2)."""
    to = [*_officers(entry, engagement), *_heads(entry)]
    yield _message(
        to, f"監査報告書（{entry.changes['number']}）が提出されました", "内容を確かめて、受領してください。", engagement, "report"
    )


@notice("audits.report.forwarded")
def forwarded(entry, engagement):
    """To the CISO (3.13.1.8.3)."""
    to = [actor.person for actor in cisos(at=entry.at)]
    yield _message(
        to, f"監査の結果（{entry.changes['number']}）が報告されました", "内容を確かめて、受領してください。", engagement, "report"
    )


@notice("audits.engagement.cancelled")
def cancelled(entry, engagement):
    to = [*_auditors(entry, engagement), *(_officers(entry, engagement) if engagement.is_told else ())]
    yield _message(to, f"{engagement.number} の監査は取りやめになりました", "", engagement)


@notice("accounts.personnel_change.applied", urgent=True)
def moved(entry, change):
    """The audit head hears at once which audits have lost an independent auditor (3.13.1.1)."""
    for row in Assignment.objects.with_conflicts(at=entry.at):
        title = f"{row.engagement.number} の監査人が独立でなくなりました"
        yield _message(_heads(entry), title, "人事異動のためです。監査人を交代させてください。", row.engagement)
