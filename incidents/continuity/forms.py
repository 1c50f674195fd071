"""The shapes of input for the bad day: one's own number, offices outside, the plan, its review."""

from django import forms

from incidents.models import OutsideContact, PlanReview, PlanVersion
from incidents.models.contact import telephone
from musashimurayama_isms.approvals.models import Resolution
from musashimurayama_isms.fields import JapaneseDateField
from musashimurayama_isms.files.fields import UploadsField


class NumberForm(forms.Form):
    """One's own number after hours; empty takes it out."""

    number = forms.CharField(
        label="時間外の電話",
        max_length=40,
        required=False,
        help_text="登録は任意です。空欄で保存すると、登録した番号は消えます。",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "size": 20}),
    )

    def clean_number(self) -> str:
        return telephone(self.cleaned_data["number"])


class OutsideContactForm(forms.ModelForm):
    """An office or a company outside."""

    class Meta:
        model = OutsideContact
        fields = list(OutsideContact.FIELDS)
        labels = {"is_active": "緊急連絡網に載せる"}
        help_texts = {"is_active": "印を外すと、連絡網にも電話連絡の一覧にも表示されません。"}


class CheckForm(forms.Form):
    """What came of looking the net through."""

    note = forms.CharField(
        label="確認した結果",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
        help_text="空席や番号のない方が残っているときは、いつまでにどうするかを書いてください。",
    )


class CodeForm(forms.Form):
    """The code on a printed paper."""

    code = forms.CharField(label="紙に印刷された照合符号", max_length=12, required=False, widget=forms.TextInput(attrs={"size": 10}))


class PlanForm(forms.ModelForm):
    """The draft of the plan: the four contents of 3.11.3.2, what changed, from when."""

    effective_on = JapaneseDateField(label="施行日", required=False, help_text="承認を求めるときに必要です。")
    uploads = UploadsField(label="添付ファイル", required=False, help_text="図や別表など。")

    HELP = {
        "contacts": "連絡の順と庁外の窓口を書きます。個人の電話番号は、自動で作られる緊急連絡網にだけ載せます。",
        "reporting": "だれが、だれに、何を、いつまでに報告するか。",
        "measures": "証拠の保全、被害の拡大の防止、復旧の進めかた。だれが判断するか。",
        "prevention": "原因の調べかたと、再発を防ぐ措置の決めかた。",
    }

    class Meta:
        model = PlanVersion
        fields = ["contacts", "reporting", "measures", "prevention", "change_note", "effective_on"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].subject = self.instance
        for name, text in self.HELP.items():
            self.fields[name].help_text = text
            self.fields[name].widget.attrs["rows"] = 8


class ReturnForm(forms.Form):
    """Why a version goes back to its writers."""

    reason = forms.CharField(label="直してほしいこと", widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)


class ResolutionField(forms.ModelChoiceField):
    """What the committee resolved, with the day."""

    def label_from_instance(self, obj: Resolution) -> str:
        return f"{obj.agenda_item.item}（{obj.get_outcome_display()}）"


class ApproveForm(forms.Form):
    """The approval; a committee's rests on a 議決."""

    digest = forms.CharField(widget=forms.HiddenInput)
    resolution = ResolutionField(label="承認した議決", queryset=Resolution.objects.none(), required=False)

    def __init__(self, *args, version: PlanVersion, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if version.needs_resolution and version.is_submitted:
            self.fields["resolution"].queryset = version.resolutions()
            self.fields["resolution"].required = True
        else:
            del self.fields["resolution"]


class ReviewForm(forms.ModelForm):
    """A review of the plan."""

    result = forms.ChoiceField(label="結果", choices=PlanReview.Result, widget=forms.RadioSelect)

    class Meta:
        model = PlanReview
        fields = ["occasion", "findings", "fits_policy", "result"]
        help_texts = {
            "occasion": "例 年に一度の見直し、組織の変更、インシデントの後、ポリシーの改定",
            "findings": "状況や組織の変化、訓練やインシデントで分かったことに照らして確かめたことを書きます。",
            "fits_policy": "いま施行されているポリシーと照らし合わせて、食い違いがないときに選びます。",
        }
        widgets = {"findings": forms.Textarea(attrs={"rows": 4})}
