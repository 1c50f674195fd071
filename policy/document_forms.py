"""Forms of the sections' documents: what one is, its draft, its review, its readers."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from musashimurayama_isms.accounts.forms import PersonField
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.models.department import DepartmentQuerySet
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fields import JapaneseDateField
from musashimurayama_isms.files.fields import UploadsField
from policy.fields import ClausesField, SectionField
from policy.fields import sections as sections_in_force
from policy.forms import ALL, FilterForm
from policy.models import DocumentVersion, Regulation, SectionDocument


class DocumentFilterForm(FilterForm):
    """Narrows the list of documents."""

    STATES = (("in_use", "施行中"), ("on_the_way", "作成中・承認待ち"), ("overdue", "見直し期限超過"), ("withdrawn", "廃止"))

    kind = forms.ChoiceField(label="種別", required=False, choices=[ALL, *SectionDocument.Kind.choices])
    state = forms.ChoiceField(label="状態", required=False, choices=[ALL, *STATES])
    owner = SectionField(label="所管の課", required=False, queryset=Department.objects.none(), empty_label="全て")
    q = forms.CharField(label="文書名", required=False, max_length=100)

    def __init__(self, data: Any, *, at: datetime) -> None:
        super().__init__(data)
        owners = SectionDocument.objects.order_by().values("owner")
        self.fields["owner"].queryset = Department.objects.filter(pk__in=owners).select_related("parent")


class DocumentForm(forms.Form):
    """What a document is; its text stands in the versions."""

    title = forms.CharField(label="文書名", max_length=100, help_text="例 住民記録システム 情報セキュリティ実施手順")
    kind = forms.ChoiceField(label="種別", choices=SectionDocument.Kind, widget=forms.RadioSelect)
    confidentiality = forms.ChoiceField(
        label="公開の範囲",
        choices=(
            ("restricted", "限定　所管の課と、名前を挙げた人・課だけが読めます"),
            ("internal", "庁内　すべての職員が読めます"),
            ("public", "公開　市の外にも公開できる内容です"),
        ),
        initial="restricted",
        widget=forms.RadioSelect,
    )
    clauses = ClausesField(label="関係する条項")
    regulations = forms.ModelMultipleChoiceField(
        label="この文書が満たす、定めるべき規程・手順",
        queryset=Regulation.objects.filter(is_in_policy=False),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="施行されると、選んだ規程・手順が一覧で「整備済み」になります。",
    )
    owner = SectionField(label="所管の課", queryset=Department.objects.none(), empty_label=None)

    def __init__(self, *args: Any, owners: DepartmentQuerySet, **kwargs: Any) -> None:
        """`owners` are the sections to choose from; with one or none there is nothing to choose."""
        super().__init__(*args, **kwargs)
        if len(owners) > 1:
            self.fields["owner"].queryset = owners
        else:
            del self.fields["owner"]

    def clean(self) -> dict[str, Any]:
        """The rules of the columns, told beside the field that has to change."""
        data = super().clean()
        if data.get("kind") and data.get("confidentiality"):
            try:
                SectionDocument(kind=data["kind"], confidentiality=data["confidentiality"]).validate_constraints()
            except ValidationError as error:
                self.add_error("confidentiality", error.messages)
        return data


class VersionForm(forms.Form):
    """A draft: half-filled it is kept; to ask for approval it needs a content and both days."""

    text = forms.CharField(
        label="本文",
        required=False,
        max_length=100_000,
        strip=False,
        widget=forms.Textarea({"rows": 18}),
        help_text="段落の間は1行空けます。ファイルだけの文書では空欄のままで構いません。",
    )
    uploads = UploadsField(label="ファイル", required=False)
    change_note = forms.CharField(
        label="前の版から変えたこと",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="最初の版では空欄で構いません。",
    )
    effective_on = JapaneseDateField(label="施行日", required=False, help_text="承認がこの日より遅れたときは、承認の日から施行されます。")
    review_on = JapaneseDateField(
        label="次の見直し日", required=False, help_text="この日が近づくと、課長の受信箱に見直しの業務が届きます。"
    )

    def __init__(self, *args: Any, version: DocumentVersion, at: datetime, is_asking: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version, self.today, self.is_asking = version, day_of(at), is_asking
        self.fields["uploads"].subject = version
        if is_asking:
            self.fields["effective_on"].required = self.fields["review_on"].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.is_asking:
            return data
        if not (data.get("text") or "").strip() and not data.get("uploads") and not self.version.files.exists():
            self.add_error("text", "本文を書くか、ファイルを選んでください。")
        if data.get("effective_on") and data["effective_on"] < self.today:
            self.add_error("effective_on", "施行日が過ぎています。今日以後の日を入力してください。")
        if data.get("review_on") and data["review_on"] <= max(self.today, data.get("effective_on") or self.today):
            self.add_error("review_on", "次の見直し日は、施行日より後の日にしてください。")
        return data

    def fields_of_draft(self) -> dict[str, Any]:
        """What is written into the draft; the files are attached."""
        return {name: value for name, value in self.cleaned_data.items() if name != "uploads"}


class ReviewForm(forms.Form):
    """The review is done and nothing changes."""

    review_on = JapaneseDateField(label="次の見直し日")

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = day_of(at)

    def clean_review_on(self) -> date:
        if self.cleaned_data["review_on"] <= self.today:
            raise ValidationError("今日より後の日を入力してください。")
        return self.cleaned_data["review_on"]


class GrantForm(forms.Form):
    """A reader by name: a section or a person, why, and until when."""

    department = SectionField(
        label="課", required=False, queryset=Department.objects.none(), empty_label="選ばない", help_text="課の全員が読めるようにするとき。"
    )
    person = PersonField(
        label="職員", required=False, queryset=User.objects.none(), empty_label="選ばない", help_text="一人だけが読めるようにするとき。"
    )
    reason = forms.CharField(label="理由", max_length=200, help_text="例 共同で運用するため、監査のため")
    until = JapaneseDateField(label="終了日", help_text="この日まで読めます。異動した人の許可は、確認し直すまで止まります。")

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = day_of(at)
        self.fields["department"].queryset = sections_in_force(self.today)
        self.fields["person"].queryset = User.objects.serving(self.today)

    def clean_until(self) -> date:
        if self.cleaned_data["until"] < self.today:
            raise ValidationError("終了日が過ぎています。今日以後の日を入力してください。")
        return self.cleaned_data["until"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if bool(data.get("department")) == bool(data.get("person")):
            self.add_error("department", "課か職員のどちらか一つを選んでください。")
        return data
