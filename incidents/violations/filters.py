"""The filter bar of the violations; it stays in the URL."""

import django_filters

from incidents.models import Violation
from incidents.violations.kinds import ViolationKind
from musashimurayama_isms.fiscal import fiscal_year_label


class ViolationFilter(django_filters.FilterSet):
    """By state, kind, year, and whether it is still open."""

    state = django_filters.ChoiceFilter(
        label="対応", choices=[("open", "対応中"), ("ended", "終了")], empty_label="全て", method="by_state"
    )
    status = django_filters.ChoiceFilter(label="状態", choices=Violation.Status.choices, empty_label="全て")
    kind = django_filters.ChoiceFilter(label="種別", choices=ViolationKind.choices, empty_label="全て")
    year = django_filters.ChoiceFilter(label="年度", field_name="fiscal_year", choices=[], empty_label="全て")

    class Meta:
        model = Violation
        fields = ["state", "status", "kind", "year"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        years = self.queryset.order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct()
        self.filters["year"].extra["choices"] = [(year, fiscal_year_label(year)) for year in years]

    def by_state(self, rows, name, value):
        return rows.open() if value == "open" else rows.exclude(status__in=Violation.OPEN)
