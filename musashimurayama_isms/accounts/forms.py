"""Shape of what people enter about the organisation; the rules are on the models."""

from collections.abc import Mapping
from datetime import date

from django import forms
from django.utils import timezone

from musashimurayama_isms.fields import JapaneseDateField, JapaneseDateTimeField, text

from .models import Absence, User
from .personnel.file import MAX_BYTES


class PersonField(forms.ModelChoiceField):
    """A person out of a list, with the user name where two have the same name."""

    def label_from_instance(self, user: User) -> str:
        return f"{user.name}（{user.staff_number or user.username}）"


class DayForm(forms.Form):
    """The day on which the organisation is looked at."""

    on = JapaneseDateField(label="基準日", required=False)


def chosen_day(query: Mapping[str, str]) -> tuple[date, DayForm]:
    """The day asked for (?on=2027-04-01, or the three boxes of the form), else today; a day that is none counts as today."""
    today = timezone.localdate()
    try:
        day = date.fromisoformat(query.get("on", ""))
    except ValueError:
        day = None
    typed = any(name.startswith("on_") for name in query)
    form = DayForm(query) if typed else DayForm(initial={"on": day or today})
    if typed and form.is_valid():
        day = form.cleaned_data["on"]
    return day or today, form


class AbsenceForm(forms.Form):
    """When one is away."""

    starts_at = JapaneseDateTimeField(label="不在の始まり")
    ends_at = JapaneseDateTimeField(label="不在の終わり", help_text="半日の不在も登録できます。")
    reason = forms.ChoiceField(label="理由", choices=Absence.Reason)


class DeputyForm(forms.Form):
    """Who acts for a post, from when to when."""

    deputy = PersonField(label="代理者", queryset=User.objects.none(), empty_label="選んでください")
    since = JapaneseDateField(label="始まりの日")
    until = JapaneseDateField(label="終わりの日")

    def __init__(self, *args, candidates, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = candidates


class PromoterForm(forms.Form):
    """Who becomes 情報化推進員 of a section, from when."""

    person = PersonField(label="情報化推進員", queryset=User.objects.none(), empty_label="選んでください")
    since = JapaneseDateField(label="指名する日", help_text="前の情報化推進員の指名は、この前の日に終わります。")

    def __init__(self, *args, candidates, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = candidates


class PersonnelUploadForm(forms.Form):
    """The list of the 職員課 and its day."""

    effective_on = JapaneseDateField(label="発令日", help_text="この日から新しい所属になります。この日になると適用できます。")
    file = forms.FileField(
        label="異動の一覧（CSV）",
        help_text=f"UTF-8 または Shift_JIS、{MAX_BYTES // 1024 // 1024}MBまで。列は下の表のとおりです。",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(f"ファイルが大きすぎます（上限 {MAX_BYTES // 1024 // 1024}MB）。")
        return file

    def clean_effective_on(self) -> date:
        day = self.cleaned_data["effective_on"]
        if not 2000 <= day.year <= 2199:
            raise forms.ValidationError("発令日の年を確かめてください。")
        return day


class SettleForm(forms.Form):
    """How a line of a hand-over list ended."""

    status = forms.ChoiceField(choices=[("returned", "返却・引継ぎ済"), ("none", "該当なし"), ("open", "未確認に戻す")])


class UserSearchForm(forms.Form):
    """Words of a name, a kana, a user name or a staff number; and which accounts."""

    q = forms.CharField(label="氏名・カナ・利用者ID・職員番号", required=False, max_length=100)
    state = forms.ChoiceField(
        label="状態",
        required=False,
        choices=[("", "利用中"), ("new", "まだログインしていない"), ("closed", "利用停止"), ("left", "退職"), ("all", "全て")],
    )


class ReasonForm(forms.Form):
    """Why an account is touched; kept with the act, never in the trail."""

    reason = text("理由", max_length=1000)

    def __init__(self, *args, help_text: str = "", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = help_text
