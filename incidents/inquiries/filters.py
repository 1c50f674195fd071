"""The filter bar of the inquiries; it stays in the URL."""

import django_filters
from django import forms
from django.db.models import QuerySet

from incidents.models import Inquiry


class InquiryFilter(django_filters.FilterSet):
    """By words and state."""

    q = django_filters.CharFilter(label="件名・内容の言葉", method="by_words", max_length=100)
    status = django_filters.ChoiceFilter(label="状態", choices=Inquiry.Status.choices, empty_label="全て")

    class Meta:
        model = Inquiry
        fields = ["q", "status"]
        form = forms.Form

    def by_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.found_by(value)
