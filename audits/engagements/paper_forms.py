"""The shapes of input of items, papers, notes, evidence and samples."""

from typing import Any

from django import forms

from audits.acts import ActForm
from audits.models import CheckItem, Engagement, Evidence, Method
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import RequestType
from musashimurayama_isms.fields import JapaneseDateField, JapaneseDateTimeField, line, text
from musashimurayama_isms.files.fields import UploadsField
from policy.fields import ClausesField


class ItemForm(ActForm):
    """An item in the auditor's own words."""

    question = text("監査項目", rows=2, max_length=300)
    clause = ClausesField(label="条項")
    evidence = line("監査資料の例", required=False, max_length=300)
    method = forms.ChoiceField(label="実施方法", choices=Method, widget=forms.RadioSelect, initial=Method.DOCUMENTS)
    is_must = forms.BooleanField(label="必須の項目とする", required=False)

    def clean_clause(self) -> str:
        found = self.cleaned_data["clause"]
        if len(found) != 1:
            raise forms.ValidationError("条項を一つ書いてください。例 3-9(1)カ")
        return found[0]


class ItemsField(forms.ModelMultipleChoiceField):
    """Items of the audit by number and question."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=CheckItem.objects.none(), widget=forms.CheckboxSelectMultiple, **kwargs)

    def label_from_instance(self, obj: CheckItem) -> str:
        return f"{obj.position}　{obj.question}"


class PaperForm(ActForm):
    """A 調書, new or being rewritten."""

    held_on = JapaneseDateField(label="監査日")
    place = line("場所")
    respondent = line("応対者（職名・氏名）")
    items = ItemsField(label="監査項目", required=False)
    procedure = text("実施した手続", max_length=4000)
    documents = text("確認した資料", "証拠の番号、資料の名称、期間と件数", required=False, max_length=4000)
    observation = text("発見事項と評価", rows=6, max_length=8000)

    def set_up(self) -> None:
        is_new = isinstance(self.subject, Engagement)
        engagement = self.subject if is_new else self.subject.engagement
        self.fields["items"].queryset = engagement.items.all()
        if is_new:
            self.initial = {"held_on": day_of(self.at), "place": engagement.fieldwork_place}
        else:
            self.initial = {name: getattr(self.subject, name) for name in self.fields if name != "items"}
            self.initial["items"] = self.subject.items.all()

    def clean_items(self) -> list[CheckItem]:
        return list(self.cleaned_data["items"])


class ReviewForm(ActForm):
    """A word of the reviewer."""

    review = line("査閲のことば", required=False, max_length=500)


class NoteForm(ActForm):
    """Who said what."""

    held_at = JapaneseDateTimeField(label="聞き取りの日時")
    respondent = line("相手")
    text = text("内容", rows=8, max_length=8000)


class BorrowForm(ActForm):
    """What the section lends."""

    title = line("名称", "個人の名前は書かず、何の資料かが分かるように書きます。")
    form = forms.ChoiceField(label="原本・写し", choices=Evidence.Form, widget=forms.RadioSelect)
    quantity = line("数量", max_length=50)
    item = forms.ModelChoiceField(label="監査項目", queryset=CheckItem.objects.none(), required=False, empty_label="選ばない")
    lender = line("貸した職員（職名・氏名）")
    kept_at = line("保管場所")
    uploads = UploadsField(label="写真・ファイル", required=False)

    def set_up(self) -> None:
        self.initial = {"quantity": "1点"}
        self.fields["item"].queryset = self.subject.items.all()
        self.fields["item"].label_from_instance = lambda item: f"{item.position}　{item.question[:40]}"


class CarryForm(ActForm):
    """Where it is now."""

    destination = line("移す先")
    note = line("備考", required=False, max_length=300)


class NoteLineForm(ActForm):
    """A word, if there is any."""

    note = line("備考", required=False, max_length=300)


class DenyForm(ActForm):
    """What has not come back."""

    note = line("届いていないこと", max_length=300)


class KeptForm(ActForm):
    """Where the section keeps it (3.13.1.9.1)."""

    kept_at = line("課での保管場所", "例 市民課の書庫 3段目")


class SampleForm(ActForm):
    """Out of what to draw, and how many."""

    type_ = forms.ModelChoiceField(label="申請種別", queryset=RequestType.objects.none(), empty_label="選んでください")
    since = JapaneseDateField(label="決定日の始まり")
    until = JapaneseDateField(label="決定日の終わり")
    size = forms.IntegerField(label="抽出する件数", min_value=1, max_value=100, initial=5)
    seed = line("乱数の種", "空欄のときは自動で決めます。同じ種なら、だれが抽出しても同じ申請になります。", required=False, max_length=64)

    def set_up(self) -> None:
        used = RequestType.objects.filter(requests__department=self.subject.department).distinct()
        self.fields["type_"].queryset = used.order_by("name")
        self.fields["type_"].label_from_instance = lambda row: row.name


class PickForm(ActForm):
    """What was seen in a drawn request."""

    is_sound = forms.TypedChoiceField(
        label="確かめた結果",
        choices=[("yes", "問題なし"), ("no", "問題あり")],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    note = text("見たこと", required=False, max_length=500)
