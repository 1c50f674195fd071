"""The shapes of input of step 7."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms

from incidents.authorities.answers import Answer
from incidents.authorities.sheet import Sheet
from incidents.models import Assessment, Authority, AuthorityReport, Incident, Publication, Sending, TriggerQuestion
from musashimurayama_isms.approvals.models import Resolution
from musashimurayama_isms.fields import JapaneseDateField, JapaneseDateTimeField
from musashimurayama_isms.files.fields import UploadsField


def _area(label: str, *, rows: int = 3, length: int = 2000, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), max_length=length, **options)


class AssessForm(forms.Form):
    """The questions as the city keeps them; what the report says already is filled in."""

    people_count = forms.IntegerField(
        label="本人の数（分かっている範囲）",
        required=False,
        min_value=0,
        max_value=10_000_000,
        help_text="情報が漏れた人、またはそのおそれのある人の数です。分からないときは空欄のままで構いません。",
    )
    known_at = JapaneseDateTimeField(
        label="市の職員が最初に知った日時",
        help_text="委員会が知った日ではなく、どの部署でも最初の一人が知った日時です。期限はここから数えます。",
    )
    known_reason = forms.CharField(label="報告された「気づいた日時」と違うときは、その理由", max_length=500, required=False)
    note = _area("分かったこと・判断の理由", required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, incident: Incident, latest: Assessment | None, **kwargs: Any) -> None:
        self.incident = incident
        self.questions = list(TriggerQuestion.objects.filter(is_active=True, threshold__isnull=True))
        kwargs["initial"] = self._initial(latest)
        super().__init__(*args, **kwargs)
        for question in self.questions:
            self.fields[f"q_{question.code}"] = forms.ChoiceField(
                label=question.text,
                choices=Answer.choices,
                widget=forms.RadioSelect,
                help_text=question.hint,
                initial=self._known(question, latest),
            )

    def _initial(self, latest: Assessment | None) -> dict[str, Any]:
        if latest:
            return {name: getattr(latest, name) for name in ("people_count", "known_at", "known_reason", "note")} | {"seen": latest.version}
        return {"people_count": self.incident.people_count, "known_at": self.incident.noticed_at, "seen": 0}

    def _known(self, question: TriggerQuestion, latest: Assessment | None) -> str:
        if latest:
            return latest.answers.get(question.code, Answer.UNKNOWN)
        if question.code == "personal":
            return self.incident.personal_information
        return Answer.YES if question.code in self._found else Answer.UNKNOWN

    @cached_property
    def _found(self) -> set[str]:
        """The questions that the response has answered with yes already: an attack, a crime, a cut network."""
        finding = self.incident.attack_findings.last()
        found = {
            "attack": self.incident.kind.is_attack or bool(finding and finding.is_certain),
            "crime": bool(finding and finding.may_be_crime),
            "network_cut": self.incident.cuts.exists(),
        }
        return {code for code, is_so in found.items() if is_so}

    def clean_known_at(self) -> datetime:
        """The boxes hold no seconds: what was not changed stays the moment that was reported."""
        value = self.cleaned_data["known_at"]
        latest = self.initial["known_at"]
        for known in (self.incident.noticed_at, latest):
            if value == known.replace(second=0, microsecond=0):
                return known
        return value

    @property
    def groups(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The questions under their headings, in order."""
        for name in dict.fromkeys(question.group for question in self.questions):
            yield name, [self[f"q_{question.code}"] for question in self.questions if question.group == name]

    @property
    def plain(self) -> list[forms.BoundField]:
        return [self[name] for name in ("people_count", "known_at", "known_reason")]

    def answers(self) -> dict[str, str]:
        return {question.code: self.cleaned_data[f"q_{question.code}"] for question in self.questions}


class WriteForm(forms.Form):
    """The items of the authority's form, each as it stands now."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        kwargs["initial"] = {"seen": sheet.digest, **{f"line_{line.key}": line.text for line in sheet.lines}}
        super().__init__(*args, **kwargs)
        for line in sheet.lines:
            rows = 2 if len(line.text) < 80 and "\n" not in line.text else 5
            self.fields[f"line_{line.key}"] = _area(line.label, rows=rows, length=8000, required=False, help_text=line.hint)

    def lines(self) -> dict[str, str]:
        """Item by item; line ends as the portal keeps them."""
        found = {name.removeprefix("line_"): text for name, text in self.cleaned_data.items() if name.startswith("line_")}
        return {key: text.replace("\r\n", "\n") for key, text in found.items()}


class SendForm(forms.Form):
    """That it was sent: how, when, with which receipt."""

    way = forms.ChoiceField(label="方法", widget=forms.RadioSelect)
    sent_at = JapaneseDateTimeField(label="送った日時")
    people_count = forms.IntegerField(label="通知した人数", required=False, min_value=1, max_value=10_000_000)
    is_complete = forms.TypedChoiceField(
        label="通知は終わりましたか",
        choices=[("yes", "これで全員に通知した（代わりの公表を含む）"), ("no", "まだ通知していない人がいる")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    receipt_number = forms.CharField(
        label="受付番号・受けた人", max_length=100, required=False, help_text="送信フォームの受付番号、電話を受けた担当者の部署など。"
    )
    covers = forms.ModelMultipleChoiceField(
        label="同じ送信で済ませた報告", queryset=AuthorityReport.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = _area("備考", required=False)
    uploads = UploadsField(label="添付ファイル", required=False, help_text="送ったメールや受付の画面の写しなど。")
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, report: AuthorityReport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = Sending.ways(report)
        self.fields["way"].choices = [(way.value, way.label) for way in ways]
        self.fields["uploads"].subject = report.incident
        self.fields["covers"].queryset = Sending.companions(report)
        self.fields["covers"].label_from_instance = lambda row: str(row.stage)
        if not self.fields["covers"].queryset:
            del self.fields["covers"]
        if not report.authority.is_to_persons:
            del self.fields["people_count"], self.fields["is_complete"]

    def record(self) -> dict[str, Any]:
        """The arguments of Sending.record."""
        return {name: value for name, value in self.cleaned_data.items() if name != "uploads"}


class ReasonForm(forms.Form):
    """Why."""

    reason = _area("理由")

    def __init__(self, *args: Any, help_text: str = "", is_required: bool = True, at_most: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if at_most:
            self.fields["reason"] = _area("理由", length=at_most)
        self.fields["reason"].help_text = help_text
        self.fields["reason"].required = is_required


class PublicationForm(forms.Form):
    """A proposal: whether, how, why, and the text."""

    way = forms.ChoiceField(label="公表の方法", choices=Publication.Way.choices, widget=forms.RadioSelect)
    to_press = forms.BooleanField(label="報道機関に知らせる", required=False)
    on_website = forms.BooleanField(label="市のホームページに載せる", required=False)
    grounds = forms.MultipleChoiceField(label="考えたこと", choices=Publication.Ground.choices, widget=forms.CheckboxSelectMultiple)
    reason = _area("理由", help_text="重要度と影響の範囲から、なぜこの方法とするのかを書きます。公表しないときは、その理由を書きます。")
    text = _area(
        "公表する文",
        rows=6,
        length=4000,
        required=False,
        help_text="何が起き、市が何をしたか。半期の一覧には、この文がそのまま載ります。個人や、対策の弱点が分かることは書きません。",
    )
    planned_on = JapaneseDateField(label="公表の予定日", required=False)

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = [(way.value, way.label) for way in Publication.ways(incident)]


class DecideForm(forms.Form):
    """A member's answer to a proposal."""

    basis = forms.ChoiceField(label="決め方", choices=Publication.Basis.choices, widget=forms.RadioSelect, required=False)
    resolution = forms.ModelChoiceField(label="議決", queryset=Resolution.objects.none(), required=False, empty_label="選ばない")
    comment = _area("意見", required=False, help_text="差し戻すときは、直してほしいことを書きます。")

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resolution"].queryset = Publication.bases(incident)
        self.fields["resolution"].label_from_instance = lambda row: f"{row} {row.agenda_item.item.title}"
        if incident.bypasses_chief:
            del self.fields["basis"], self.fields["resolution"]


class AuthorityForm(forms.ModelForm):
    """What the city enters about an authority; whom the law names and when stays as it is."""

    class Meta:
        model = Authority
        fields = ["channel", "note", "check_reason", "is_active"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("channel", "note", "check_reason")}
        labels = {"channel": "送り方・連絡先", "is_active": "この報告先を使う"}
        help_texts = {
            "channel": "担当の部署、電話番号、送る方法など。",
            "check_reason": "確かめ終えたら空欄にします。「要確認」の印が消えます。",
        }


class PublishedForm(forms.Form):
    """That it was published: when and where."""

    published_on = JapaneseDateField(label="公表した日")
    where = forms.CharField(label="公表した場所", max_length=300, help_text="例 市のホームページ（新着情報）、記者クラブ")


class IssueForm(PublishedForm):
    """That a half-yearly list was published, as the person has read it."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
