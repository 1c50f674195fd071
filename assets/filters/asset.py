"""What narrows the register; it stays in the URL."""

from datetime import timedelta

import django_filters
from django.utils import timezone

from assets.classification import AssetClass
from assets.models import Asset
from musashimurayama_isms.accounts.models import Department

ALL = "全て"
DATA = {"personal": "個人情報あり", "my_number": "特定個人情報あり", "sensitive": "要配慮個人情報あり", "none": "個人情報なし"}
CHECKED = {"180": "半年以上確認なし", "365": "1年以上確認なし", "never": "一度も確認なし"}
STATES = [
    *Asset.Status.choices,
    ("kept", "廃棄済を除く"),
    ("unfinished", "作成途上"),
    ("overdue", "作り終える日を過ぎた"),
    ("expired", "廃棄の予定日を過ぎた"),
]


class AssetFilter(django_filters.FilterSet):
    """Words, section, class as it must be handled, kind, state, network, personal data, and how long nobody has looked."""

    q = django_filters.CharFilter(label="名称・番号・場所", method="by_words")
    department = django_filters.ModelChoiceFilter(label="所管課", queryset=Department.objects.none(), empty_label=ALL)
    asset_class = django_filters.ChoiceFilter(
        label="分類", choices=[*AssetClass.choices, ("important", "分類Ⅱ以上")], empty_label=ALL, method="by_class"
    )
    kind = django_filters.ChoiceFilter(label="種別", choices=Asset.Kind, empty_label=ALL)
    status = django_filters.ChoiceFilter(label="状態", choices=STATES, empty_label=ALL, method="by_state")
    network = django_filters.ChoiceFilter(label="系統", choices=Asset.Network, empty_label=ALL)
    data = django_filters.ChoiceFilter(label="個人情報", choices=list(DATA.items()), empty_label=ALL, method="by_data")
    checked = django_filters.ChoiceFilter(label="最終確認", choices=list(CHECKED.items()), empty_label=ALL, method="by_check")

    class Meta:
        model = Asset
        fields = ["q", "department", "asset_class", "kind", "status", "network", "data", "checked"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field, sections = self.filters["department"].field, self.queryset.order_by().values("department")
        if self.queryset.query.where:  # a part of the register: its sections are asked for once, not for each department anew
            sections = sections.distinct()
        field.queryset = Department.objects.filter(pk__in=sections).select_related("parent")
        field.label_from_instance = lambda row: row.full_name

    @property
    def qs(self):
        """With ?imported_in= (a link from the import's page, no field of the form) only what that table brought."""
        rows, key = super().qs, self.data.get("imported_in", "")
        return rows.filter(imported_in=int(key)) if key.isdecimal() and len(key) < 10 else rows

    def by_words(self, rows, name, value):
        return rows.search(value)

    def by_class(self, rows, name, value):
        return rows.important() if value == "important" else rows.handled_as(int(value))

    def by_state(self, rows, name, value):
        today = timezone.localdate()
        if value == "kept":
            return rows.kept()
        if value == "unfinished":
            return rows.kept().filter(is_unfinished=True)
        if value == "overdue":
            return rows.overdue_unfinished(on=today)
        if value == "expired":
            return rows.in_use().filter(keep_until__lt=today)
        return rows.filter(status=value)

    def by_data(self, rows, name, value):
        if value == "none":
            return rows.filter(has_personal=False, has_my_number=False, has_sensitive=False)
        return rows.filter(**{f"has_{value}": True})

    def by_check(self, rows, name, value):
        if value == "never":
            return rows.filter(last_checked_on__isnull=True)
        return rows.unchecked_since(timezone.localdate() - timedelta(days=int(value)))
