"""What narrows the list of sessions; it stays in the URL."""

import django_filters

from audits.models import TrainingSession
from audits.training.kinds import Kind
from musashimurayama_isms.fiscal import fiscal_year_label


class SessionFilter(django_filters.FilterSet):
    """By words of the course, kind, state and 年度."""

    q = django_filters.CharFilter(label="研修の名前", field_name="course__title", lookup_expr="icontains")
    kind = django_filters.ChoiceFilter(label="区分", field_name="course__kind", choices=Kind, empty_label="全て")
    status = django_filters.ChoiceFilter(label="状態", choices=TrainingSession.Status, empty_label="全て")
    year = django_filters.ChoiceFilter(label="年度", field_name="fiscal_year", empty_label="全て", choices=[])

    class Meta:
        model = TrainingSession
        fields = ["q", "kind", "status", "year"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        years = self.queryset.order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct()
        self.filters["year"].extra["choices"] = [(year, fiscal_year_label(year)) for year in years]
