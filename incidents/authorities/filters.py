"""The filter bar of the list of reports; it stays in the URL."""

import django_filters
from django.utils import timezone

from incidents.filters import years
from incidents.models import Authority, AuthorityReport
from musashimurayama_isms.accounts.standing import day_of

STATES = [("open", "送っていないもの"), ("late", "期限を過ぎたもの"), *AuthorityReport.Status.choices]


class AuthorityReportFilter(django_filters.FilterSet):
    """By state, authority and year."""

    state = django_filters.ChoiceFilter(label="状態", choices=STATES, empty_label="全て", method="by_state")
    authority = django_filters.ModelChoiceFilter(
        label="報告先", queryset=Authority.objects.all(), field_name="stage__authority", empty_label="全て"
    )
    year = django_filters.ChoiceFilter(label="年度", field_name="incident__fiscal_year", choices=years, empty_label="全て")

    class Meta:
        model = AuthorityReport
        fields = ["state", "authority", "year"]

    def by_state(self, rows, name, value):
        if value == "open":
            return rows.live()
        if value == "late":
            return rows.live().overdue(on=day_of(timezone.now()))
        return rows.filter(status=value)
