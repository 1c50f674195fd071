"""The filter bars of the lists of chapter 12; they stay in the URL."""

import django_filters
from django.db.models import Q, QuerySet

from assets.classification import AssetClass
from assets.models import Contract, ExternalService, SocialAccount
from musashimurayama_isms.accounts.models import Department


class RegisterFilter(django_filters.FilterSet):
    """By words, state and section; the sections are those that occur."""

    department = django_filters.ModelChoiceFilter(label="所属", queryset=Department.objects.none(), empty_label="全て")
    SEARCHED: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.form.fields["department"]
        field.queryset = Department.objects.filter(pk__in=self.queryset.order_by().values("department")).select_related("parent")
        field.label_from_instance = lambda row: row.full_name

    def by_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        found = Q()
        for field in self.SEARCHED:
            found |= Q(**{f"{field}__icontains": value})
        return rows.filter(found)


class ServiceFilter(RegisterFilter):
    SEARCHED = ("name", "provider", "information")
    q = django_filters.CharFilter(label="サービス・事業者・情報", method="by_words")
    status = django_filters.ChoiceFilter(label="状態", choices=ExternalService.Status, empty_label="全て")
    asset_class = django_filters.ChoiceFilter(label="分類", choices=AssetClass, empty_label="全て")

    class Meta:
        model = ExternalService
        fields = ["q", "status", "asset_class", "department"]


class ContractFilter(RegisterFilter):
    SEARCHED = ("title", "contractor__name", "information")
    q = django_filters.CharFilter(label="件名・委託事業者・情報", method="by_words")
    status = django_filters.ChoiceFilter(label="状態", choices=Contract.Status, empty_label="全て")
    asset_class = django_filters.ChoiceFilter(label="分類", choices=AssetClass, empty_label="全て")

    class Meta:
        model = Contract
        fields = ["q", "status", "asset_class", "department"]


class SocialFilter(RegisterFilter):
    SEARCHED = ("service", "account", "purpose")
    q = django_filters.CharFilter(label="サービス・アカウント", method="by_words")
    status = django_filters.ChoiceFilter(label="状態", choices=SocialAccount.Status, empty_label="全て")

    class Meta:
        model = SocialAccount
        fields = ["q", "status", "department"]
