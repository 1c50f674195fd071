"""The filter bar of the overrides; it stays in the URL."""

import django_filters
from django.db.models import QuerySet
from django.utils import timezone

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Waiver
from musashimurayama_isms.fiscal import fiscal_year, fiscal_year_label

from .tiles.overrides import UNSEEN

YEARS_SHOWN = 6


def years() -> list[tuple[int, str]]:
    """This 年度 first."""
    last = fiscal_year(day_of(timezone.now()))
    return [(year, fiscal_year_label(year)) for year in range(last, last - YEARS_SHOWN, -1)]


class OverrideFilter(django_filters.FilterSet):
    """By 年度 of the request, and whether the CISO has seen it."""

    year = django_filters.ChoiceFilter(label="年度", field_name="request__fiscal_year", choices=years, empty_label="全て")
    state = django_filters.ChoiceFilter(
        label="CISOの確認", choices=[(UNSEEN, "確認待ち"), ("seen", "確認済み")], empty_label="全て", method="by_state"
    )

    class Meta:
        model = Waiver
        fields = ["year", "state"]

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(seen_at__isnull=value == UNSEEN)
