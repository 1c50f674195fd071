"""The shapes of input: the report itself and the small forms of the chain; the first page is in incidents.intake."""

from datetime import datetime

from django import forms
from django.utils import timezone

from assets.classification import MEANINGS, AssetClass
from incidents.intake.forms import not_in_future
from incidents.intake.questions import AT_MOST, questions_of
from incidents.models import Incident, Note
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.fields import JapaneseDateTimeField
from musashimurayama_isms.files.fields import UploadsField


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

    MORE = ("occurred_at", "department", "informant", "informant_note", "told_at", "bypasses_chief")
    occurred_at = JapaneseDateTimeField(label="起きた日時（気づいた日時と違うとき）", required=False)
    people_count = forms.IntegerField(
        label="関係する人数",
        min_value=0,
        max_value=10_000_000,
        required=False,
        help_text="何人分の情報か。およその数でも、分からなければ空欄でも構いません。",
    )
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
            "people_count",
            "asset_class",
            "action_taken",
            "occurred_at",
            "department",
            "informant",
            "informant_note",
            "told_at",
            "bypasses_chief",
        ]

    def __init__(self, *args, at: datetime, is_lenient: bool = False, **kwargs) -> None:
        self.at = at
        super().__init__(*args, **kwargs)
        self._ask_of_kind()
        if self.instance.personal_information == Incident.Answer.NO:
            del self.fields["people_count"]
        self.folded = self.MORE if len(self.fields) - len(self.MORE) <= AT_MOST else ("asset_class", *self.MORE)
        self.fields["uploads"].subject = self.instance
        self.fields["department"].queryset = Department.objects.in_force(timezone.localtime(at).date()).select_related("parent")
        self.fields["department"].label = "どの課で起きましたか"
        self.fields["department"].help_text = "自分の所属と違うときだけ変えてください。"
        self.fields["department"].label_from_instance = lambda row: row.full_name
        if is_lenient:
            for field in self.fields.values():
                field.required = False

    def _ask_of_kind(self) -> None:
        """The questions of the kind, before the files."""
        self.questions = questions_of(self.instance.kind)
        for question in self.questions:
            self.fields[question.name] = question.field(self.instance.reporter, at=self.at)
            if question.name in ("service", "account"):
                self.initial[question.name] = getattr(self.instance, question.name)
            elif question.code in self.instance.answers:
                self.initial[question.name] = question.initial(self.instance.answers[question.code])
        self.order_fields([name for name in self.fields if name != "uploads" and name not in self.MORE] + ["uploads"])

    def _keep_answers(self) -> list[str]:
        """Put the answers into the incident; gives the columns that have changed. What is not valid stays as it was."""
        kept, columns = dict(self.instance.answers), []
        for question in self.questions:
            if question.name not in self.cleaned_data:
                continue
            value = self.cleaned_data[question.name]
            if question.name in ("service", "account"):
                setattr(self.instance, question.name, value)
                columns.append(question.name)
            elif value in (None, ""):
                kept.pop(question.code, None)
            else:
                kept[question.code] = question.stored(value)
        self.instance.answers = kept
        return [*columns, "answers"]

    def save(self, commit: bool = True) -> Incident:
        self._keep_answers()
        return super().save(commit)

    def clean_department(self) -> Department:
        """A report always belongs to a department: a draft saved without one keeps its own."""
        return self.cleaned_data["department"] or self.instance.department

    def clean_informant(self) -> str:
        return self.cleaned_data["informant"] or self.instance.informant

    def clean_occurred_at(self) -> datetime | None:
        return not_in_future(self.cleaned_data["occurred_at"], at=self.at)

    def clean_told_at(self) -> datetime | None:
        value = not_in_future(self.cleaned_data["told_at"], at=self.at)
        if value and value < self.instance.noticed_at:
            raise forms.ValidationError("気づいた日時より前になっています。報告した日時を確認してください。")
        return value

    def clean(self) -> dict:
        data = super().clean()
        if data.get("bypasses_chief") and data.get("told_at"):
            self.add_error("told_at", "「所属長を通さずに報告する」ときは空欄にしてください。")
        return data

    def more(self) -> list[forms.BoundField]:
        """The fields that most reports do not need, kept closed on the page; with many questions of the kind, the class as well."""
        return [self[name] for name in self.folded]

    @property
    def has_more(self) -> bool:
        """Whether something in there is filled in, or wrong: then it must not be closed."""
        instance = self.instance
        rare = [name for name in self.folded if name in ("asset_class", "occurred_at", "told_at", "bypasses_chief")]
        is_filled = any(getattr(instance, name) not in (None, "", False) for name in rare)
        return is_filled or instance.informant != Incident.Informant.SELF or any(name in self.errors for name in self.folded)

    def main(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.folded]

    def keep_valid(self) -> None:
        """Autosave: store every field that is valid as it stands; the others wait in the browser."""
        names = [name for name in self.cleaned_data if name in self._meta.fields]
        self.instance.save(update_fields=[*names, *self._keep_answers(), "saved_at"])


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
