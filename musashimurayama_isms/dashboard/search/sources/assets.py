"""The registers: assets, systems, devices, ledgers, and those from outside."""

from typing import Any

from django.db.models import QuerySet

from assets.models import Asset, Contract, Contractor, Device, ExternalService, LedgerEntry, SocialAccount, System
from assets.reach import Reach
from assets.registers import RegisterReach

from ..asking import Asker
from ..numbers import of_year, written_in
from ..source import Rows


def _of_section(model: Any):
    return lambda asker: model.objects.visible_to(asker.user, at=asker.at, reach=asker.as_(Reach.of)).select_related("department__parent")


def _of_register(model: Any):
    def seen(asker: Asker) -> QuerySet:
        rows = model.objects.visible_to(asker.user, at=asker.at, reach=asker.as_(RegisterReach.of))
        return rows.select_related("department__parent")

    return seen


def _place(row: Any) -> str:
    return f"{row.department.full_name}　{row.get_status_display()}"


def _entry_title(row: LedgerEntry) -> str:
    """Of a ledger about persons the number alone: who opens the row is noted, who searches is not."""
    return f"{row.declared.name} {row.number}" if row.declared.is_personal else f"{row.declared.name} {row}"


def _entry_words(row: LedgerEntry) -> tuple[str, ...]:
    return () if row.declared.is_personal else tuple(f"{label}: {words}" for label, words in row.facts)


SOURCES = [
    Rows(
        "assets",
        "情報資産",
        "box",
        Asset,
        seen=_of_section(Asset),
        words=lambda row: (row.number, row.former_number, row.name, row.place, row.medium, row.handling_limits),
        line=lambda row: f"{_place(row)}　{row.get_asset_class_display()}",
        number=written_in("number", "former_number"),
        column="search_text",
    ),
    Rows(
        "systems",
        "情報システム",
        "box",
        System,
        seen=_of_register(System),
        words=lambda row: (row.code, row.name, row.purpose, row.vendor, row.software, row.note),
        line=_place,
        number=written_in("code"),
        column="search",
    ),
    Rows(
        "devices",
        "機器",
        "box",
        Device,
        seen=_of_register(Device),
        words=lambda row: (row.code, row.name, row.asset_tag, row.serial, row.place, row.os, row.note),
        line=_place,
        number=written_in("code", "asset_tag"),
        column="search",
    ),
    Rows(
        "ledgers",
        "台帳の記録",
        "checklist",
        LedgerEntry,
        seen=_of_register(LedgerEntry),
        words=_entry_words,
        title=_entry_title,
        line=lambda row: f"{row.department.full_name}　{row.state.label}",
        number=of_year,
        column="search",
    ),
    Rows(
        "services",
        "外部サービス",
        "box",
        ExternalService,
        seen=_of_section(ExternalService),
        words=lambda row: (row.name, row.provider, row.purpose, row.information, row.users),
        line=_place,
    ),
    Rows(
        "contracts",
        "業務委託",
        "file",
        Contract,
        seen=_of_section(Contract),
        words=lambda row: (row.title, row.work, row.information, row.place),
        line=_place,
    ),
    Rows(
        "contractors",
        "委託事業者",
        "people",
        Contractor,
        seen=lambda asker: Contractor.objects.visible_to(asker.user, at=asker.at),
        words=lambda row: (row.name, row.corporate_number, row.certifications),
        number=written_in("corporate_number"),
    ),
    Rows(
        "social-accounts",
        "市公式アカウント",
        "people",
        SocialAccount,
        seen=_of_section(SocialAccount),
        words=lambda row: (row.service, row.account, row.purpose, row.profile),
        line=_place,
    ),
]
