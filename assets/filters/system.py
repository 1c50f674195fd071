"""The filter bars of the registers; they stay in the URL."""

import django_filters
from django import forms
from django.db.models import QuerySet

from assets.classification import AssetClass
from assets.models import Device, System
from assets.networks import Network


class RegisterFilter(django_filters.FilterSet):
    """By words, network and state."""

    q = django_filters.CharFilter(label="番号・名称など", method="by_words", max_length=100)
    network = django_filters.ChoiceFilter(label="ネットワークの系統", choices=Network.choices, empty_label="全て")

    def by_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.found(value)


class SystemFilter(RegisterFilter):
    asset_class = django_filters.ChoiceFilter(label="分類", choices=AssetClass.choices, empty_label="全て")
    status = django_filters.ChoiceFilter(label="状態", choices=System.Status.choices, empty_label="全て")

    class Meta:
        model = System
        fields = ["q", "network", "asset_class", "status"]
        form = forms.Form


class DeviceFilter(RegisterFilter):
    kind = django_filters.ChoiceFilter(label="種類", choices=Device.Kind.choices, empty_label="全て")
    status = django_filters.ChoiceFilter(label="状態", choices=Device.Status.choices, empty_label="全て")
    is_off_site = django_filters.ChoiceFilter(
        label="庁外", choices=[("true", "庁外のみ"), ("false", "庁内のみ")], empty_label="全て", method="by_place"
    )

    class Meta:
        model = Device
        fields = ["q", "kind", "network", "status", "is_off_site"]
        form = forms.Form

    def by_place(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(is_off_site=value == "true")
