"""Acts about one row of an audit: a request to an auditor, a candidate day, a notice, an item, a paper, a piece of evidence …"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from audits.acts import Act
from audits.engagements import forms
from audits.engagements.acts import Phase, auditor, auditor_or_officer, head, officer
from audits.findings import forms as of_findings
from audits.models import (
    Assignment,
    AuditNotice,
    AuditReport,
    CheckItem,
    DateOffer,
    Evidence,
    ExchangeComment,
    Finding,
    MergeConflict,
    ReportReceipt,
    Sample,
    SamplePick,
    WorkingPaper,
)
from audits.models.assignment import RUNNING
from audits.models.place import Place
from musashimurayama_isms.accounts.models import User

Status = Evidence.Status


@dataclass(frozen=True)
class Kind:
    """A kind of row: how it is found for a person, the way from it to its audit, its acts."""

    model: type[models.Model]
    to_engagement: str
    acts: dict[str, Act]
    find: Callable[..., models.QuerySet] | None = None

    def rows(self, user: User, *, at: datetime) -> models.QuerySet:
        """The rows that the person may see."""
        rows = self.find(user, at=at) if self.find else self.model.objects.visible_to(user, at=at)
        path = self.to_engagement.replace(".", "__")
        return rows.select_related(*(f"{path}__{name}" for name in ("department__parent", "contractor", "system", "programme")))


def _by_slug(*acts: Act) -> dict[str, Act]:
    return {act.slug: act for act in acts}


def asked(place: Place) -> bool:
    return place.is_asked


def of_section(place: Place) -> bool:
    return place.is_of_section


def inside(place: Place) -> bool:
    return place.is_auditor or place.is_head


def anybody(place: Place) -> bool:
    return True


def _standing(row: Assignment) -> bool:
    return row.status in Assignment.STANDING and row.engagement.phase in RUNNING


def _picks(user: User, *, at: datetime) -> models.QuerySet:
    return SamplePick.objects.filter(sample__in=Sample.objects.visible_to(user, at=at).values("pk"))


def _receipts(user: User, *, at: datetime) -> models.QuerySet:
    return ReportReceipt.objects.filter(report__in=AuditReport.objects.visible_to(user, at=at).values("pk"))


def _decide(choice: str) -> Callable[..., None]:
    return lambda row, **given: row.decide(choice, **given)


KINDS: dict[str, Kind] = {
    "assignment": Kind(
        Assignment,
        "engagement",
        _by_slug(
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
    "offer": Kind(
        DateOffer,
        "engagement",
        _by_slug(
            Act(
                "choose",
                "この日にする",
                DateOffer.choose,
                officer,
                "schedule",
                "候補日を選びました。監査人が確定します。",
                when=lambda row: row.status == DateOffer.Status.OFFERED and row.side == DateOffer.Side.AUDITORS,
                kind="",
            ),
            Act(
                "confirm",
                "この日で確定する",
                DateOffer.confirm,
                auditor,
                "schedule",
                "実査の日を確定しました。",
                when=lambda row: (
                    row.status == DateOffer.Status.CHOSEN or (row.status == DateOffer.Status.OFFERED and row.side == DateOffer.Side.SECTION)
                ),
                kind="",
            ),
            Act(
                "refuse",
                "都合が合わない",
                DateOffer.refuse,
                auditor_or_officer,
                "schedule",
                "相手に伝えました。",
                label="都合が合わないと伝える",
                form=forms.AnswerForm,
                when=lambda row: row.status in DateOffer.LIVE,
            ),
        ),
    ),
    "notice": Kind(
        AuditNotice,
        "engagement",
        _by_slug(
            Act(
                "receive",
                "通知を受け取る",
                AuditNotice.receive,
                officer,
                "schedule",
                "通知を受け取りました。",
                when=lambda row: row.received_at is None,
                kind="",
            ),
        ),
    ),
    "item": Kind(
        CheckItem,
        "engagement",
        _by_slug(
            Act(
                "finding",
                "指摘の案を書く",
                CheckItem.raise_finding,
                auditor,
                "checklist",
                "指摘の案を書きました。",
                label="案を残す",
                form=of_findings.FindingForm,
                when=lambda row: row.engagement.phase in (Phase.FIELDWORK, Phase.REPORTING),
            ),
            Act(
                "must",
                "必須にする",
                lambda row, **given: row.set_must(True, **given),
                auditor,
                "checklist",
                "必須の項目にしました。",
                when=lambda row: not row.is_must,
            ),
            Act(
                "may",
                "必須から外す",
                lambda row, **given: row.set_must(False, **given),
                auditor,
                "checklist",
                "必須から外しました。",
                when=lambda row: row.is_must,
            ),
            Act(
                "remove",
                "項目を外す",
                CheckItem.remove,
                auditor,
                "checklist",
                "項目を外しました。",
                when=lambda row: not row.version,
                asks="この監査では、この項目を確かめないことになります。",
            ),
        ),
    ),
    "conflict": Kind(
        MergeConflict,
        "merge.engagement",
        _by_slug(
            Act(
                "file", "表の内容にする", _decide("file"), auditor, "merge", "表の内容にしました。", when=lambda row: row.decided_at is None
            ),
            Act(
                "portal",
                "ポータルの内容のままにする",
                _decide("portal"),
                auditor,
                "merge",
                "ポータルの内容のままにしました。",
                when=lambda row: row.decided_at is None,
            ),
            Act(
                "both",
                "両方を残す",
                _decide("both"),
                auditor,
                "merge",
                "両方を残しました。",
                when=lambda row: row.decided_at is None and row.can_keep_both,
            ),
        ),
    ),
    "paper": Kind(
        WorkingPaper,
        "engagement",
        _by_slug(
            Act(
                "rewrite",
                "調書を書き直す",
                WorkingPaper.rewrite,
                auditor,
                "papers",
                "調書を書き直しました。",
                label="この内容にする",
                form=forms.PaperForm,
                when=lambda row: row.reviewed_at is None,
            ),
            Act(
                "review",
                "査閲する",
                WorkingPaper.review_it,
                inside,
                "papers",
                "査閲を記録しました。",
                label="査閲を終える",
                form=forms.ReviewForm,
                when=lambda row: row.reviewed_at is None,
                lead="査閲した調書は変えられなくなります。",
                clause="3.13.1.9.2",
            ),
        ),
    ),
    "evidence": Kind(
        Evidence,
        "engagement",
        _by_slug(
            Act(
                "carry",
                "保管場所を移す",
                Evidence.carry,
                auditor,
                "evidence",
                "保管場所を移したことを記録しました。",
                label="記録する",
                form=forms.CarryForm,
                when=lambda row: row.status == Status.LENT,
            ),
            Act(
                "give-back",
                "課に返す",
                Evidence.give_back,
                inside,
                "evidence",
                "返したことを記録しました。課が確かめます。",
                label="返したことを記録する",
                form=forms.NoteLineForm,
                when=lambda row: row.status == Status.LENT,
                clause="3.13.1.8.1",
                kind="",
            ),
            Act(
                "file",
                "写しを調書につづる",
                Evidence.file_away,
                auditor,
                "evidence",
                "調書につづったことを記録しました。",
                when=lambda row: row.status == Status.LENT and row.form == Evidence.Form.COPY,
                asks="課には返しません。原本にはできません。",
            ),
            Act(
                "confirm",
                "返却を確かめる",
                Evidence.confirm,
                of_section,
                "evidence",
                "返却を確かめました。",
                label="確かに受け取った",
                form=forms.KeptForm,
                when=lambda row: row.status == Status.RETURNED,
                clause="3.13.1.9.1",
                kind="",
            ),
            Act(
                "deny",
                "届いていないと伝える",
                Evidence.deny,
                of_section,
                "evidence",
                "監査人に伝えました。",
                label="届いていない",
                form=forms.DenyForm,
                when=lambda row: row.status == Status.RETURNED,
            ),
        ),
    ),
    "pick": Kind(
        SamplePick,
        "sample.engagement",
        _by_slug(
            Act(
                "note",
                "見たことを書く",
                SamplePick.note_it,
                auditor,
                "papers",
                "見たことを記録しました。",
                label="記録する",
                form=forms.PickForm,
            ),
        ),
        _picks,
    ),
    "finding": Kind(
        Finding,
        "engagement",
        _by_slug(
            Act(
                "revise",
                "指摘を改める",
                Finding.revise,
                auditor,
                "findings",
                "指摘を改めました。前の内容は版として残ります。",
                label="この内容にする",
                form=of_findings.FindingForm,
                when=lambda row: row.status in Finding.EDITABLE,
            ),
            Act(
                "withdraw",
                "指摘を取り下げる",
                Finding.withdraw,
                auditor,
                "findings",
                "指摘を取り下げました。記録は残ります。",
                label="取り下げる",
                form=of_findings.WithdrawForm,
                when=lambda row: row.status in Finding.EDITABLE,
            ),
            Act(
                "comment",
                "意見を出す",
                ExchangeComment.make,
                officer,
                "findings",
                "意見を出しました。監査人が回答します。",
                label="意見を出す",
                form=of_findings.CommentForm,
                when=lambda row: row.status == Finding.Status.EXCHANGE,
                kind="",
            ),
        ),
    ),
    "comment": Kind(
        ExchangeComment,
        "finding.engagement",
        _by_slug(
            Act(
                "reply",
                "意見に回答する",
                ExchangeComment.reply,
                auditor,
                "findings",
                "意見に回答しました。",
                label="回答する",
                form=of_findings.ReplyForm,
                when=lambda row: row.answered_at is None,
                kind="",
            ),
        ),
    ),
    "receipt": Kind(
        ReportReceipt,
        "report.engagement",
        _by_slug(
            Act(
                "receive",
                "報告書を受領する",
                ReportReceipt.receive,
                anybody,
                "report",
                "報告書を受領しました。",
                label="受領する",
                when=lambda row: row.received_at is None,
                kind="",
            ),
        ),
        _receipts,
    ),
}


def engagement_of(row: models.Model, kind: Kind) -> Any:
    """The audit that a row belongs to."""
    for name in kind.to_engagement.split("."):
        row = getattr(row, name)
    return row
