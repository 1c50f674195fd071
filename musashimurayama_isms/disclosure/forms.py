"""What is typed about a masked copy."""

from django import forms

from musashimurayama_isms import fields

from .models import Disclosure, Ground
from .sources import SOURCES


class FilterForm(forms.Form):
    """Narrows the list of copies."""

    status = forms.ChoiceField(label="状態", required=False, choices=[("", "全て"), *Disclosure.Status.choices])
    source = forms.ChoiceField(
        label="記録の種類", required=False, choices=[("", "全て"), *((code, source.word) for code, source in SOURCES.items())]
    )


class ChooseForm(forms.Form):
    """Which record is looked for."""

    source = forms.ChoiceField(label="記録の種類", choices=[(code, source.word) for code, source in SOURCES.items()])
    q = forms.CharField(label="番号・語句", required=False, max_length=100, help_text="R8-001 のような番号か、件名などの語句")


class BeginForm(forms.Form):
    """For which 請求 it is made."""

    reception = fields.line("請求の受付番号", "情報公開の窓口で付けた番号です。請求した人の氏名は書きません。", max_length=50)


class MaskForm(forms.Form):
    """A phrase to be blackened by hand."""

    phrase = fields.line("黒塗りにする語句", "本文のとおりに入力します。本文で語句を選択すると、ここに入ります。", max_length=500)
    line = forms.IntegerField(
        label="行",
        required=False,
        min_value=1,
        help_text="空欄のときは、同じ語句を全て黒塗りにします。",
        widget=forms.TextInput({"size": 4}),
    )
    ground = forms.ModelChoiceField(label="不開示の理由", queryset=Ground.objects.all(), empty_label="選んでください")
    note = fields.line("補足", "写しには印刷しません。", required=False, max_length=300)


class LiftForm(forms.Form):
    """Why a place is shown after all."""

    reason = fields.line("外す理由", "例：職務として行ったことが分かる職員の職名のため", max_length=300)
    everywhere = forms.BooleanField(label="同じ語句の黒塗りを全て外す", required=False)


class ReasonForm(forms.Form):
    """Why it is sent back or given up."""

    reason = fields.text("理由", max_length=500)


class ApproveForm(forms.Form):
    """What the person has read."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
