"""The filter bars of the committee's lists; they stay in the URL."""

import django_filters

from .models import Circulation, Item, Meeting


def _by(field: str, label: str, choices) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(field_name=field, label=label, choices=choices, empty_label="全て")


class ItemFilter(django_filters.FilterSet):
    """By state and kind."""

    status = _by("status", "状態", Item.Status.choices)
    kind = _by("kind", "種類", Item.Kind.choices)

    class Meta:
        model = Item
        fields = ["status", "kind"]


class MeetingFilter(django_filters.FilterSet):
    """By state and kind."""

    status = _by("status", "状態", Meeting.Status.choices)
    kind = _by("kind", "会議", Meeting.Kind.choices)

    class Meta:
        model = Meeting
        fields = ["status", "kind"]


class CirculationFilter(django_filters.FilterSet):
    """By kind and state."""

    kind = _by("kind", "種類", Circulation.Kind.choices)
    status = _by("status", "状態", Circulation.Status.choices)

    class Meta:
        model = Circulation
        fields = ["kind", "status"]
