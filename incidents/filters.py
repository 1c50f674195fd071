"""The filter bar of the incident lists; it stays in the URL."""

import django_filters

from incidents.models import Incident, IncidentKind


class IncidentFilter(django_filters.FilterSet):
    """By state, kind and gravity."""

    status = django_filters.ChoiceFilter(
        label="状態", choices=[choice for choice in Incident.Status.choices if choice[0] not in ("draft", "discarded")], empty_label="全て"
    )
    kind = django_filters.ModelChoiceFilter(label="種別", queryset=IncidentKind.objects.all(), empty_label="全て")
    is_grave = django_filters.ChoiceFilter(
        label="重大", choices=[("true", "重大のみ"), ("false", "重大以外")], empty_label="全て", method="by_gravity"
    )

    drill = django_filters.ChoiceFilter(
        label="訓練", choices=[("only", "訓練のみ"), ("with", "訓練も含める")], empty_label="訓練を除く", method="by_drill"
    )

    class Meta:
        model = Incident
        fields = ["status", "kind", "is_grave", "drill"]

    def filter_queryset(self, queryset):
        """Drills are left out of every list unless they are asked for (3.9.2.3)."""
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("drill") else rows.real()

    def by_drill(self, rows, name, value):
        return rows.filter(is_drill=True) if value == "only" else rows

    def by_gravity(self, rows, name, value):
        return rows.filter(is_grave=value == "true")
