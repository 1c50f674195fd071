"""The shapes of input: three plain questions, the report itself, and the small forms of the chain."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from assets.classification import MEANINGS, AssetClass
from incidents.models import Incident, IncidentKind, Note
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import main_department
from musashimurayama_isms.fields import JapaneseDateTimeField
from musashimurayama_isms.files.fields import UploadsField


class KindField(forms.ModelChoiceField):
    """Kinds with an example each, so that nobody needs to know the word."""

    widget = forms.RadioSelect

    def label_from_instance(self, kind: IncidentKind) -> str:
        return f"{kind.name}（{kind.description}）"


def _not_in_future(value: datetime | None, *, at: datetime) -> datetime | None:
    if value and value > at:
        raise forms.ValidationError("日時が未来になっています。実際の日時を入力してください。")
    return value


class QuestionsForm(forms.ModelForm):
    """何が起きた・いつ気づいた・個人情報は: enough to show the right first-response card."""

    kind = KindField(label="何が起きましたか", queryset=IncidentKind.objects.filter(is_active=True), empty_label=None)
    noticed_at = JapaneseDateTimeField(label="いつ気づきましたか", help_text="およその時刻で構いません。")
    personal_information = forms.ChoiceField(
        label="個人情報は含まれますか",
        choices=Incident.Answer,
        widget=forms.RadioSelect,
        help_text="氏名・住所・番号など、個人が分かる情報です。迷うときは「分からない」を選んでください。",
    )

    class Meta:
        model = Incident
        fields = ["kind", "noticed_at", "personal_information"]

    def __init__(self, *args, user: User, at: datetime, **kwargs) -> None:
        self.user, self.at = user, at
        super().__init__(*args, **kwargs)
        self.department = main_department(user, on=timezone.localtime(at).date())
        if self.department is None:
            self.fields["department"] = forms.ModelChoiceField(
                label="どの課のことですか",
                queryset=Department.objects.in_force(timezone.localtime(at).date()).select_related("parent"),
                help_text="あなたの所属が登録されていないため、選んでください。",
            )

    def clean_noticed_at(self) -> datetime:
        return _not_in_future(self.cleaned_data["noticed_at"], at=self.at)

    def save(self, commit: bool = True, *, facts: Mapping[str, Any] | None = None) -> Incident:
        """A new draft of the person, with what is known already."""
        self.instance.reporter = self.user
        for name, value in (facts or {}).items():
            setattr(self.instance, name, value)
        self.instance.department = self.department or self.cleaned_data["department"]
        return super().save(commit)


class Prefill(forms.Form):
    """What the address of the first page may bring: ?kind=lost&information=…; what does not fit is left out, all can be changed."""

    kind = forms.ModelChoiceField(queryset=IncidentKind.objects.filter(is_active=True), to_field_name="code", required=False)
    personal_information = forms.ChoiceField(choices=Incident.Answer, required=False)
    information = forms.CharField(max_length=300, required=False)
    place = forms.CharField(max_length=200, required=False)
    asset_class = forms.TypedChoiceField(choices=AssetClass.choices, coerce=int, empty_value=None, required=False)

    def _of(self, *names: str) -> dict:
        self.is_valid()
        return {name: value for name in names if (value := self.cleaned_data.get(name))}

    def answers(self) -> dict:
        """Of the three questions."""
        return self._of("kind", "personal_information")

    def facts(self) -> dict:
        """Of the report itself."""
        return self._of("information", "place", "asset_class")


class ReportForm(forms.ModelForm):
    """The report: five questions before sending, the rest may follow. Lenient for autosave: what is valid is kept."""

    summary = forms.CharField(
        label="何が起きたか、書ける範囲で教えてください",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        help_text="誰が・何を・どうした、の順に短く。分からないことは「不明」で構いません。",
    )
    place = forms.CharField(label="どこで起きましたか", max_length=200, help_text="例 市民課の窓口、自席のパソコン、出張先")
    information = forms.CharField(
        label="関係する情報は何ですか", max_length=300, required=False, help_text="例 申請者一覧のファイル、職員用のUSBメモリ"
    )
    asset_class = forms.TypedChoiceField(
        label="その情報の分類",
        choices=[("", "分からない")] + [(value, f"{label}　{MEANINGS[value]}") for value, label in AssetClass.choices],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    action_taken = forms.CharField(
        label="すでにしたこと",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        required=False,
        help_text="例 LANケーブルを抜いた、相手に電話して削除を頼んだ。まだ何もしていないときは空欄のままで構いません。",
    )
    uploads = UploadsField(label="添付ファイル", required=False, help_text="画面の写真や届いたメールなど。後からでも追加できます。")

    MORE = ["occurred_at", "people_count", "department", "informant", "informant_note", "told_at", "bypasses_chief"]
    occurred_at = JapaneseDateTimeField(label="起きた日時（気づいた日時と違うとき）", required=False)
    people_count = forms.IntegerField(label="関係する人数（分かれば）", min_value=0, max_value=10_000_000, required=False)
    told_at = JapaneseDateTimeField(
        label="口頭や紙で、先に所属長へ報告した日時",
        required=False,
        help_text="電話や紙の様式ですでに報告したときだけ入力します。所属長が次にログインしたときに確認します。",
    )
    bypasses_chief = forms.BooleanField(
        label="所属長を通さずに報告する",
        required=False,
        help_text="所属長に関わることのときに選びます。部長と中央電子計算組織管理者に直接届き、課の中では見えません。",
    )

    class Meta:
        model = Incident
        fields = [
            "summary",
            "place",
            "information",
            "asset_class",
            "action_taken",
            "occurred_at",
            "people_count",
            "department",
            "informant",
            "informant_note",
            "told_at",
            "bypasses_chief",
        ]

    def __init__(self, *args, at: datetime, is_lenient: bool = False, **kwargs) -> None:
        self.at = at
        super().__init__(*args, **kwargs)
        self.fields["uploads"].subject = self.instance
        self.fields["department"].queryset = Department.objects.in_force(timezone.localtime(at).date()).select_related("parent")
        self.fields["department"].label = "どの課で起きましたか"
        self.fields["department"].help_text = "自分の所属と違うときだけ変えてください。"
        self.fields["department"].label_from_instance = lambda row: row.full_name
        if is_lenient:
            for field in self.fields.values():
                field.required = False

    def clean_department(self) -> Department:
        """A report always belongs to a department: a draft saved without one keeps its own."""
        return self.cleaned_data["department"] or self.instance.department

    def clean_informant(self) -> str:
        return self.cleaned_data["informant"] or self.instance.informant

    def clean_occurred_at(self) -> datetime | None:
        return _not_in_future(self.cleaned_data["occurred_at"], at=self.at)

    def clean_told_at(self) -> datetime | None:
        value = _not_in_future(self.cleaned_data["told_at"], at=self.at)
        if value and value < self.instance.noticed_at:
            raise forms.ValidationError("気づいた日時より前になっています。報告した日時を確認してください。")
        return value

    def clean(self) -> dict:
        data = super().clean()
        if data.get("bypasses_chief") and data.get("told_at"):
            self.add_error("told_at", "「所属長を通さずに報告する」ときは空欄にしてください。")
        return data

    def more(self) -> list[forms.BoundField]:
        """The fields that most reports do not need, kept closed on the page."""
        return [self[name] for name in self.MORE]

    @property
    def has_more(self) -> bool:
        """Whether something in there is filled in, or wrong: then it must not be closed."""
        instance = self.instance
        is_filled = any(
            getattr(instance, name) not in (None, "", False) for name in ("occurred_at", "people_count", "told_at", "bypasses_chief")
        )
        return is_filled or instance.informant != Incident.Informant.SELF or any(name in self.errors for name in self.MORE)

    def main(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.MORE]

    def keep_valid(self) -> None:
        """Autosave: store every field that is valid as it stands; the others wait in the browser."""
        names = [name for name in self.cleaned_data if name in self._meta.fields]
        self.instance.save(update_fields=[*names, "saved_at"])


class PassOnForm(forms.Form):
    """What the holder of a step adds for the next ones."""

    comment = forms.CharField(
        label="伝えること",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text="確認した状況や、急いでほしいこと。空欄でも伝達できます。",
    )


class OralForm(forms.Form):
    """Words spoken on the phone, entered for the one who spoke."""

    spoken_by = forms.ModelChoiceField(label="話した人", queryset=User.objects.none(), empty_label=None, widget=forms.RadioSelect)
    spoken_at = JapaneseDateTimeField(label="話した日時")
    content = forms.CharField(label="話した内容", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False)

    def __init__(self, *args, people: list[User], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["spoken_by"].queryset = User.objects.filter(pk__in=[user.pk for user in people])
        if len(people) == 1:
            self.fields["spoken_by"].initial = people[0]


class DisputeForm(forms.Form):
    """What was not so, in the words of the one who is said to have spoken."""

    dispute = forms.CharField(label="違う点", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


class NoteForm(forms.ModelForm):
    """A fact added later, with files if there are any."""

    uploads = UploadsField(label="添付ファイル", required=False)

    class Meta:
        model = Note
        fields = ["text"]
        labels = {"text": "分かったこと"}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, incident: Incident, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].subject = incident
