"""The shapes of input of one audit."""

from typing import Any

from django import forms

from assets.models import Contractor, System
from audits.acts import ActForm
from audits.engagements.words import item_words
from audits.models import Assignment, Engagement, TargetKind
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fields import JapaneseDateField, JapaneseDateTimeField, line, text
from policy.fields import ClausesField, SectionField, sections


class ReasonForm(ActForm):
    """Why."""

    reason = text("理由", max_length=500)


class AuditorField(forms.ModelChoiceField):
    """A person who may be asked: name, and whether from outside."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = "監査を受ける課と同じ部の職員、対策を指揮する職員は出てきません。"
        super().__init__(queryset=User.objects.none(), label="監査人", empty_label="選んでください", help_text=help_text, **kwargs)

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name}（庁外）" if obj.kind == User.Kind.OUTSIDE else obj.name

    def offer(self, engagement: Engagement, *, at: Any) -> None:
        """Those who are independent today."""
        self.queryset = User.objects.filter(pk__in=[person.pk for person in Assignment.candidates(engagement, at=at)]).order_by(
            "kana", "pk"
        )


class AskForm(ActForm):
    """Whom the audit head asks."""

    person = AuditorField()
    organisation = line("団体", "庁外の監査人のときに書きます。", required=False)
    is_lead = forms.BooleanField(label="主任の監査人とする", required=False)

    def set_up(self) -> None:
        self.fields["person"].offer(self.subject, at=self.at)


class ReplaceForm(ActForm):
    """Who comes in the place of an auditor, and why."""

    person = AuditorField()
    organisation = line("団体", "庁外の監査人のときに書きます。", required=False)
    reason = text("交代の理由", max_length=500)

    def set_up(self) -> None:
        self.fields["person"].offer(self.subject.engagement, at=self.at)


class EditForm(ActForm):
    """What the audit looks at."""

    purpose = text("監査の目的", max_length=1000)
    theme = line("テーマ", required=False, max_length=300)
    clauses = ClausesField(label="監査する条項")
    standards = line("基準", max_length=300)
    my_number = forms.BooleanField(label="マイナンバーの取扱いを範囲に含める", required=False)

    def set_up(self) -> None:
        self.initial = {name: getattr(self.subject, name) for name in self.fields}
        self.fields["clauses"].help_text = "例 3-5、3-9(1)。空欄のときは、すべての条項から監査項目を作ります。"


class BeginForm(ActForm):
    """An audit out of the plan: why, until when."""

    purpose = text("監査の目的", max_length=1000)
    theme = line("テーマ", required=False, max_length=300)
    clauses = ClausesField(label="監査する条項")
    my_number = forms.BooleanField(label="マイナンバーの取扱いを範囲に含める", required=False, initial=True)
    ends_on = JapaneseDateField(label="終わりの予定")

    def set_up(self) -> None:
        self.fields["clauses"].help_text = "例 3-5、3-9(1)。空欄のときは、すべての条項から監査項目を作ります。"
        self.initial = self.prefilled()

    def prefilled(self) -> dict[str, Any]:
        """From the plan that the target stands in."""
        themes, days = self.subject.programme.themes.all(), {row.work: row for row in self.subject.programme.work_days.all()}
        return {
            "theme": "、".join(row.title for row in themes)[:300],
            "clauses": list(dict.fromkeys(number for row in themes for number in row.clauses)),
            "ends_on": days["report"].ends_on,
        }


class SpecialForm(BeginForm):
    """A 随時 audit: whom, and why now; with a finding as its subject, what is to be looked at again."""

    kind = forms.ChoiceField(label="監査するもの", choices=TargetKind, widget=forms.RadioSelect, initial=TargetKind.SECTION)
    department = SectionField(
        label="監査を受ける課",
        queryset=Department.objects.none(),
        empty_label="選んでください",
        help_text="契約や情報システムのときは、所管する課。",
    )
    contractor = forms.ModelChoiceField(
        label="委託事業者", queryset=Contractor.objects.none(), required=False, empty_label="選んでください"
    )
    system = forms.ModelChoiceField(label="情報システム", queryset=System.objects.none(), required=False, empty_label="選んでください")
    special_reason = text("随時に行う理由", "計画のない監査です。例 重大な事故が起きたため", max_length=500)

    field_order = ("kind", "department", "contractor", "system", "special_reason")

    def set_up(self) -> None:
        super().set_up()
        self.fields["department"].queryset = sections(day_of(self.at)).sections()
        self.fields["contractor"].queryset = Contractor.objects.all()
        self.fields["system"].queryset = System.objects.live()

    def prefilled(self) -> dict[str, Any]:
        """From the finding, if there is one."""
        finding = self.subject
        if finding is None:
            return {}
        audit = finding.engagement
        return {
            **{name: getattr(audit, name) for name in ("kind", "contractor", "system", "theme", "my_number")},
            "department": finding.department,
            "special_reason": f"指摘 {finding.number} への対処を確かめるため",
            "purpose": "指摘への対処が行われ、その効果が続いているかを確かめる",
            "clauses": finding.clauses,
        }


class EndPhaseForm(ActForm):
    """The phase that the person sees ends; a word is asked for where something may be missing."""

    phase = forms.CharField(widget=forms.HiddenInput)
    reason = text("足りないまま進む理由", "足りないものがないときは、空欄のままにします。", required=False, max_length=1000)

    def set_up(self) -> None:
        self.fields["phase"].initial = self.subject.phase


class PutOffForm(ActForm):
    """Until when the audit is planned to last."""

    ends_on = JapaneseDateField(label="終わりの予定", help_text="庁外の監査人の権限も、この日までになります。")

    def set_up(self) -> None:
        self.fields["ends_on"].initial = self.subject.ends_on


class PlaceForm(ActForm):
    """Where something is kept."""

    place = line("保管場所", "例 監査事務局の書庫（鍵あり）")


class OfferForm(ActForm):
    """A day for the fieldwork."""

    starts_at = JapaneseDateTimeField(label="始まりの日時")
    hours = forms.IntegerField(label="時間数", min_value=1, max_value=8, initial=3)
    place = line("場所")
    comment = line("ひとこと", required=False, max_length=300)


class AnswerForm(ActForm):
    """A word why a day does not suit."""

    answer = line("理由", "例 窓口の繁忙期のため", max_length=300)


class NoticeForm(ActForm):
    """What the notice says besides day and auditors."""

    subjects = text("監査項目", rows=6, max_length=4000)
    asks = text("お願いすること", "例 貸出簿と持ち出しの許可証を用意してください。", required=False)

    def set_up(self) -> None:
        self.fields["subjects"].initial = item_words(self.subject)


class QuestionsForm(ActForm):
    """All items, or the 必須 ones, become questions."""

    only_must = forms.TypedChoiceField(
        label="質問にする監査項目",
        choices=[("must", "必須の項目だけ"), ("all", "すべての項目")],
        coerce=lambda word: word == "must",
        widget=forms.RadioSelect,
        initial="must",
    )


class SendForm(ActForm):
    """Until when the section answers."""

    due_on = JapaneseDateField(label="回答の期限")
    message = text("課へのことば", required=False, max_length=1000)


class GiveBackForm(ActForm):
    """Why the section is asked again."""

    reason = text("戻す理由", "どの質問の、何を補ってほしいか。", max_length=500)
    due_on = JapaneseDateField(label="新しい期限")
