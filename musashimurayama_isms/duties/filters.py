"""The filter bars of the room; they stay in the URL."""

import django_filters
from django.db.models import QuerySet

from musashimurayama_isms.accounts.models import Department

from .models import Duty, Occurrence
from .parties import Owner


class OccurrenceFilter(django_filters.FilterSet):
    """By words of the title, role, department, and whether evidence is attached."""

    q = django_filters.CharFilter(label="業務の名前", field_name="duty__title", lookup_expr="icontains")
    owner = django_filters.ChoiceFilter(label="担当の役割", field_name="duty__owner", choices=Owner, empty_label="全て")
    department = django_filters.ModelChoiceFilter(label="所属", queryset=Department.objects.none(), empty_label="全て")
    evidence = django_filters.ChoiceFilter(
        label="根拠となる記録", choices=[("yes", "あり"), ("no", "なし")], empty_label="全て", method="by_evidence"
    )

    class Meta:
        model = Occurrence
        fields = ["q", "owner", "department", "evidence"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.form.fields["department"]
        field.queryset = Department.objects.filter(pk__in=self.queryset.order_by().values("department")).select_related("parent")
        field.label_from_instance = lambda row: row.full_name

    def by_evidence(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.with_evidence().filter(has_evidence=value == "yes")


class DutyFilter(django_filters.FilterSet):
    """By words of the title, role, and whether it is still done."""

    q = django_filters.CharFilter(label="業務の名前", field_name="title", lookup_expr="icontains")
    owner = django_filters.ChoiceFilter(label="担当の役割", choices=Owner, empty_label="全て")
    state = django_filters.ChoiceFilter(
        label="状態", choices=[("active", "行っている"), ("stopped", "停止中")], empty_label="全て", method="by_state"
    )

    class Meta:
        model = Duty
        fields = ["q", "owner", "state"]

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(is_active=value == "active")
