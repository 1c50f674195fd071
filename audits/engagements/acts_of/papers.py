"""What the report rests on: papers, notes, samples, evidence on loan."""

from datetime import datetime

from django.db import models

from audits.acts import Act
from audits.engagements import paper_forms as forms
from audits.engagements.acts_of.roles import Kind, Phase, auditor, by_slug, during, head, inside, of_section
from audits.engagements.forms import PlaceForm
from audits.models import Engagement, Evidence, InterviewNote, Sample, SamplePick, WorkingPaper
from musashimurayama_isms.accounts.models import User


def _picks(user: User, *, at: datetime) -> models.QuerySet:
    return SamplePick.objects.filter(sample__in=Sample.objects.visible_to(user, at=at).values("pk"))


ACTS = by_slug(
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
        "keep-papers",
        "調書の保管場所を記録する",
        Engagement.keep_papers,
        head,
        "papers",
        "保管場所を記録しました。",
        label="記録する",
        form=PlaceForm,
        when=during(Phase.REPORTING, Phase.FOLLOW_UP),
        clause="3.13.1.9.2",
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
)
KINDS: dict[str, Kind] = {
    "paper": Kind(
        WorkingPaper,
        "engagement",
        by_slug(
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
        by_slug(
            Act(
                "carry",
                "保管場所を移す",
                Evidence.carry,
                auditor,
                "evidence",
                "保管場所を移したことを記録しました。",
                label="記録する",
                form=forms.CarryForm,
                when=lambda row: row.status == Evidence.Status.LENT,
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
                when=lambda row: row.status == Evidence.Status.LENT,
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
                when=lambda row: row.status == Evidence.Status.LENT and row.form == Evidence.Form.COPY,
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
                when=lambda row: row.status == Evidence.Status.RETURNED,
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
                when=lambda row: row.status == Evidence.Status.RETURNED,
            ),
        ),
    ),
    "pick": Kind(
        SamplePick,
        "sample.engagement",
        by_slug(
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
}
