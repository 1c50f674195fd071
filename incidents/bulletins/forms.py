"""The shapes of input of a bulletin: a word to the staff, its correction, its withdrawal."""

from datetime import datetime, timedelta
from typing import Any

from django import forms

from incidents.bulletins.audience import ROLES
from incidents.models import Bulletin, BulletinVersion
from musashimurayama_isms.accounts.models import Department, Role
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fields import JapaneseDateField
from musashimurayama_isms.files.fields import UploadsField

DAYS = 30


class DepartmentsField(forms.ModelMultipleChoiceField):
    """Departments by their full names."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Department.objects.none(), **kwargs)

    def label_from_instance(self, department: Department) -> str:
        return department.full_name


def _text(**kwargs: Any) -> forms.CharField:
    return forms.CharField(label="本文", widget=forms.Textarea({"rows": 8}), max_length=8000, **kwargs)


class IssueForm(forms.Form):
    """What is said first; to whom, how long and where it came from stay closed, with what is usual chosen."""

    title = forms.CharField(label="件名", max_length=200, help_text="件名はメールにも載ります。氏名などの個人情報は書かないでください。")
    text = _text(help_text="何が起きているか、職員にしてほしいこと、困ったときの連絡先の順に書きます。")
    urgency = forms.TypedChoiceField(
        label="緊急度",
        choices=Bulletin.Urgency,
        coerce=int,
        widget=forms.RadioSelect,
        initial=Bulletin.Urgency.NORMAL,
        help_text="「緊急」は、まとめて知らせる時刻を待たず、すぐに届きます。",
    )
    uploads = UploadsField(label="添付ファイル", required=False)

    MORE = ("kind", "audience", "departments", "roles", "expires_on", "origin", "source")
    kind = forms.ChoiceField(label="種類", choices=Bulletin.Kind, widget=forms.RadioSelect, initial=Bulletin.Kind.MALWARE)
    audience = forms.ChoiceField(label="宛先", choices=Bulletin.Audience, widget=forms.RadioSelect, initial=Bulletin.Audience.ALL)
    departments = DepartmentsField(
        label="届ける部・課", required=False, help_text="「部・課を選ぶ」のときに選びます。部を選ぶと、その部のすべての課に届きます。"
    )
    roles = forms.ModelMultipleChoiceField(
        label="届ける役割",
        queryset=Role.objects.filter(code__in=ROLES),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="「役割を選ぶ」のときに選びます。",
    )
    expires_on = JapaneseDateField(label="掲載の最後の日", help_text="この日まで、読んでいない人の受信箱に出ます。")
    origin = forms.ChoiceField(label="情報の出どころ", choices=Bulletin.Origin, widget=forms.RadioSelect, initial=Bulletin.Origin.NATION)
    source = forms.CharField(label="出どころの名称", max_length=200, required=False, help_text="例 注意喚起を出した機関と、その文書の番号")

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        today = day_of(at)
        kwargs["initial"] = {"expires_on": today + timedelta(days=DAYS), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["departments"].queryset = Department.objects.in_force(today).select_related("parent")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("audience") == Bulletin.Audience.SECTIONS and not data.get("departments"):
            self.add_error("departments", "届ける部・課を一つ以上選んでください。")
        if data.get("audience") == Bulletin.Audience.ROLES and not data.get("roles"):
            self.add_error("roles", "届ける役割を一つ以上選んでください。")
        return data

    def content(self) -> dict[str, Any]:
        """As Bulletin.issue takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "uploads"}

    def main(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.MORE]

    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MORE]

    @property
    def has_more(self) -> bool:
        """Whether something in there is wrong: then it must not be closed."""
        return any(name in self.errors for name in self.MORE)


class CorrectionForm(forms.Form):
    """A new version of the text."""

    change = forms.CharField(label="改めたこと", max_length=300, help_text="例 対象の製品に版を加えました")
    title = forms.CharField(label="件名", max_length=200)
    text = _text()
    expires_on = JapaneseDateField(label="掲載の最後の日")
    asks_again = forms.BooleanField(
        label="もう一度読むように求める", required=False, initial=True, help_text="字句だけを直したときは、印を外します。"
    )
    keeps_files = forms.BooleanField(label="前の版の添付ファイルも示す", required=False, initial=True)
    uploads = UploadsField(label="加える添付ファイル", required=False)

    def __init__(self, *args: Any, version: BulletinVersion, **kwargs: Any) -> None:
        bulletin = version.bulletin
        initial = {"title": version.title, "text": version.text, "expires_on": bulletin.expires_on}
        super().__init__(*args, initial=initial, **kwargs)

    def content(self) -> dict[str, Any]:
        """As Bulletin.correct takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "uploads"}


class WithdrawalForm(forms.Form):
    """Why it is taken down."""

    reason = forms.CharField(label="取り下げる理由", max_length=300, help_text="例 誤った情報だったため")
