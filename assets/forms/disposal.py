"""What a disposal asks before (the request) and after (the record) it is done (3.5.2.9)."""

from typing import Any

from django import forms

from assets.models import Disposal, LedgerEntry
from assets.models.device import Device
from assets.models.disposal_line import Method, Processing
from musashimurayama_isms.fields import JapaneseDateField, JapaneseDateTimeField
from musashimurayama_isms.files.fields import UploadsField

from .things import ThingsForm

KINDS = (
    (Disposal.Kind.DISPOSAL, "廃棄する"),
    (Disposal.Kind.LEASE, "リース会社に返す"),
    (Disposal.Kind.REUSE, "中の情報を消して、再び使う"),
)


class DisposalForm(ThingsForm):
    """The request: what, why, by which method nothing can be brought back, who does it, who is there."""

    kind = forms.ChoiceField(label="どうするか", choices=KINDS, widget=forms.RadioSelect)
    method = forms.ChoiceField(
        label="情報を元に戻せなくする方法",
        choices=Method.choices,
        widget=forms.RadioSelect,
        help_text="媒体に合う方法を選びます。SSDやUSBメモリには磁気による消去は効きません。",
    )
    reason = forms.CharField(label="理由", max_length=300)
    planned_on = JapaneseDateField(label="行う予定の日")
    performer = forms.CharField(label="行う人", max_length=200, help_text="職員の氏名、又は委託事業者と担当者")
    witness = forms.CharField(label="立ち会う予定の人", max_length=200, help_text="行う人とは別の人。委託する場合は職員が立ち会います。")
    lessor = forms.CharField(label="リース会社", max_length=200, required=False, help_text="リース会社に返すときに入力します。")

    PARTS = (
        ("なにを", (), ("things", "more", "stated_class")),
        ("処分のしかた", ("3.5.2.9.1", "3.8.1.6"), ("kind", "lessor", "method", "reason")),
        ("だれが、いつ", ("3.5.2.9.2",), ("planned_on", "performer", "witness")),
        ("添付", (), ("uploads",)),
    )
    template_name = "assets/move/errand_form.html"

    @property
    def parts(self) -> list[tuple]:
        return [(title, clauses, [self[name] for name in names if name in self.fields]) for title, clauses, names in self.PARTS]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.is_lenient:
            return data
        self._check_things(data)
        if data.get("kind") == Disposal.Kind.LEASE and not data.get("lessor"):
            self.add_error("lessor", "返すリース会社を入力してください。")
        if data.get("witness") and data["witness"] == data.get("performer"):
            self.add_error("witness", "立ち会う人は、行う人とは別の人にしてください。")
        return data

    def _check_things(self, data: dict[str, Any]) -> None:
        papers = [thing for thing in self.found if thing.is_paper]
        if data.get("method") == Method.PAPER and len(papers) < len(self.found):
            self.add_error("method", "紙でないものは、この方法では消せません。紙とそれ以外は、別の申請にしてください。")
        elif data.get("method") and data["method"] != Method.PAPER and papers:
            self.add_error("method", "紙の文書には「裁断・溶解する」を選びます。紙とそれ以外は、別の申請にしてください。")
        used = [thing for thing in self.found if isinstance(thing.row, Device) and thing.row.status == Device.Status.IN_USE]
        lent = [thing for thing in self.found if isinstance(thing.row, LedgerEntry) and thing.row.status == "lent"]
        if (used or lent) and data.get("kind") != Disposal.Kind.REUSE:
            names = "、".join(thing.number for thing in [*used, *lent])
            self.add_error("things", f"{names} は使用中です。先に台帳で「保管中」にしてください。")


class RecordForm(forms.Form):
    """The record: the same for every line that is ticked."""

    lines = forms.MultipleChoiceField(label="処理したもの", widget=forms.CheckboxSelectMultiple)
    done_at = JapaneseDateTimeField(label="処理した日時")
    done_by = forms.CharField(label="処理した人", max_length=200, help_text="職員の氏名、又は委託事業者と担当者")
    method = forms.ChoiceField(label="情報を元に戻せなくした方法", choices=Method.choices)
    processing = forms.CharField(
        label="処理の内容",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="例 ディスクを取り外し、穿孔機で4か所に穴を開けた。",
    )
    witness = forms.CharField(label="立会者", max_length=200, required=False, help_text="処理した人とは別の人")
    certificate = forms.CharField(label="証明書の番号", max_length=100, required=False)
    uploads = UploadsField(label="写真・証明書", required=False)

    def __init__(self, *args: Any, disposal: Disposal, **kwargs: Any) -> None:
        content = disposal.request.content
        waiting = [(str(line.pk), line.label) for line in disposal.lines.all() if line.is_waiting]
        known = {"done_by": content.get("performer"), "witness": content.get("witness"), "method": disposal.method}
        kwargs["initial"] = {**known, "lines": [key for key, _ in waiting], **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["lines"].choices = waiting
        self.fields["uploads"].subject = disposal

    @property
    def line_keys(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["lines"]]

    def what(self) -> Processing:
        """The record as the disposal takes it."""
        return Processing(**{name: value for name, value in self.cleaned_data.items() if name not in ("lines", "uploads")})


class GiveUpForm(forms.Form):
    """These are kept after all."""

    lines = forms.MultipleChoiceField(label="取りやめるもの", widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label="理由", max_length=300)

    def __init__(self, *args: Any, disposal: Disposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].choices = [(str(line.pk), line.label) for line in disposal.lines.all() if line.is_waiting]

    @property
    def line_keys(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["lines"]]
