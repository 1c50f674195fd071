"""The course of an audit: its auditors, its plan, its phases."""

from datetime import datetime
from typing import Any

from audits.acts import Act
from audits.engagements import forms
from audits.engagements.acts_of.roles import Kind, Phase, asked, auditor, by_slug, during, head, leads
from audits.engagements.request import begin_plan
from audits.models import Assignment, Engagement, PhaseEnd, cancel
from audits.models.assignment import RUNNING
from musashimurayama_isms.accounts.models import User


def _end(engagement: Engagement, *, phase: str, reason: str, by: User, at: datetime) -> Any:
    if phase not in Engagement.NEXT:
        phase = engagement.phase
    return PhaseEnd.end(engagement, phase=phase, reason=reason, by=by, at=at)


def _plan_missing(engagement: Engagement) -> bool:
    return engagement.phase == Phase.PREPARING and not engagement.is_planned and not engagement.plan_requests().live().exists()


def _standing(row: Assignment) -> bool:
    return row.status in Assignment.STANDING and row.engagement.phase in RUNNING


ACTS = by_slug(
    Act(
        "ask",
        "監査人に依頼する",
        Assignment.ask,
        head,
        "engagement",
        "依頼しました。本人の受信箱に届きます。",
        label="依頼する",
        form=forms.AskForm,
        when=during(*RUNNING),
        lead="監査を受ける課から独立した人に依頼します。",
        clause="3.13.1.4",
    ),
    Act(
        "begin-plan",
        "監査実施計画を書く",
        begin_plan,
        auditor,
        "engagement",
        "監査実施計画を書き始めました。内容を確かめて申請してください。",
        when=_plan_missing,
        clause="3.13.1.6.1",
        goes_to=True,
    ),
    Act(
        "edit",
        "監査の内容を変える",
        Engagement.edit,
        leads,
        "engagement",
        "監査の内容を変えました。",
        label="この内容にする",
        form=forms.EditForm,
        when=during(Phase.PREPARING),
    ),
    Act(
        "end-phase",
        "この段階を終える",
        _end,
        leads,
        "engagement",
        "次の段階に進みました。",
        label="次の段階に進む",
        form=forms.EndPhaseForm,
        when=during(*Engagement.NEXT),
    ),
    Act(
        "put-off",
        "終わりの予定を変える",
        Engagement.put_off,
        head,
        "engagement",
        "終わりの予定を変えました。",
        label="この日にする",
        form=forms.PutOffForm,
        when=during(*RUNNING, Phase.FOLLOW_UP),
    ),
    Act(
        "cancel",
        "監査を取りやめる",
        cancel,
        head,
        "engagement",
        "監査を取りやめました。",
        label="取りやめる",
        form=forms.ReasonForm,
        when=during(*Engagement.BEFORE_REPORT),
        lead="記録はすべて残ります。借りている証拠があるときは、先に返します。",
        kind="danger",
    ),
)
KINDS: dict[str, Kind] = {
    "assignment": Kind(
        Assignment,
        "engagement",
        by_slug(
            Act(
                "accept",
                "監査を引き受ける",
                Assignment.accept,
                asked,
                "engagement",
                "監査を引き受けました。",
                label="引き受ける",
                when=lambda row: row.status == Assignment.Status.ASKED,
                kind="",
            ),
            Act(
                "decline",
                "監査を辞退する",
                Assignment.decline,
                asked,
                "engagement",
                "辞退しました。監査総括責任者に伝わります。",
                label="辞退する",
                form=forms.ReasonForm,
                when=lambda row: row.status == Assignment.Status.ASKED,
            ),
            Act(
                "replace",
                "監査人を交代させる",
                Assignment.replace,
                head,
                "engagement",
                "交代を記録し、新しい監査人に依頼しました。",
                label="交代させる",
                form=forms.ReplaceForm,
                when=_standing,
                lead="前の監査人の書いた調書などは、そのまま残ります。",
                clause="3.13.1.1",
            ),
            Act(
                "take-back",
                "依頼を終える",
                Assignment.take_back,
                head,
                "engagement",
                "この監査人の担当を終えました。",
                label="担当を終える",
                form=forms.ReasonForm,
                when=_standing,
            ),
        ),
    ),
}
