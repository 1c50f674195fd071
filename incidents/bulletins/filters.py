"""The filter bar of the bulletins; it stays in the URL."""

from datetime import date

import django_filters
from django import forms
from django.db.models import QuerySet

from incidents.models import Bulletin

STATES = [("standing", "掲載中"), ("expired", "掲載終了"), ("withdrawn", "取下げ")]


class BulletinFilter(django_filters.FilterSet):
    """By words, urgency, kind and state."""

    q = django_filters.CharFilter(label="件名・本文の言葉", method="by_words", max_length=100)
    urgency = django_filters.ChoiceFilter(label="緊急度", choices=Bulletin.Urgency.choices, empty_label="全て")
    kind = django_filters.ChoiceFilter(label="種類", choices=Bulletin.Kind.choices, empty_label="全て")
    state = django_filters.ChoiceFilter(label="状態", choices=STATES, empty_label="全て", method="by_state")

    class Meta:
        model = Bulletin
        fields = ["q", "urgency", "kind", "state"]
        form = forms.Form

    def __init__(self, *args, on: date, **kwargs) -> None:
        self.on = on
        super().__init__(*args, **kwargs)

    def by_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.found(value)

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == "withdrawn":
            return rows.filter(status=Bulletin.Status.WITHDRAWN)
        return rows.standing(on=self.on) if value == "standing" else rows.expired(on=self.on)
