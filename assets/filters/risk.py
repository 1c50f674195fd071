"""Improvements by state, whether they are late, and section."""

from datetime import date
from typing import Any

import django_filters

from assets.models.improvement import Improvement
from musashimurayama_isms.accounts.models import Department


class ImprovementFilter(django_filters.FilterSet):
    """By state, lateness and section."""

    status = django_filters.ChoiceFilter(label="状態", choices=Improvement.Status.choices, empty_label="全て")
    late = django_filters.ChoiceFilter(label="期限", choices=[("yes", "超過のみ")], empty_label="全て", method="by_lateness")
    section = django_filters.ModelChoiceFilter(
        label="所属", queryset=Department.objects.sections(), field_name="line__assessment__department", empty_label="全て"
    )

    class Meta:
        model = Improvement
        fields = ["status"]

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        self.on = on
        super().__init__(*args, **kwargs)

    def by_lateness(self, rows, name, value):
        return rows.overdue(on=self.on)
