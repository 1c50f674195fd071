"""Shape of what is entered for a reorganisation; the rules stand beside."""

from datetime import date

from django import forms
from django.utils import timezone

from musashimurayama_isms.fields import JapaneseDateField, line, radio

from ..models.committee import Committee
from ..models.department import Department
from ..models.post import Post
from ..models.role import Role, RoleCode

CODE = "半角の小文字の英字、数字、ハイフン（例 shimin-soudan）。人事異動の CSV でも使え、後から変えられません。"
SINCE = "31日前までさかのぼれます。"


class DepartmentField(forms.ModelChoiceField):
    """A department, by its full name."""

    def label_from_instance(self, department: Department) -> str:
        return department.full_name


def _to_come(kind: str | None = None):
    """Those in force, and those that will be."""
    rows = Department.objects.exclude(until__lt=timezone.localdate()).select_related("parent")
    return rows.filter(kind=kind) if kind else rows


def _department(label: str, help_text: str = "", *, required: bool = True) -> DepartmentField:
    return DepartmentField(
        label=label, queryset=Department.objects.none(), help_text=help_text, required=required, empty_label="選んでください"
    )


class EstablishForm(forms.Form):
    """A new department."""

    kind = radio("区分", Department.Kind.choices)
    name = line("名称", max_length=100)
    code = line("コード", CODE, max_length=32)
    parent = _department(
        "上位の組織", "部では行政機関を、課では部（部のない課は行政機関）を選びます。行政機関では選びません。", required=False
    )
    since = JapaneseDateField(label="始まりの日", help_text=SINCE)
    has_posts = forms.BooleanField(
        label="いつもの職も作る（課は課長・課長補佐・係長・職員・情報化推進員、部は部長、行政機関は事務局長ほか）",
        required=False,
        initial=True,
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = _to_come().exclude(kind=Department.Kind.SECTION)


class RenameForm(forms.Form):
    """A new name, or a place below another 部."""

    old = _department("今の組織")
    name = line("新しい名称", "部を移るだけのときは、今の名称を書きます。", max_length=100)
    code = line("新しいコード", CODE, max_length=32)
    parent = _department("上位の組織", "空欄のときは今と同じです。部を移るときに選びます。", required=False)
    since = JapaneseDateField(label="変わる日", help_text=SINCE)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old"].queryset = _to_come().filter(until=None)
        self.fields["parent"].queryset = _to_come().exclude(kind=Department.Kind.SECTION)

    def clean(self) -> dict:
        """Without a choice the department stays where it is on that day."""
        chosen = super().clean()
        if chosen.get("old") and chosen.get("since") and not chosen.get("parent"):
            upper = chosen["old"].upper_on(chosen["since"])
            chosen["parent"] = Department.objects.get(pk=upper.pk) if upper else None
        return chosen


class AbolishForm(forms.Form):
    """An end, and who follows."""

    department = _department("廃止する組織")
    on = JapaneseDateField(label="終わりの日", help_text=f"この日まであります。{SINCE}")
    successor = _department("承継先", "待っている仕事、台帳、記録は、次の日からこの組織が引き継ぎます。同じ区分から選んでください。")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = _to_come().filter(until=None)
        self.fields["successor"].queryset = _to_come().filter(until=None)


class EstablishPostForm(forms.Form):
    """A new post with what it carries."""

    department = _department("組織")
    title = line("職名", "人事異動の CSV の「新職」と同じ書き方にします。", max_length=100)
    since = JapaneseDateField(label="始まりの日", help_text=SINCE)
    roles = forms.ModelMultipleChoiceField(label="役割", queryset=Role.objects.all(), widget=forms.CheckboxSelectMultiple)
    is_single = forms.BooleanField(label="一人だけの職", required=False)
    is_head = forms.BooleanField(label="組織の長", required=False)
    committees = forms.ModelMultipleChoiceField(
        label="委員になる委員会", queryset=Committee.objects.all(), widget=forms.CheckboxSelectMultiple, required=False
    )
    position = forms.IntegerField(
        label="並び順", min_value=1, max_value=999, initial=60, help_text="小さいほど上です。課長30、係長50、職員60が目安です。"
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = _to_come()
        self.fields["roles"].initial = list(Role.objects.filter(code=RoleCode.TERMINAL_USER))


class PostField(forms.ModelChoiceField):
    """A post with its department."""


class AbolishPostForm(forms.Form):
    """The end of a post."""

    post = PostField(label="廃止する職", queryset=Post.objects.none(), empty_label="選んでください")
    on = JapaneseDateField(label="終わりの日", help_text=f"この日まであります。{SINCE}")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        rows = Post.objects.filter(until=None).select_related("department__parent")
        self.fields["post"].queryset = rows.order_by("department__position", "department__code", "position", "code")


def start(day: date) -> dict[str, date]:
    """The day that a form begins with: the next first of April."""
    april = date(day.year, 4, 1)
    return {"since": april if april > day else april.replace(year=day.year + 1)}
