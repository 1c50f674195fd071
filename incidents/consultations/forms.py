"""The shapes of input of a consultation."""

from datetime import datetime
from typing import Any

from django import forms

from incidents.clause_lists import numbers_field
from incidents.models import Consultation, ConsultationMessage
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of, main_department
from musashimurayama_isms.files.fields import UploadsField


class AskForm(forms.Form):
    """The question: three boxes to fill, the rest may stay empty."""

    topic = forms.ChoiceField(label="何についての相談ですか", choices=Consultation.Topic, widget=forms.RadioSelect)
    title = forms.CharField(label="件名", max_length=100, help_text="例　出張先で資料を見るとき、USBメモリを使ってよいか")
    text = forms.CharField(
        label="困っていること・知りたいこと",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
        help_text="いま何をしようとしていて、どこで迷っているか。急ぐときは、いつまでに必要かも書いてください。",
    )
    clauses = numbers_field()
    uploads = UploadsField(label="添付ファイル", required=False)
    shares_with_officer = forms.BooleanField(
        label="所属長（情報セキュリティ担当者）にも見せる",
        required=False,
        help_text="選ばなければ、あなたと中央電子計算組織管理者だけが見られます。後から変えられます。",
    )

    def __init__(self, *args: Any, user: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on = day_of(at)
        if main_department(user, on=on) is None:
            rows = Department.objects.in_force(on).select_related("parent")
            self.fields["department"] = forms.ModelChoiceField(label="どの課のことですか", queryset=rows, empty_label="選んでください")


class MoreForm(forms.Form):
    """A further question."""

    text = forms.CharField(label="続きの質問", widget=forms.Textarea(attrs={"rows": 4}), max_length=4000)
    uploads = UploadsField(label="添付ファイル", required=False)


class AnswerForm(forms.Form):
    """The instruction, with its clauses and the way onward."""

    text = forms.CharField(
        label="回答・指示",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
        help_text="何をしてよいか、してはいけないかを具体的に。",
    )
    advice = forms.ChoiceField(label="相談した人の次の手順", choices=ConsultationMessage.Advice, widget=forms.RadioSelect, required=False)
    clauses = numbers_field("根拠の条項")
    uploads = UploadsField(label="添付ファイル", required=False)
