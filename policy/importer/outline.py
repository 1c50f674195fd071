"""The documents of the policy's family, and the outline: numbers and headings that stand in until the text is imported."""

import json
from datetime import date

from django.db import transaction
from django.utils import timezone

from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.reference import Loaded, path_of
from policy.models import Document, Revision

from .parsed import Clause, Policy
from .store import write

FIXTURE = "policy_outline.json"


def _fixture() -> dict:
    return json.loads(path_of(FIXTURE).read_text(encoding="utf-8"))


@transaction.atomic
def the_policy() -> Document:
    """The document 情報セキュリティポリシー; it and its parts are created where missing.

    Owner and 策定主体 are filled in once they are known, and never changed after.
    """
    rows = _fixture()["documents"]
    for row in rows:
        owner = Department.objects.filter(code=row["owner"]).first()
        part_of = Document.objects.filter(code=row["part_of"]).first()
        fields = {name: row[name] for name in ("title", "kind", "access", "chapters")}
        document, _ = Document.objects.get_or_create(code=row["code"], defaults={**fields, "part_of": part_of, "owner": owner})
        if document.owner is None and owner is not None:
            document.owner = owner
            document.save(update_fields=["owner"])
        if not document.makers.exists():
            document.makers.set(Department.objects.filter(code__in=row["makers"]))
    return Document.objects.get(code=rows[0]["code"])


@transaction.atomic
def load_outline() -> Loaded:
    """Put the outline in force where no revision of the policy is; part of `load_reference`."""
    document, fixture = the_policy(), _fixture()
    count = len(fixture["clauses"])
    if document.revisions.filter(status=Revision.Status.PUBLISHED).exists():
        return Loaded(FIXTURE, 0, count)
    revision = write(policy_of(fixture), document=document, name=fixture["revision"], is_outline=True)
    revision.publish(by=None, effective_on=date.fromisoformat(fixture["effective_on"]), at=timezone.now())
    return Loaded(FIXTURE, count, 0)


def policy_of(fixture: dict) -> Policy:
    """The outline as a parsed policy without texts."""
    clauses = [Clause(row["number"], 0, "", heading=row["heading"]) for row in fixture["clauses"]]
    return Policy(revision=fixture["revision"], clauses=clauses)


def outline_of(policy: Policy) -> list[dict[str, str]]:
    """The rows of the fixture that a parsed policy gives: numbers and headings, no sentences."""
    return [{"number": clause.number, "heading": clause.heading} for clause in policy.clauses]
