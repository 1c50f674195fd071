"""The filter bar of the findings; it stays in the URL."""

import django_filters
from django.db.models import QuerySet

from audits.models import CorrectiveAction
from audits.models.finding import Grade
from incidents.filters import years
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.standing import day_of

OPEN = ("open", "改善が済んでいないもの")


class ActionFilter(django_filters.FilterSet):
    """By state, section, grade, year, and whether the day is over."""

    status = django_filters.ChoiceFilter(
        label="状態", choices=[OPEN, *CorrectiveAction.Status.choices], empty_label="全て", method="by_status"
    )
    department = django_filters.ModelChoiceFilter(
        label="所管", queryset=Department.objects.none(), field_name="finding__department", empty_label="全て"
    )
    grade = django_filters.ChoiceFilter(label="区分", choices=Grade, field_name="finding__grade", empty_label="全て")
    year = django_filters.ChoiceFilter(label="年度", field_name="finding__engagement__fiscal_year", choices=years, empty_label="全て")
    late = django_filters.ChoiceFilter(label="期限", choices=[("yes", "期限を過ぎたもの")], empty_label="全て", method="by_term")

    class Meta:
        model = CorrectiveAction
        fields = ["status"]

    def __init__(self, *args, at, **kwargs) -> None:
        self.at = at
        super().__init__(*args, **kwargs)
        field = self.form.fields["department"]
        field.queryset = Department.objects.filter(pk__in=self.queryset.order_by().values("finding__department")).select_related("parent")
        field.label_from_instance = lambda row: row.full_name

    def by_status(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.open() if value == OPEN[0] else rows.filter(status=value)

    def by_term(self, rows, name, value):
        return rows.overdue(on=day_of(self.at))
