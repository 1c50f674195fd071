"""The shapes of input for drills."""

from datetime import datetime

import django_filters
from django import forms

from incidents.intake.forms import KindField
from incidents.models import Drill, IncidentKind
from incidents.models.drill_run import OWNERS
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fields import JapaneseDateField
from musashimurayama_isms.fiscal import fiscal_year_label


class SectionsField(forms.ModelMultipleChoiceField):
    """Sections by their full names."""

    def label_from_instance(self, obj: Department) -> str:
        return obj.full_name


class PeopleField(forms.ModelMultipleChoiceField):
    """Persons by name and number."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name}（{obj.staff_number or obj.username}）"


class DrillForm(forms.ModelForm):
    """The plan of a drill (3.9.2.3): what is supposed, why, who and how far, when."""

    planned_on = JapaneseDateField(label="実施する日")
    planned_until = JapaneseDateField(label="終わりの日（二日以上にわたるとき）", required=False)
    sections = SectionsField(label="参加する課", queryset=Department.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)
    participants = PeopleField(
        label="課のほかに参加する人",
        queryset=User.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 12}),
        help_text="Ctrlキーを押しながら選ぶと、何人でも選べます。一覧を選んで氏名の初めを入力すると、その方へ移動します。",
    )

    class Meta:
        model = Drill
        fields = ["title", "scenario", "goals", "scope", "planned_on", "planned_until", "sections", "participants"]
        help_texts = {
            "scenario": "何が起きたことにするか。参加する人が読む文章です。",
            "goals": "この訓練で確かめたいこと。終わった後の評価は、これに照らして行います。",
        }
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in ("scenario", "goals", "scope")}

    def __init__(self, *args, at: datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        on = day_of(at)
        self.fields["sections"].queryset = Department.objects.in_force(on).sections().select_related("parent")
        self.fields["participants"].queryset = User.objects.serving(on)

    def clean(self) -> dict:
        data = super().clean()
        first, last = data.get("planned_on"), data.get("planned_until")
        if first and last and last < first:
            self.add_error("planned_until", "終わりの日は、実施する日以後にしてください。")
        if not data.get("sections") and not data.get("participants") and "sections" not in self.errors:
            self.add_error("sections", "参加する課か、参加する人を選んでください。")
        return data


class ReportForm(forms.Form):
    """The beginning of a report in a drill."""

    kind = KindField(label="何が起きたことにしますか", queryset=IncidentKind.objects.of_incidents().offered(), empty_label=None)
    department = forms.ModelChoiceField(
        label="どの課のこととして報告しますか", queryset=Department.objects.none(), required=False, empty_label="自分の所属"
    )

    def __init__(self, *args, drill: Drill, at: datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = drill.sections.select_related("parent")
        self.fields["department"].label_from_instance = lambda row: row.full_name


class StepForm(forms.Form):
    """How one step went."""

    went_well = forms.CharField(label="良かったこと", widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, required=False)
    to_better = forms.CharField(label="改めること", widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, required=False)


class TaskForm(forms.Form):
    """An improvement with who does it and until when."""

    what = forms.CharField(label="何をするか", max_length=300)
    owner = forms.ChoiceField(label="担当", choices=[(party.value, party.label) for party in OWNERS])
    department = forms.ModelChoiceField(
        label="担当する課・部",
        queryset=Department.objects.none(),
        required=False,
        empty_label="選ばない",
        help_text="担当が部長・課長のときに選びます。",
    )
    due_on = JapaneseDateField(label="期限")

    def __init__(self, *args, at: datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.in_force(day_of(at)).select_related("parent")
        self.fields["department"].label_from_instance = lambda row: row.full_name


class OutcomeForm(forms.Form):
    """How an improvement ended."""

    outcome = forms.CharField(label="したこと・理由", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


class ConcludeForm(forms.ModelForm):
    """The evaluation of the whole drill."""

    class Meta:
        model = Drill
        fields = ["reached_goals", "went_well", "to_better"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("reached_goals", "went_well", "to_better")}
        help_texts = {"to_better": "書いたときは、担当と期限のある改善項目を一つ以上加えてください。"}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reached_goals"].required = True


class CancelForm(forms.Form):
    """Why a drill does not take place."""

    reason = forms.CharField(label="中止の理由", widget=forms.Textarea(attrs={"rows": 2}), max_length=1000)


class DrillFilter(django_filters.FilterSet):
    """By year and state; it stays in the URL."""

    year = django_filters.ChoiceFilter(label="年度", field_name="fiscal_year", empty_label="全て")
    status = django_filters.ChoiceFilter(label="状態", choices=Drill.Status.choices, empty_label="全て")

    class Meta:
        model = Drill
        fields = ["year", "status"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        years = sorted(set(Drill.objects.order_by().values_list("fiscal_year", flat=True)), reverse=True)
        self.filters["year"].extra["choices"] = [(str(year), fiscal_year_label(year)) for year in years]
