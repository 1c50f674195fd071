"""The shapes of input about a violation."""

from datetime import datetime
from typing import Any

from django import forms

from incidents.chain import Party
from incidents.clause_lists import numbers_field
from incidents.models import Violation
from incidents.small_acts import FiledForm, TextForm
from incidents.violations.kinds import CONCERNED, Finder, kinds_for
from musashimurayama_isms.accounts.models import Appointment, Department, User
from musashimurayama_isms.accounts.standing import day_of, main_department
from musashimurayama_isms.fields import JapaneseDateField, JapaneseDateTimeField
from musashimurayama_isms.files.fields import UploadsField

WORDS = {
    Party.SECTION_OFFICER: "その課の所属長（情報セキュリティ担当者）",
    Party.DIVISION_OFFICER: "その部の部長（総括情報セキュリティ担当者）",
    Party.CENTRAL_MANAGER: "中央電子計算組織管理者",
    Party.GENERAL_MANAGER: "電子計算組織総括管理者",
}


class ReportForm(forms.Form):
    """What was found: two boxes to fill, the rest may stay empty."""

    kind = forms.ChoiceField(label="どのようなことですか", widget=forms.RadioSelect)
    department = forms.ModelChoiceField(label="どの課の職員のことですか", queryset=Department.objects.none(), empty_label="選んでください")
    what = forms.CharField(
        label="見たこと・分かったこと",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
        help_text="見たことをそのまま。推測は「～と思う」と書き分けてください。",
    )
    whose = forms.CharField(
        label="だれの行いか（分かれば）", max_length=200, required=False, help_text="職や氏名。分からないときは空欄で構いません。"
    )
    happened_at = JapaneseDateTimeField(label="いつのことか（分かれば）", required=False)
    uploads = UploadsField(label="添付ファイル", required=False, help_text="画面の写真や記録など。本人には見えません。")
    concerns = forms.MultipleChoiceField(
        label="知らせないでほしい相手",
        choices=[(party, WORDS[party]) for party in CONCERNED],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="その人自身のことや、近すぎて話せないときに選びます。選んだ人には見えず、上の職が代わりに受け取ります。",
    )
    hides_reporter = forms.BooleanField(
        label="その課の人に、自分の名前を見せない",
        required=False,
        help_text="中央電子計算組織管理者など全庁の役割の人だけが、あなたの名前を見られます。違反したとされる本人には、選ばなくても見えません。",
    )
    clauses = numbers_field("反している条項（分かれば）")

    MORE = ("happened_at", "clauses")

    def main(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.MORE]

    def more(self) -> list[forms.BoundField]:
        """What most reports do not need, kept closed on the page."""
        return [self[name] for name in self.MORE]

    @property
    def has_more(self) -> bool:
        """Whether one of them was refused: then they must not be closed."""
        return any(name in self.errors for name in self.MORE)

    def __init__(self, *args: Any, user: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on, self.finder = day_of(at), Violation.finder_of(user, at=at)
        kinds = kinds_for(self.finder)
        self.fields["kind"].choices = [(spec.code, f"{spec.code.label}（{spec.example}）") for spec in kinds]
        self.initial.setdefault("kind", kinds[0].code)
        self.fields["department"].queryset = Department.objects.in_force(on).select_related("parent")
        self.fields["department"].label_from_instance = lambda row: row.full_name
        if self.finder == Finder.STAFF and (own := main_department(user, on=on)):
            self.initial.setdefault("department", own)


class GuidanceForm(FiledForm):
    """What was said to the person, and when its effect is looked at."""

    check_on = JapaneseDateField(label="改善を確かめる日")
    field_order = ("text", "check_on", "uploads")


class CheckForm(FiledForm):
    """Whether it has improved; if not, the words say who is asked to judge, which may be one up."""

    is_improved = forms.TypedChoiceField(
        label="確かめた結果",
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    field_order = ("is_improved", "text", "uploads")

    def __init__(self, *args: Any, violation: Violation, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        judge = Party(violation.overseer).label
        self.fields["is_improved"].choices = [("yes", "改善した（この件を終える）"), ("no", f"改善しない（{judge}に判断を求める）")]


class GravityForm(TextForm):
    """Whether a grave effect on information security may follow at once (3.11.2.3.2)."""

    is_grave = forms.TypedChoiceField(
        label="直ちに重大な影響を及ぼすおそれがありますか",
        choices=[("yes", "ある（業務継続計画（ICT編）に従って対処する）"), ("no", "ない")],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    field_order = ("is_grave", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = "そう判断した理由"


class PersonForm(forms.Form):
    """Who it was, of the staff of the section."""

    person = forms.ModelChoiceField(label="違反した人", queryset=User.objects.none(), empty_label="選んでください")

    def __init__(self, *args: Any, violation: Violation, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = day_of(at)
        here = Appointment.objects.in_force(on).serving(on).filter(post__department=violation.department.successor_on(on))
        self.fields["person"].queryset = User.objects.filter(pk__in=here.values("person")).order_by("kana", "pk")
        self.fields["person"].label_from_instance = lambda user: user.name


class HandOverForm(forms.Form):
    """That it was handed over to the 職員課."""

    on = JapaneseDateField(label="引き継いだ日")
    text = forms.CharField(label="引き継いだもの", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False)
