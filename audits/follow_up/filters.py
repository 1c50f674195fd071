"""The filter bar of the findings; it stays in the URL."""

import django_filters

from audits.models import CorrectiveAction
from audits.models.finding import Grade
from musashimurayama_isms.accounts.standing import day_of


class ActionFilter(django_filters.FilterSet):
    """By state, grade, year, and whether the day is over."""

    status = django_filters.ChoiceFilter(label="状態", choices=CorrectiveAction.Status, empty_label="全て")
    grade = django_filters.ChoiceFilter(label="区分", choices=Grade, field_name="finding__grade", empty_label="全て")
    year = django_filters.NumberFilter(label="年度（西暦）", field_name="finding__engagement__fiscal_year")
    late = django_filters.ChoiceFilter(label="期限", choices=[("yes", "期限を過ぎたもの")], empty_label="全て", method="by_term")

    class Meta:
        model = CorrectiveAction
        fields = ["status"]

    def __init__(self, *args, at, **kwargs) -> None:
        self.at = at
        super().__init__(*args, **kwargs)

    def by_term(self, rows, name, value):
        return rows.overdue(on=day_of(self.at))
