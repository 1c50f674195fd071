"""What is typed when a restore drill is recorded."""

from django import forms

from musashimurayama_isms import fields


class DrillForm(forms.Form):
    """What came to light."""

    note = fields.text("訓練で気づいたこと", "かかった時間、手順で迷ったところ、直すことなど。", required=False, max_length=2000)
