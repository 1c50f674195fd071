"""Every act of one audit: who, when, on which tab. Those about a row of it stand in `row_acts`."""

from datetime import datetime
from typing import Any

from audits.acts import Act
from audits.engagements import forms
from audits.engagements.generation import make_items, make_questions
from audits.engagements.request import begin_plan
from audits.findings import forms as of_findings
from audits.models import (
    Assignment,
    AuditNotice,
    AuditReport,
    CheckItem,
    DateOffer,
    Engagement,
    Evidence,
    Finding,
    InterviewNote,
    PhaseEnd,
    Place,
    Sample,
    WorkingPaper,
    cancel,
)
from audits.models.assignment import RUNNING
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.transitions import InvalidTransition

Phase = Engagement.Phase


def head(place: Place) -> bool:
    return place.is_head


def leads(place: Place) -> bool:
    return place.leads


def auditor(place: Place) -> bool:
    return place.is_auditor


def officer(place: Place) -> bool:
    return place.is_officer


def auditor_or_officer(place: Place) -> bool:
    return place.is_auditor or place.is_officer


def during(*phases: str):
    """Offered in these phases."""
    return lambda engagement: engagement.phase in phases


def _survey(status: str):
    return lambda engagement: getattr(getattr(engagement, "questionnaire", None), "status", None) == status


def _draft_report(engagement: Engagement) -> AuditReport | None:
    return engagement.reports.filter(status=AuditReport.Status.DRAFT).first()


def _issued(engagement: Engagement) -> AuditReport | None:
    return engagement.reports.issued().filter(forwarded_at__isnull=True).first()


def _on_survey(name: str):
    """A door of the survey, for who stands before the audit."""

    def do(engagement: Engagement, **given: Any) -> Any:
        if not hasattr(engagement, "questionnaire"):
            raise InvalidTransition("予備調査の質問がまだありません。")
        return getattr(engagement.questionnaire, name)(**given)

    return do


def _on_report(name: str, find=_draft_report):
    """A door of the report that is being written, or was issued."""

    def do(engagement: Engagement, **given: Any) -> Any:
        report = find(engagement)
        if report is None:
            raise InvalidTransition("この操作の対象となる報告書がありません。最新の状況を表示しました。")
        return getattr(report, name)(**given)

    return do


def _end(engagement: Engagement, *, phase: str, reason: str, by: User, at: datetime) -> Any:
    if phase not in Engagement.NEXT:
        phase = engagement.phase
    return PhaseEnd.end(engagement, phase=phase, reason=reason, by=by, at=at)


def _plan_missing(engagement: Engagement) -> bool:
    return engagement.phase == Phase.PREPARING and not engagement.is_planned and not engagement.plan_requests().live().exists()


ACTS: dict[str, Act] = {
    act.slug: act
    for act in (
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
        Act(
            "keep-papers",
            "調書の保管場所を記録する",
            Engagement.keep_papers,
            head,
            "papers",
            "保管場所を記録しました。",
            label="記録する",
            form=forms.PlaceForm,
            when=during(Phase.REPORTING, Phase.FOLLOW_UP),
            clause="3.13.1.9.2",
        ),
        Act(
            "offer",
            "候補日を出す",
            DateOffer.offer,
            auditor_or_officer,
            "schedule",
            "候補日を出しました。相手の返事を待ちます。",
            label="候補日を出す",
            form=forms.OfferForm,
            when=during(Phase.PREPARING, Phase.SURVEY, Phase.FIELDWORK),
            clause="3.13.1.5",
        ),
        Act(
            "send-notice",
            "監査通知を送る",
            AuditNotice.send,
            leads,
            "schedule",
            "通知を送りました。通知書（PDF）は裏で作成しています。",
            label="通知を送る",
            form=forms.NoticeForm,
            when=during(Phase.SURVEY, Phase.FIELDWORK),
            lead="課の情報セキュリティ担当者に届きます。日時と監査人は、確定したものが入ります。",
            clause="3.13.1.5",
        ),
        Act(
            "make-items",
            "義務から監査項目を作る",
            make_items,
            auditor,
            "checklist",
            "監査項目を作りました。",
            when=during(Phase.PREPARING, Phase.SURVEY, Phase.FIELDWORK),
            clause="3.13.1.5",
        ),
        Act(
            "add-item",
            "監査項目を足す",
            CheckItem.add,
            auditor,
            "checklist",
            "監査項目を足しました。",
            label="足す",
            form=forms.ItemForm,
            when=during(Phase.PREPARING, Phase.SURVEY, Phase.FIELDWORK),
        ),
        Act(
            "make-questions",
            "監査項目から質問を作る",
            make_questions,
            auditor,
            "survey",
            "質問を作りました。内容を確かめて送ってください。",
            label="質問を作る",
            form=forms.QuestionsForm,
            when=lambda row: (
                row.phase in (Phase.PREPARING, Phase.SURVEY) and (not _survey("sent")(row)) and (not _survey("submitted")(row))
            ),
            lead="前に作った質問があるときは、作り直します。",
            clause="3.13.1.5",
        ),
        Act(
            "send-survey",
            "予備調査を送る",
            _on_survey("send"),
            auditor,
            "survey",
            "課に送りました。",
            label="課に送る",
            form=forms.SendForm,
            when=lambda row: row.phase in (Phase.SURVEY, Phase.FIELDWORK) and _survey("draft")(row),
            clause="3.13.1.5",
        ),
        Act(
            "submit-survey",
            "回答を提出する",
            _on_survey("submit"),
            officer,
            "survey",
            "回答を提出しました。",
            when=_survey("sent"),
            kind="",
            asks="監査人に回答が届きます。提出した後は、監査人が戻すまで変えられません。",
        ),
        Act(
            "return-survey",
            "課に戻して補ってもらう",
            _on_survey("give_back"),
            auditor,
            "survey",
            "課に戻しました。",
            label="課に戻す",
            form=forms.GiveBackForm,
            when=lambda row: row.phase in (Phase.SURVEY, Phase.FIELDWORK) and _survey("submitted")(row),
        ),
        Act(
            "write-paper",
            "調書を書く",
            WorkingPaper.write,
            auditor,
            "papers",
            "調書を書きました。ほかの監査人か監査総括責任者が査閲します。",
            label="調書を残す",
            form=forms.PaperForm,
            when=during(Phase.SURVEY, Phase.FIELDWORK, Phase.REPORTING),
            clause="3.13.1.9.2",
        ),
        Act(
            "write-note",
            "聞き取りメモを書く",
            InterviewNote.write,
            auditor,
            "papers",
            "聞き取りメモを書きました。",
            label="メモを残す",
            form=forms.NoteForm,
            when=during(Phase.SURVEY, Phase.FIELDWORK, Phase.REPORTING),
            lead="監査人と監査総括責任者だけが読めます。後から変えられません。",
        ),
        Act(
            "draw",
            "申請を無作為に抽出する",
            Sample.take,
            auditor,
            "papers",
            "抽出しました。監査の間だけ、抽出した申請を読めます。",
            label="抽出する",
            form=forms.SampleForm,
            when=during(Phase.SURVEY, Phase.FIELDWORK),
        ),
        Act(
            "borrow",
            "証拠を借りる",
            Evidence.borrow,
            auditor,
            "evidence",
            "借りた証拠を記録しました。課の画面にも出ます。",
            label="借りたことを記録する",
            form=forms.BorrowForm,
            when=during(Phase.SURVEY, Phase.FIELDWORK, Phase.REPORTING),
            clause="3.13.1.8.1",
        ),
        Act(
            "raise-finding",
            "指摘の案を書く",
            Finding.raise_one,
            auditor,
            "findings",
            "指摘の案を書きました。",
            label="案を残す",
            form=of_findings.FindingForm,
            when=during(Phase.FIELDWORK, Phase.REPORTING),
            clause="3.13.1.8.2",
        ),
        Act(
            "exchange",
            "指摘の案を意見交換に出す",
            Finding.exchange,
            leads,
            "findings",
            "課に示しました。意見が届くのを待ちます。",
            when=lambda row: row.phase == Phase.REPORTING and row.findings.drafts().exists(),
            kind="",
            asks="この監査の指摘の案すべてが課に見えるようになります。調書や聞き取りメモは見えません。",
        ),
        Act(
            "begin-report",
            "報告書を書き始める",
            AuditReport.begin,
            auditor,
            "report",
            "報告書を書き始めました。分かっていることは入れてあります。",
            label="書き始める",
            form=of_findings.BeginReportForm,
            when=lambda row: row.phase in (Phase.REPORTING, Phase.FOLLOW_UP) and _draft_report(row) is None,
            clause="3.13.1.8.2",
        ),
        Act(
            "edit-report",
            "報告書を書く",
            _on_report("edit"),
            auditor,
            "report",
            "報告書の案を保存しました。",
            label="保存する",
            form=of_findings.ReportForm,
            when=lambda row: _draft_report(row) is not None,
        ),
        Act(
            "issue-report",
            "報告書を提出する",
            _on_report("issue"),
            leads,
            "report",
            "提出しました。報告書（PDF）は裏で作成しています。",
            when=lambda row: _draft_report(row) is not None,
            kind="",
            clause="3.13.1.8.2",
            asks="監査総括責任者と課の情報セキュリティ担当者に届き、意見交換をした指摘が正式な指摘になります。提出した版は変えられません。",
        ),
        Act(
            "forward-report",
            "CISOに報告する",
            _on_report("forward", _issued),
            head,
            "report",
            "CISOに報告しました。",
            label="報告する",
            form=of_findings.ForwardForm,
            when=lambda row: _issued(row) is not None,
            clause="3.13.1.8.3",
        ),
    )
}
