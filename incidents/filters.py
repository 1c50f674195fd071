"""The filter bar of the incident lists; it stays in the URL."""

import django_filters

from incidents.models import Incident, IncidentKind


class IncidentFilter(django_filters.FilterSet):
    """By state, kind and gravity."""

    status = django_filters.ChoiceFilter(
        label="状態", choices=[choice for choice in Incident.Status.choices if choice[0] not in ("draft", "discarded")], empty_label="全て"
    )
    kind = django_filters.ModelChoiceFilter(label="種別", queryset=IncidentKind.objects.of_incidents(), empty_label="全て")
    is_grave = django_filters.ChoiceFilter(
        label="重大", choices=[("true", "重大のみ"), ("false", "重大以外")], empty_label="全て", method="by_gravity"
    )

    class Meta:
        model = Incident
        fields = ["status", "kind", "is_grave"]

    def by_gravity(self, rows, name, value):
        return rows.filter(is_grave=value == "true")
