"""The shapes of input of a vulnerability and of what is found in a system."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from assets.models import System
from incidents.models import Vulnerability, VulnerabilityTarget
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fields import JapaneseDateField
from musashimurayama_isms.files.fields import UploadsField
from musashimurayama_isms.japanese import fold, words
from musashimurayama_isms.parameters.values import Values

Status = VulnerabilityTarget.Status


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


class VulnerabilityForm(forms.ModelForm):
    """What is known of a hole. Without a day the one that the city allows for its severity is taken."""

    severity = forms.TypedChoiceField(label="深刻度", choices=Vulnerability.Severity, coerce=int, widget=forms.RadioSelect)
    origin = forms.ChoiceField(label="情報の出どころ", choices=Vulnerability._meta.get_field("origin").choices, widget=forms.RadioSelect)
    found_on = JapaneseDateField(label="知った日")
    due_on = JapaneseDateField(label="対応の期限", required=False)

    class Meta:
        model = Vulnerability
        fields = Vulnerability.EDITED
        widgets = {"description": _area(4), "measures": _area(4)}
        help_texts = {
            "product": "例 製品の名称と、影響を受ける版",
            "measures": "例 版をいくつ以上に更新する、機能を止める",
            "source": "例 注意喚起を出した機関と、その文書の番号",
        }

    field_order = ("title", "severity", "product", "measures", "description", "found_on", "due_on", "identifiers", "origin", "source")

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        self.at = at
        super().__init__(*args, **kwargs)
        values = Values()
        self.days = {severity: values[code] for severity, code in Vulnerability.DAYS.items()}
        allowed = "、".join(f"{severity.label}は{days}日" for severity, days in self.days.items())
        self.fields["due_on"].help_text = f"空欄のときは、知った日から数えて、{allowed}になります。"
        self.fields["origin"].initial = self.fields["origin"].choices[0][0]

    def _post_clean(self) -> None:
        """The instance is left as it is: the model's own doors write it."""

    def clean_found_on(self) -> date:
        found_on = self.cleaned_data["found_on"]
        if found_on > day_of(self.at):
            raise forms.ValidationError("知った日が未来になっています。")
        return found_on

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("found_on") and data.get("severity") and not data.get("due_on") and "due_on" not in self.errors:
            data["due_on"] = data["found_on"] + timedelta(days=self.days[data["severity"]])
        if data.get("found_on") and data.get("due_on") and data["due_on"] < data["found_on"]:
            self.add_error("due_on", "対応の期限は、知った日以後の日にしてください。")
        return data


class SystemsField(forms.ModelMultipleChoiceField):
    """Systems of the register, each with its section."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, system: System) -> str:
        return f"{system.code} {system.name}（{system.department.full_name}）"


class AimForm(forms.Form):
    """Which systems are to be looked at: first those whose software in the register is the product, already chosen."""

    likely = SystemsField(label="台帳のソフトウェアに製品の名称があるシステム", queryset=System.objects.none(), required=False)
    others = SystemsField(label="そのほかのシステム", queryset=System.objects.none(), required=False)

    def __init__(self, *args: Any, vulnerability: Vulnerability, **kwargs: Any) -> None:
        asked = vulnerability.targets.values("system")
        rows = System.objects.live().exclude(pk__in=asked).select_related("department__parent")
        likely = [row.pk for row in rows if names_product(row.software, vulnerability.product)]
        super().__init__(*args, initial={"likely": likely}, **kwargs)
        self.fields["likely"].queryset = rows.filter(pk__in=likely)
        self.fields["others"].queryset = rows.exclude(pk__in=likely)
        for name in ("likely", "others"):
            if not self.fields[name].queryset.exists():
                del self.fields[name]

    def chosen(self) -> list[System]:
        return [row for name in ("likely", "others") for row in self.cleaned_data.get(name) or []]


def names_product(software: str, product: str) -> bool:
    """Whether a line of the register's software and the product name each other: any word of three letters or more in common."""
    text = fold(software)
    return any(word in text for word in words(product) if len(word) >= 3 and not word[0].isdigit())


class AnswerForm(forms.Form):
    """What the section has found in a system, or done."""

    status = forms.ChoiceField(label="状況", widget=forms.RadioSelect)
    words = forms.CharField(
        label="確かめたこと・したこと",
        widget=_area(4),
        max_length=2000,
        help_text="使っている版と確かめた方法、したこと。「対応しない」のときは、理由と、代わりに行う対策を書きます。",
    )
    planned_on = JapaneseDateField(label="対応を終える予定の日（「対応中」のとき）", required=False)
    done_on = JapaneseDateField(label="対応した日（「対応済」のとき）", required=False)
    uploads = UploadsField(label="証拠", required=False, help_text="更新後の画面や作業の記録など。複数選べます。")

    def __init__(self, *args: Any, target: VulnerabilityTarget, answers: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {Status.REFUSAL_ASKED: "対応しない（中央管理者の承認を求める）"}
        self.fields["status"].choices = [(value, labels.get(value, Status(value).label)) for value in answers]
        self.fields["uploads"].subject = target
        if target.status == Status.WORKING:
            self.initial = {"status": Status.WORKING, "words": target.words, "planned_on": target.planned_on, **self.initial}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("status") == Status.WORKING and not data.get("planned_on") and "planned_on" not in self.errors:
            self.add_error("planned_on", "対応を終える予定の日を入力してください。")
        if data.get("status") == Status.DONE and not data.get("done_on") and "done_on" not in self.errors:
            self.add_error("done_on", "対応した日を入力してください。")
        return data

    def content(self) -> dict[str, Any]:
        """As VulnerabilityTarget.answer takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "uploads"}


class DecisionForm(forms.Form):
    """Whether nothing may be done, and until when."""

    ACCEPT, DECLINE = "accept", "decline"
    outcome = forms.ChoiceField(
        label="決定", choices=[(ACCEPT, "対応しないことを認める"), (DECLINE, "認めず、対応を求める")], widget=forms.RadioSelect
    )
    words = forms.CharField(label="理由", widget=_area(3), max_length=2000)
    review_on = JapaneseDateField(
        label="見直す日（認めるとき）", required=False, help_text="この日に、対応しないままでよいかを確かめます。"
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") == self.ACCEPT and not data.get("review_on") and "review_on" not in self.errors:
            self.add_error("review_on", "見直す日を入力してください。")
        return data


class AskAgainForm(forms.Form):
    """A new day for a system that is looked at anew."""

    due_on = JapaneseDateField(label="新しい期限")


class CloseForm(forms.Form):
    """How it ended."""

    outcome = forms.CharField(
        label="結果",
        widget=_area(3),
        max_length=2000,
        help_text="例 対象の3システムで更新を終えました。該当がないときは、確かめた方法を書きます。",
    )
