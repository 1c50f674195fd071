"""The shapes of input of a 横展開: the question, the answer of a section, what it did."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet

from assets.registers import keeping_departments
from incidents.bulletins.forms import DepartmentsField
from incidents.models import Incident, Inquiry, InquiryPlace
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fields import JapaneseDateField
from musashimurayama_isms.files.fields import UploadsField
from musashimurayama_isms.fiscal import add_working_days
from musashimurayama_isms.parameters.values import value

Status = InquiryPlace.Status


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


def _labelled(field: str, rows: int, **kwargs: Any) -> forms.CharField:
    column = Inquiry._meta.get_field(field)
    return forms.CharField(label=column.verbose_name, widget=_area(rows), max_length=column.max_length, **kwargs)


class AskForm(forms.Form):
    """What is asked, of which sections, until when. Nothing of the source is copied: the words are written for those who are asked."""

    title = forms.CharField(label="件名", max_length=200, help_text="例 宛先の自動入力による誤送信")
    text = _labelled("text", 5, help_text="起きた課や関わった人が分からないように、何がどう起きたかを書きます。")
    question = _labelled("question", 4, help_text="例 自動入力を止めているか、確かめる人を決めているか")
    due_on = JapaneseDateField(label="回答の期限")
    to_all = forms.BooleanField(label="すべての課に照会する", required=False)
    departments = DepartmentsField(label="照会する課", required=False)
    is_clean = forms.BooleanField(label="個人情報と、起きた課や人が分かる言葉を書いていないことを確かめました")
    uploads = UploadsField(
        label="添付ファイル", required=False, help_text="照会を受けた課も読みます。個人情報を含むものは付けないでください。"
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        days = value("incidents.inquiry_answer_working_days")
        kwargs["initial"] = {"due_on": add_working_days(day_of(at), days), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["departments"].queryset = keeping_departments(on=day_of(at))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("to_all"):
            data["departments"] = self.fields["departments"].queryset
        elif not data.get("departments") and "departments" not in self.errors:
            self.add_error("departments", "照会する課を選ぶか、「すべての課に照会する」に印を付けてください。")
        return data

    def content(self) -> dict[str, Any]:
        """As Inquiry.ask takes it."""
        return {name: self.cleaned_data[name] for name in ("title", "text", "question", "due_on", "departments")}


class WidenForm(forms.Form):
    """More sections."""

    departments = DepartmentsField(label="加える課")

    def __init__(self, *args: Any, inquiry: Inquiry, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = inquiry.places.values("department")
        rows: QuerySet[Department] = keeping_departments(on=day_of(at)).exclude(pk__in=known)
        self.fields["departments"].queryset = rows


class PostponeForm(forms.Form):
    """A later day."""

    due_on = JapaneseDateField(label="新しい期限")


class CloseForm(forms.Form):
    """What was learnt from the answers."""

    conclusion = forms.CharField(
        label="まとめ", widget=_area(5), max_length=4000, help_text="回答から分かったこと、全庁で行うこと。照会を受けた課も読みます。"
    )


class AnswerForm(forms.Form):
    """The answer of a section."""

    status = forms.ChoiceField(label="同じことがありますか", widget=forms.RadioSelect)
    words = forms.CharField(label="確かめたこと", widget=_area(4), max_length=2000, help_text="どこを、どのように確かめたかを書きます。")
    plan = forms.CharField(
        label="これからすること（「ある」のとき）",
        widget=_area(3),
        max_length=2000,
        required=False,
        help_text="だれが何をするかを書きます。",
    )
    measure_due_on = JapaneseDateField(label="終える日（「ある」のとき）", required=False)

    def __init__(self, *args: Any, place: InquiryPlace, **kwargs: Any) -> None:
        now = (
            {}
            if place.status == Status.UNANSWERED
            else {name: getattr(place, name) for name in ("status", "words", "plan", "measure_due_on")}
        )
        super().__init__(*args, initial=now, **kwargs)
        allowed = InquiryPlace.TRANSITIONS[Status(place.status)]
        self.fields["status"].choices = [(row.value, row.label) for row in InquiryPlace.ANSWERS if row in allowed]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("status") == Status.EXISTS:
            if not data.get("plan") and "plan" not in self.errors:
                self.add_error("plan", "これからすることを入力してください。")
            if not data.get("measure_due_on") and "measure_due_on" not in self.errors:
                self.add_error("measure_due_on", "終える日を入力してください。")
        return data


class FinishForm(forms.Form):
    """What was done of what was planned."""

    done_on = JapaneseDateField(label="終えた日")
    result = forms.CharField(label="したこと", widget=_area(3), max_length=2000)
    uploads = UploadsField(label="証拠", required=False)


class LinkForm(forms.Form):
    """Which report the section has made of it."""

    incident = forms.ModelChoiceField(
        label="報告したインシデント", queryset=Incident.objects.none(), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, reports: QuerySet[Incident], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["incident"].queryset = reports.select_related("kind")
        self.fields["incident"].label_from_instance = lambda row: f"{row.number} {row.kind}"
