"""The filter bar of the incident lists; it stays in the URL."""

import django_filters
from django.db.models import Exists, OuterRef
from django.utils import timezone

from incidents.chain import CHAIN
from incidents.models import Incident, IncidentKind, Step
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year, fiscal_year_label

OPEN = ("open", "対応中（完了していないもの）")
STEPS = [(spec.code.value, f"{spec.number} {spec.code.label}") for spec in CHAIN]
YEARS_SHOWN = 6


def years() -> list[tuple[int, str]]:
    """The years that a list can be narrowed to, this one first."""
    last = fiscal_year(day_of(timezone.now()))
    return [(year, fiscal_year_label(year)) for year in range(last, last - YEARS_SHOWN, -1)]


class IncidentFilter(django_filters.FilterSet):
    """By state, the step that waits, what is late, kind, gravity and year."""

    status = django_filters.ChoiceFilter(
        label="状態",
        choices=[OPEN, *(choice for choice in Incident.Status.choices if choice[0] not in ("draft", "discarded"))],
        empty_label="全て",
        method="by_status",
    )
    step = django_filters.ChoiceFilter(label="待っている段階", choices=STEPS, empty_label="全て", method="by_step")
    late = django_filters.ChoiceFilter(label="期限", choices=[("true", "超過があるもの")], empty_label="全て", method="by_late")
    kind = django_filters.ModelChoiceFilter(label="種別", queryset=IncidentKind.objects.of_incidents(), empty_label="全て")
    is_grave = django_filters.ChoiceFilter(
        label="重大", choices=[("true", "重大のみ"), ("false", "重大以外")], empty_label="全て", method="by_gravity"
    )
    year = django_filters.ChoiceFilter(label="年度", field_name="fiscal_year", choices=years, empty_label="全て")
    drill = django_filters.ChoiceFilter(
        label="訓練", choices=[("only", "訓練のみ"), ("with", "訓練も含める")], empty_label="訓練を除く", method="by_drill"
    )

    class Meta:
        model = Incident
        fields = ["status", "step", "late", "kind", "is_grave", "year", "drill"]

    def filter_queryset(self, queryset):
        """Drills are left out of every list unless they are asked for (3.9.2.3)."""
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("drill") else rows.real()

    def by_status(self, rows, name, value):
        return rows.open() if value == OPEN[0] else rows.filter(status=value)

    def by_step(self, rows, name, value):
        return rows.filter(Exists(Step.objects.pending().filter(incident=OuterRef("pk"), code=value)))

    def by_late(self, rows, name, value):
        return rows.late(at=timezone.now())

    def by_drill(self, rows, name, value):
        return rows.filter(is_drill=True) if value == "only" else rows

    def by_gravity(self, rows, name, value):
        return rows.filter(is_grave=value == "true")
