"""The shapes of input of one audit."""

from typing import Any

from django import forms

from assets.models import Contractor, System
from audits.acts import ActForm
from audits.engagements.words import item_words
from audits.models import Assignment, CheckItem, Engagement, Evidence, Method, TargetKind
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import RequestType
from musashimurayama_isms.fields import JapaneseDateField, JapaneseDateTimeField
from musashimurayama_isms.files.fields import UploadsField
from policy.fields import ClausesField, SectionField, sections


def lines(label: str, help_text: str = "", *, rows: int = 3, required: bool = True, max_length: int = 2000) -> forms.CharField:
    """Several lines of text."""
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=max_length, widget=widget)


def line(label: str, help_text: str = "", *, required: bool = True, max_length: int = 200) -> forms.CharField:
    """One line of text."""
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=max_length)


class ReasonForm(ActForm):
    """Why."""

    reason = lines("理由", max_length=500)


class AuditorField(forms.ModelChoiceField):
    """A person who may be asked: name, and whether from outside."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = "監査を受ける課と同じ部の職員、対策を指揮する職員は出てきません。"
        super().__init__(queryset=User.objects.none(), label="監査人", empty_label="選んでください", help_text=help_text, **kwargs)

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name}（庁外）" if obj.kind == User.Kind.OUTSIDE else obj.name

    def offer(self, engagement: Engagement, *, at: Any) -> None:
        """Those who are independent today."""
        self.queryset = User.objects.filter(pk__in=[person.pk for person in Assignment.candidates(engagement, at=at)]).order_by(
            "kana", "pk"
        )


class AskForm(ActForm):
    """Whom the audit head asks."""

    person = AuditorField()
    organisation = line("団体", "庁外の監査人のときに書きます。", required=False)
    is_lead = forms.BooleanField(label="主任の監査人とする", required=False)

    def set_up(self) -> None:
        self.fields["person"].offer(self.subject, at=self.at)


class ReplaceForm(ActForm):
    """Who comes in the place of an auditor, and why."""

    person = AuditorField()
    organisation = line("団体", "庁外の監査人のときに書きます。", required=False)
    reason = lines("交代の理由", max_length=500)

    def set_up(self) -> None:
        self.fields["person"].offer(self.subject.engagement, at=self.at)


class EditForm(ActForm):
    """What the audit looks at."""

    purpose = lines("監査の目的", max_length=1000)
    theme = line("テーマ", required=False, max_length=300)
    clauses = ClausesField(label="監査する条項")
    standards = line("基準", max_length=300)
    my_number = forms.BooleanField(label="マイナンバーの取扱いを範囲に含める", required=False)

    def set_up(self) -> None:
        self.initial = {name: getattr(self.subject, name) for name in self.fields}
        self.fields["clauses"].help_text = "例 3-5、3-9(1)。空欄のときは、すべての条項から監査項目を作ります。"


class BeginForm(ActForm):
    """An audit out of the plan: why, until when."""

    purpose = lines("監査の目的", max_length=1000)
    theme = line("テーマ", required=False, max_length=300)
    clauses = ClausesField(label="監査する条項")
    my_number = forms.BooleanField(label="マイナンバーの取扱いを範囲に含める", required=False, initial=True)
    ends_on = JapaneseDateField(label="終わりの予定")

    def set_up(self) -> None:
        themes = list(self.subject.programme.themes.all()) if self.subject is not None else []
        days = {row.work: row for row in self.subject.programme.work_days.all()} if self.subject is not None else {}
        self.fields["theme"].initial = "、".join(row.title for row in themes)[:300]
        self.fields["clauses"].initial = list(dict.fromkeys(number for row in themes for number in row.clauses))
        self.fields["clauses"].help_text = "例 3-5、3-9(1)。空欄のときは、すべての条項から監査項目を作ります。"
        self.fields["ends_on"].initial = days["report"].ends_on if days else None


class SpecialForm(BeginForm):
    """A 随時 audit: whom, and why now."""

    kind = forms.ChoiceField(label="監査するもの", choices=TargetKind, widget=forms.RadioSelect, initial=TargetKind.SECTION)
    department = SectionField(
        label="監査を受ける課",
        queryset=Department.objects.none(),
        empty_label="選んでください",
        help_text="契約や情報システムのときは、所管する課。",
    )
    contractor = forms.ModelChoiceField(
        label="委託事業者", queryset=Contractor.objects.none(), required=False, empty_label="選んでください"
    )
    system = forms.ModelChoiceField(label="情報システム", queryset=System.objects.none(), required=False, empty_label="選んでください")
    special_reason = lines("随時に行う理由", "計画のない監査です。例 重大な事故が起きたため", max_length=500)

    field_order = ("kind", "department", "contractor", "system", "special_reason")

    def set_up(self) -> None:
        super().set_up()
        self.fields["department"].queryset = sections(day_of(self.at)).sections()
        self.fields["contractor"].queryset = Contractor.objects.all()
        self.fields["system"].queryset = System.objects.live()


class EndPhaseForm(ActForm):
    """The phase that the person sees ends; a word is asked for where something may be missing."""

    phase = forms.CharField(widget=forms.HiddenInput)
    reason = lines("足りないまま進む理由", "足りないものがないときは、空欄のままにします。", required=False, max_length=1000)

    def set_up(self) -> None:
        self.fields["phase"].initial = self.subject.phase


class PlaceForm(ActForm):
    """Where something is kept."""

    place = line("保管場所", "例 監査事務局の書庫（鍵あり）")


class OfferForm(ActForm):
    """A day for the fieldwork."""

    starts_at = JapaneseDateTimeField(label="始まりの日時")
    hours = forms.IntegerField(label="時間数", min_value=1, max_value=8, initial=3)
    place = line("場所")
    comment = line("ひとこと", required=False, max_length=300)


class AnswerForm(ActForm):
    """A word why a day does not suit."""

    answer = line("理由", "例 窓口の繁忙期のため", max_length=300)


class NoticeForm(ActForm):
    """What the notice says besides day and auditors."""

    subjects = lines("監査項目", rows=6, max_length=4000)
    asks = lines("お願いすること", "例 貸出簿と持ち出しの許可証を用意してください。", required=False)

    def set_up(self) -> None:
        self.fields["subjects"].initial = item_words(self.subject)


class QuestionsForm(ActForm):
    """All items, or the 必須 ones, become questions."""

    only_must = forms.TypedChoiceField(
        label="質問にする監査項目",
        choices=[("must", "必須の項目だけ"), ("all", "すべての項目")],
        coerce=lambda word: word == "must",
        widget=forms.RadioSelect,
        initial="must",
    )


class SendForm(ActForm):
    """Until when the section answers."""

    due_on = JapaneseDateField(label="回答の期限")
    message = lines("課へのことば", required=False, max_length=1000)


class GiveBackForm(ActForm):
    """Why the section is asked again."""

    reason = lines("戻す理由", "どの質問の、何を補ってほしいか。", max_length=500)
    due_on = JapaneseDateField(label="新しい期限")


class ItemForm(ActForm):
    """An item in the auditor's own words."""

    question = lines("監査項目", rows=2, max_length=300)
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
    procedure = lines("実施した手続", max_length=4000)
    documents = lines("確認した資料", "証拠の番号、資料の名称、期間と件数", required=False, max_length=4000)
    observation = lines("発見事項と評価", rows=6, max_length=8000)

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
    text = lines("内容", rows=8, max_length=8000)


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
    note = lines("見たこと", required=False, max_length=500)
