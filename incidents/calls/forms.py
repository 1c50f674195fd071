"""The shape of one call."""

from django import forms

from incidents.calls.lists import CallList, Line
from incidents.models import Call
from musashimurayama_isms.fields import JapaneseDateTimeField

OTHER = "other"


class CallForm(forms.Form):
    """Whom, when, over which number, with what result, and what was said."""

    to = forms.ChoiceField(label="だれにかけましたか")
    name = forms.CharField(label="一覧にない相手の名前", max_length=200, required=False, help_text="会社や役所のときは、名称と担当者名。")
    called_at = JapaneseDateTimeField(label="かけた日時")
    means = forms.ChoiceField(label="かけた番号", choices=Call.Means, widget=forms.RadioSelect, initial=Call.Means.EXTENSION)
    result = forms.ChoiceField(label="結果", choices=Call.Result, widget=forms.RadioSelect)
    said = forms.CharField(
        label="話したこと・頼んだこと",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text="伝えたこと、受けた指示、頼んだ伝言。伝言のときは必ず書いてください。",
    )

    def __init__(self, *args, calls: CallList, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.lines: dict[str, Line] = calls.lines
        rows = [(key, f"{line.name}（{line.role}）" if line.role else line.name) for key, line in self.lines.items()]
        self.fields["to"].choices = [*rows, (OTHER, "一覧にない相手")]

    def facts(self) -> dict:
        """What Call.log takes."""
        data = dict(self.cleaned_data)
        line = self.lines.get(data.pop("to"))
        if line:
            data |= {"person": line.person, "outside": line.outside, "called_as": line.role, "name": ""}
        return data
