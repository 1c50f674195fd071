"""The filter bar of the problems of compliance; it stays in the URL."""

import django_filters

from incidents.models import ComplianceProblem


class ComplianceFilter(django_filters.FilterSet):
    """By state, and by words of the title."""

    status = django_filters.ChoiceFilter(label="状態", choices=ComplianceProblem.Status.choices, empty_label="全て")
    q = django_filters.CharFilter(label="問題", field_name="title", lookup_expr="icontains")

    class Meta:
        model = ComplianceProblem
        fields = ["status", "q"]
