"""What is settled with the section: days, the notice, the survey."""

from collections.abc import Callable
from typing import Any

from audits.acts import Act
from audits.engagements import forms
from audits.engagements.acts_of.roles import Kind, Phase, auditor, auditor_or_officer, by_slug, during, leads, officer
from audits.engagements.generation import make_questions
from audits.models import AuditNotice, DateOffer, Engagement, questionnaire, schedule
from musashimurayama_isms.transitions import InvalidTransition


def _dates(row: DateOffer) -> bool:
    """Whether days are still talked about."""
    return row.engagement.phase in schedule.PHASES


def _survey(status: str) -> Callable[[Engagement], bool]:
    return lambda engagement: getattr(getattr(engagement, "questionnaire", None), "status", None) == status


def _on_survey(name: str) -> Callable[..., Any]:
    """A door of the survey, for who stands before the audit."""

    def do(engagement: Engagement, **given: Any) -> Any:
        if not hasattr(engagement, "questionnaire"):
            raise InvalidTransition("予備調査の質問がまだありません。")
        return getattr(engagement.questionnaire, name)(**given)

    return do


ACTS = by_slug(
    Act(
        "offer",
        "候補日を出す",
        DateOffer.offer,
        auditor_or_officer,
        "schedule",
        "候補日を出しました。相手の返事を待ちます。",
        label="候補日を出す",
        form=forms.OfferForm,
        when=during(*schedule.PHASES),
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
        "make-questions",
        "監査項目から質問を作る",
        make_questions,
        auditor,
        "survey",
        "質問を作りました。内容を確かめて送ってください。",
        label="質問を作る",
        form=forms.QuestionsForm,
        when=lambda row: row.phase in (Phase.PREPARING, Phase.SURVEY) and (not _survey("sent")(row)) and (not _survey("submitted")(row)),
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
        when=lambda row: row.phase in questionnaire.PHASES and _survey("draft")(row),
        clause="3.13.1.5",
    ),
    Act(
        "submit-survey",
        "回答を提出する",
        _on_survey("submit"),
        officer,
        "survey",
        "回答を提出しました。",
        when=lambda row: row.phase in questionnaire.PHASES and _survey("sent")(row),
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
        when=lambda row: row.phase in questionnaire.PHASES and _survey("submitted")(row),
    ),
)
KINDS: dict[str, Kind] = {
    "offer": Kind(
        DateOffer,
        "engagement",
        by_slug(
            Act(
                "choose",
                "この日にする",
                DateOffer.choose,
                officer,
                "schedule",
                "候補日を選びました。監査人が確定します。",
                when=lambda row: _dates(row) and row.status == DateOffer.Status.OFFERED and row.side == DateOffer.Side.AUDITORS,
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
                    _dates(row)
                    and (
                        row.status == DateOffer.Status.CHOSEN
                        or (row.status == DateOffer.Status.OFFERED and row.side == DateOffer.Side.SECTION)
                    )
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
                when=lambda row: _dates(row) and row.status in DateOffer.LIVE,
            ),
        ),
    ),
    "notice": Kind(
        AuditNotice,
        "engagement",
        by_slug(
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
}
