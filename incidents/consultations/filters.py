"""The filter bar of the consultations; it stays in the URL."""

import django_filters

from incidents.models import Consultation


class ConsultationFilter(django_filters.FilterSet):
    """By state and topic, and by words of the title."""

    status = django_filters.ChoiceFilter(label="状態", choices=Consultation.Status.choices, empty_label="全て")
    topic = django_filters.ChoiceFilter(label="種類", choices=Consultation.Topic.choices, empty_label="全て")
    q = django_filters.CharFilter(label="件名", field_name="title", lookup_expr="icontains")

    class Meta:
        model = Consultation
        fields = ["status", "topic", "q"]
