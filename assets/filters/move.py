"""What narrows the lists of moves and disposals; it stays in the URL."""

from typing import Any

import django_filters
from django.db.models import Q

from assets.models import Disposal, Move
from assets.ways import Way
from musashimurayama_isms.accounts.models import Department

ALL = "全て"


class _ByDepartment(django_filters.FilterSet):
    department = django_filters.ModelChoiceFilter(label="所管課", queryset=Department.objects.none(), empty_label=ALL)

    related = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.filters["department"].field
        field.queryset = Department.objects.filter(**{f"{self.related}__isnull": False}).select_related("parent").distinct()
        field.label_from_instance = lambda row: row.full_name


class MoveFilter(_ByDepartment):
    """By words, way, state and section."""

    q = django_filters.CharFilter(label="もの・行き先・運ぶ人", method="by_words")
    way = django_filters.ChoiceFilter(label="どうするか", choices=Way.choices, empty_label=ALL, method="by_way")
    status = django_filters.ChoiceFilter(label="状態", choices=Move.Status.choices, empty_label=ALL)
    related = "moves"

    class Meta:
        model = Move
        fields = ["q", "way", "status", "department"]

    def by_words(self, rows, name, value):
        for word in value.split():
            things = Q(lines__label__icontains=word)
            rows = rows.filter(things | Q(destination__icontains=word) | Q(carrier__name__icontains=word) | Q(contractor__icontains=word))
        return rows.distinct()

    def by_way(self, rows, name, value):
        return rows.filter(ways__icontains=f'"{value}"')


class DisposalFilter(_ByDepartment):
    """By kind, state and section."""

    kind = django_filters.ChoiceFilter(label="区分", choices=Disposal.Kind.choices, empty_label=ALL)
    status = django_filters.ChoiceFilter(label="状態", choices=Disposal.Status.choices, empty_label=ALL)
    related = "disposals"

    class Meta:
        model = Disposal
        fields = ["kind", "status", "department"]
