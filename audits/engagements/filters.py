"""The filter bar of the list of audits; it stays in the URL."""

from typing import Any

import django_filters

from audits.models import Engagement
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.fiscal import fiscal_year_label


class EngagementFilter(django_filters.FilterSet):
    """By year, phase, section and kind."""

    year = django_filters.ChoiceFilter(label="年度", field_name="fiscal_year", choices=[], empty_label="全て")
    phase = django_filters.ChoiceFilter(label="段階", choices=Engagement.Phase, empty_label="全て")
    department = django_filters.ModelChoiceFilter(label="課", queryset=Department.objects.none(), empty_label="全て")
    special = django_filters.ChoiceFilter(
        label="区分", field_name="is_special", choices=[("False", "計画の監査"), ("True", "随時の監査")], empty_label="全て"
    )

    class Meta:
        model = Engagement
        fields = ["year", "phase", "department", "special"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = self.queryset.order_by()
        years = sorted(set(seen.values_list("fiscal_year", flat=True)), reverse=True)
        self.filters["year"].extra["choices"] = [(str(year), fiscal_year_label(year)) for year in years]
        self.filters["department"].queryset = Department.objects.filter(pk__in=seen.values("department"))
