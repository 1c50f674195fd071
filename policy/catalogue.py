"""Obligations, regulations and laws as reference data: rows that are not there yet are added, what the city has edited stays.

A row is known by its key, not by where it stands now: one that was renumbered or given up with a revision is never added again.
"""

import json

from django.db import transaction

from musashimurayama_isms.accounts.reference import Loaded, path_of
from policy.models import Bearing, Exemption, Law, Obligation, Regulation
from policy.models.obligation import key_of, position_of

OBLIGATIONS = "obligations.json"
EXEMPTIONS = "obligation_exemptions.json"
REGULATIONS = "regulations.json"
LAWS = "laws.json"


def rows_of(name: str) -> list[dict]:
    """The rows of one of the fixtures above."""
    return json.loads(path_of(name).read_text(encoding="utf-8"))


@transaction.atomic
def load_obligations() -> Loaded:
    """Add the obligations whose key is unknown, with their bearers; part of `load_reference`."""
    rows = rows_of(OBLIGATIONS)
    known = set(Obligation.objects.order_by().values_list("key", flat=True))
    new = [row for row in rows if key_of(row["clause"], row["ordinal"]) not in known]
    made = Obligation.objects.bulk_create(_obligation(row) for row in new)
    Bearing.objects.bulk_create(
        Bearing(obligation=obligation, bearer=bearer) for obligation, row in zip(made, new, strict=True) for bearer in row["bearers"]
    )
    return Loaded(OBLIGATIONS, len(new), len(rows) - len(new))


def _obligation(row: dict) -> Obligation:
    fields = {name: value for name, value in row.items() if name != "bearers"}
    place = (row["clause"], row["ordinal"])
    return Obligation(**fields, key=key_of(*place), position=position_of(*place))


@transaction.atomic
def load_exemptions() -> Loaded:
    """Add the reasons why a clause obliges nobody, where there is none yet; part of `load_reference`."""
    rows = rows_of(EXEMPTIONS)
    known = set(Exemption.objects.values_list("key", flat=True))
    made = Exemption.objects.bulk_create(Exemption(**row, key=row["clause"]) for row in rows if row["clause"] not in known)
    return Loaded(EXEMPTIONS, len(made), len(rows) - len(made))


@transaction.atomic
def load_regulations() -> Loaded:
    """Add the documents that the policy orders to be made, where their code is unknown; part of `load_reference`."""
    rows = rows_of(REGULATIONS)
    known = set(Regulation.objects.values_list("code", flat=True))
    made = Regulation.objects.bulk_create(Regulation(**row) for row in rows if row["code"] not in known)
    return Loaded(REGULATIONS, len(made), len(rows) - len(made))


@transaction.atomic
def load_laws() -> Loaded:
    """Add the laws that the policy names, where their code is unknown; part of `load_reference`."""
    rows = rows_of(LAWS)
    known = set(Law.objects.values_list("code", flat=True))
    made = Law.objects.bulk_create(Law(**row) for row in rows if row["code"] not in known)
    return Loaded(LAWS, len(made), len(rows) - len(made))
