"""The filter bar of the vulnerabilities; it stays in the URL."""

from datetime import date

import django_filters
from django import forms
from django.db.models import QuerySet

from incidents.models import Vulnerability


class VulnerabilityFilter(django_filters.FilterSet):
    """By words, severity, state, and whether a system is past its day."""

    q = django_filters.CharFilter(label="件名・製品・識別番号の言葉", method="by_words", max_length=100)
    severity = django_filters.ChoiceFilter(label="深刻度", choices=Vulnerability.Severity.choices, empty_label="全て")
    status = django_filters.ChoiceFilter(label="状態", choices=Vulnerability.Status.choices, empty_label="全て")
    late = django_filters.ChoiceFilter(label="期限", choices=[("true", "超過あり")], empty_label="全て", method="by_day")

    class Meta:
        model = Vulnerability
        fields = ["q", "severity", "status", "late"]
        form = forms.Form

    def __init__(self, *args, on: date, **kwargs) -> None:
        self.on = on
        super().__init__(*args, **kwargs)

    def by_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.found(value)

    def by_day(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(late__gt=0)
