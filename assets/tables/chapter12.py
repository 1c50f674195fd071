"""External services, contracts, companies and the city's accounts as tables.

Such a list is not meant to be published, so it is of 分類Ⅱ at least; with rows of a higher class it is of theirs (3.5.2.2).
"""

from collections.abc import Iterable, Sequence
from functools import partial

from django.db.models import Min, QuerySet

from assets.classification import AssetClass
from assets.models import Contract, Contractor, ExternalService, SocialAccount
from assets.reach import Reach
from assets.service_filters import ContractFilter, ServiceFilter, SocialFilter
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table

SHOWN_TO_ALL = (
    *columns_of(ExternalService, "name", "provider", "status", name=24, provider=24),
    Column("分類", "classification", 8),
    *columns_of(ExternalService, "department", department=24),
    Column("外部サービス管理者", "manager.name", 16),
    *columns_of(ExternalService, "information", "ends_on", information=36, ends_on=12),
)
INSIDE = columns_of(
    ExternalService,
    *("purpose", "users", "data_location", "governing_law", "certifications", "contracted_on", "used_since", "ended_on"),
    purpose=36,
    users=24,
)
CONTRACTS = (
    *columns_of(Contract, "title", "contractor", "status", title=30, contractor=24, status=10),
    Column("分類", "classification", 8),
    *columns_of(Contract, "department", "work", "information", department=24, work=36, information=36),
    *columns_of(Contract, "has_personal", "has_my_number", "place", "in_charge", "subcontracting", place=20),
    *columns_of(Contract, "starts_on", "ends_on", "concluded_on", "ended_on", starts_on=12, ends_on=12, concluded_on=12, ended_on=12),
)
CONTRACTORS = (
    *columns_of(Contractor, "name", "corporate_number", "emergency_contact", "certifications", name=30, emergency_contact=36),
    Column("契約中", "running", 8),
)
ACCOUNTS = columns_of(
    SocialAccount,
    *("service", "account", "status", "department", "owner", "purpose", "listed_at", "profile", "opened_on", "ended_on"),
    account=24,
    department=24,
    purpose=36,
    listed_at=30,
)


def _class_of(rows: QuerySet) -> str:
    return AssetClass(min(AssetClass.II, rows.order_by().aggregate(highest=Min("asset_class"))["highest"] or AssetClass.II)).label


def _opened(asked: Asked, reach: Reach, rows: Sequence[ExternalService]) -> Iterable[ExternalService]:
    """The rows, each marked whether the person may open it."""
    seen = ExternalService.objects.visible_to(asked.user, at=asked.at, reach=reach).filter(pk__in=[row.pk for row in rows])
    keys = set(seen.values_list("pk", flat=True))
    for row in rows:
        row.is_seen = row.pk in keys
    return rows


def _if_seen(column: Column) -> Column:
    return Column(column.heading, lambda row: column.of(row) if row.is_seen else None, column.width)


@table("assets.services", "外部サービス一覧", filters=ServiceFilter)
def services(asked: Asked) -> Sheet:
    """承認済み外部サービス for everyone; what the page of a service says besides only of those that the person may open."""
    reach = Reach.of(asked.user, at=asked.at)
    rows = ExternalService.objects.in_list(asked.user, at=asked.at, reach=reach).with_all()
    found = ServiceFilter(asked.query, queryset=rows).qs
    columns = (*SHOWN_TO_ALL, *map(_if_seen, INSIDE))
    return Sheet(found, columns, draw=partial(_opened, asked, reach), mark=_class_of(found))


@table("assets.contracts", "委託契約一覧", filters=ContractFilter)
def contracts(asked: Asked) -> Sheet:
    """The contracts of one's section and division; all for the wide roles."""
    rows = ContractFilter(asked.query, queryset=Contract.objects.visible_to(asked.user, at=asked.at).with_all()).qs
    return Sheet(rows, CONTRACTS, mark=_class_of(rows))


@table("assets.contractors", "委託事業者一覧", narrows=("q",))
def contractors(asked: Asked) -> Sheet:
    """All companies, by name."""
    rows = Contractor.objects.visible_to(asked.user, at=asked.at).with_counts().named(asked.query.get("q", ""))
    return Sheet(rows, CONTRACTORS, mark=AssetClass.II.label)


@table("assets.accounts", "市公式アカウント一覧", filters=SocialFilter)
def accounts(asked: Asked) -> Sheet:
    """The city's accounts with social media."""
    rows = SocialAccount.objects.visible_to(asked.user, at=asked.at).with_all()
    return Sheet(SocialFilter(asked.query, queryset=rows).qs, ACCOUNTS, mark=AssetClass.II.label)
