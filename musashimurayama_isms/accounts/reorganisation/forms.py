"""Shape of what is entered for a reorganisation; the rules stand beside."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from musashimurayama_isms.fields import JapaneseDateField, half_width, line, radio
from musashimurayama_isms.fiscal import wareki

from ..departments import departments
from ..models.committee import Committee
from ..models.department import Department
from ..models.post import Post
from ..models.role import Role, RoleCode

CODE = "半角の小文字の英字、数字、ハイフン（例 shimin-soudan）。人事異動の CSV でも使え、後から変えられません。"
SINCE = "31日前までさかのぼれます。"


class DepartmentField(forms.ModelChoiceField):
    """A department, by its full name and the days that are planned for it; below the name of its 部."""

    def label_from_instance(self, department: Department) -> str:
        return f"{department.full_name}{_planned(department)}"

    def offer(self, rows: QuerySet[Department]) -> None:
        """Let one of these be chosen."""
        self.queryset = rows
        known = [departments()[row.pk] for row in rows]
        self.choices = _grouped(known, lambda row: row.division.name if row.division else "", self)


class PostField(forms.ModelChoiceField):
    """A post, below the name of its department."""

    def label_from_instance(self, post: Post) -> str:
        return f"{post}{_planned(post)}"

    def offer(self, rows: QuerySet[Post]) -> None:
        """Let one of these be chosen."""
        self.queryset = rows
        known, picture = list(rows), departments()
        for post in known:
            post.department = picture[post.department_id]
        self.choices = _grouped(known, lambda post: post.department.full_name, self)


def _grouped(rows: Iterable, group: Callable[[Any], str], field: forms.ModelChoiceField) -> list:
    """The choices of a long list in groups, in the order in which the groups first come."""
    groups: dict[str, list] = {}
    for row in rows:
        groups.setdefault(group(row), []).append((row.pk, field.label_from_instance(row)))
    return [("", field.empty_label), *groups.items()]


def _planned(row: Department | Post) -> str:
    """The days to come: two rows of one name are told apart by them."""
    words = [f"{wareki(row.since)}から"] if row.since > timezone.localdate() else []
    words += [f"{wareki(row.until)}まで"] if row.until else []
    return f"（{'、'.join(words)}）" if words else ""


def _to_come() -> QuerySet[Department]:
    """Those in force, and those that will be."""
    return Department.objects.exclude(until__lt=timezone.localdate())


def _department(label: str, help_text: str = "", *, required: bool = True, empty: str = "選んでください") -> DepartmentField:
    return DepartmentField(label=label, queryset=Department.objects.none(), help_text=help_text, required=required, empty_label=empty)


def _post(label: str) -> PostField:
    return PostField(label=label, queryset=Post.objects.none(), empty_label="選んでください")


def _open_posts() -> QuerySet[Post]:
    """The posts that no end is planned for."""
    return Post.objects.filter(until=None).order_by("department__position", "department__code", "position", "code")


class _CodeForm(forms.Form):
    """A form with a new code: full-width and upper-case letters are taken for what they mean."""

    def clean_code(self) -> str:
        return half_width(self.cleaned_data["code"]).lower()


class EstablishForm(_CodeForm):
    """A new department."""

    kind = radio("区分", Department.Kind.choices)
    name = line("名称", max_length=100)
    code = line("コード", CODE, max_length=32)
    parent = _department(
        "上位の組織", "部では行政機関を、課では部（部のない課は行政機関）を選びます。行政機関では選びません。", required=False, empty="なし"
    )
    since = JapaneseDateField(label="始まりの日", help_text=SINCE)
    has_posts = forms.BooleanField(
        label="いつもの職も作る（課は課長・課長補佐・係長・職員・情報化推進員、部は部長、行政機関は事務局長ほか）",
        required=False,
        initial=True,
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = Department.Kind.SECTION
        self.fields["parent"].offer(_to_come().filter(until=None).exclude(kind=Department.Kind.SECTION))


class RenameForm(_CodeForm):
    """A new name, or a place below another 部."""

    old = _department("今の組織")
    name = line("新しい名称", "部を移るだけのときは、今の名称を書きます。", max_length=100)
    code = line("新しいコード", CODE, max_length=32)
    parent = _department("上位の組織", "部を移るときに選びます。", required=False, empty="今と同じ")
    since = JapaneseDateField(label="変わる日", help_text=SINCE)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old"].offer(_to_come().filter(until=None))
        self.fields["parent"].offer(_to_come().filter(until=None).exclude(kind=Department.Kind.SECTION))

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
        self.fields["department"].offer(_to_come().filter(until=None))
        self.fields["successor"].offer(_to_come().filter(until=None))


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
        self.fields["department"].offer(_to_come())
        self.fields["roles"].initial = list(Role.objects.filter(code=RoleCode.TERMINAL_USER))


class ChoosePostForm(forms.Form):
    """Which post is to be changed."""

    post = _post("変える職")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].offer(_open_posts())


class ChangePostForm(forms.Form):
    """What a post is called and carries from a day; begins with what it is now."""

    title = line("職名", "人事異動の CSV の「新職」と同じ書き方にします。", max_length=100)
    since = JapaneseDateField(label="変わる日", help_text=SINCE)
    roles = forms.ModelMultipleChoiceField(label="役割", queryset=Role.objects.all(), widget=forms.CheckboxSelectMultiple)
    committees = forms.ModelMultipleChoiceField(
        label="委員になる委員会", queryset=Committee.objects.all(), widget=forms.CheckboxSelectMultiple, required=False
    )
    leaves_vacant = forms.BooleanField(label="この役割を持つ人がいなくなることを承知で登録する", required=False)

    warns = False

    def __init__(self, *args, post: Post, **kwargs) -> None:
        initial = {**kwargs.pop("initial", {}), "title": post.title, "roles": list(post.roles.all())}
        initial["committees"] = [seat.committee_id for seat in post.seats.overlapping(timezone.localdate(), None)]
        super().__init__(*args, initial=initial, **kwargs)
        if not self.data.get("leaves_vacant"):  # asked only once it is known that it matters
            self.fields["leaves_vacant"].widget = forms.HiddenInput()

    def ask_whether_meant(self) -> None:
        """Show the box that confirms what the page warns of."""
        self.fields["leaves_vacant"].widget, self.warns = forms.CheckboxInput(), True


class AbolishPostForm(forms.Form):
    """The end of a post."""

    post = _post("廃止する職")
    on = JapaneseDateField(label="終わりの日", help_text=f"この日まであります。{SINCE}")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].offer(_open_posts())


def start(day: date) -> dict[str, date]:
    """The day that a form begins with: the next first of April."""
    april = date(day.year, 4, 1)
    return {"since": april if april > day else april.replace(year=day.year + 1)}
