"""From a reading to rows: a draft revision, whole or not at all."""

from collections import defaultdict
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import is_staff_of_portal
from musashimurayama_isms.japanese import fold
from musashimurayama_isms.trail.record import record
from policy import models
from policy.drafting import compare
from policy.numbers import label

from . import parsed
from .reading import Reading
from .source import Refused

MOST_LETTERS = {"number": 32, "printed_label": 16, "heading": 200, "name": 100, "term": 100}


def stored(reading: Reading, document: models.Document) -> models.Revision | None:
    """The revision that an earlier import made of the same bytes and that was not given up, or None."""
    rows = document.revisions.exclude(status=models.Revision.Status.DISCARDED).filter(source_digest=reading.digest, is_outline=False)
    return rows.order_by("pk").first() if reading.digest else None


@transaction.atomic
def store(reading: Reading, document: models.Document, *, by: User | None, at: datetime | None = None) -> models.Revision:
    """Store a reading as a draft of the document, compared with the text in force, and return it.

    The same bytes again give the revision that is there.
    `by` is an administrator of the portal, or None for the operator at the server's command line; `at` an aware moment
    (default: now). Raises Refused for a reading without a policy, PermissionDenied for anybody else.
    """
    at = at or timezone.now()
    if reading.policy is None:
        raise Refused(reading.refusal)
    if by is not None and not is_staff_of_portal(by, at=at):
        raise PermissionDenied("ポリシーの本文を取り込めるのはポータルの管理者だけです。")
    document = models.Document.objects.select_for_update().get(pk=document.pk)
    known = stored(reading, document)
    if known is not None:
        return known
    revision = write(
        reading.policy,
        document=document,
        name=reading.policy.revision or reading.name,
        source_name=reading.name[:200],
        source_digest=reading.digest,
        report=reading.report(),
    )
    _record(revision, len(reading.policy.clauses), by=by, at=at)
    compare(revision, by=by, at=at)
    return revision


def _record(revision: models.Revision, clauses: int, *, by: User | None, at: datetime) -> None:
    role = RoleCode.ADMINISTRATOR.label if by else ""
    record(by, "policy.revision.imported", revision, role=role, at=at, digest=revision.source_digest, clauses=clauses)


def write(policy: parsed.Policy, **fields) -> models.Revision:
    """The rows of a parsed policy as a new draft; `fields` are those of the revision. Call inside a transaction."""
    fields["name"] = fields["name"][: MOST_LETTERS["name"]]
    revision = models.Revision.objects.create(**fields)
    rows = _write_clauses(policy, revision)
    models.Correction.objects.bulk_create(
        models.Correction(clause=rows[clause.number], **_fields_of(correction))
        for clause in policy.clauses
        for correction in clause.corrections
    )
    models.GlossaryTerm.objects.bulk_create(_terms(policy, revision))
    models.HistoryEntry.objects.bulk_create(
        models.HistoryEntry(revision=revision, position=position, month=row.month, event=row.event)
        for position, row in enumerate(policy.history, start=1)
    )
    return revision


def _write_clauses(policy: parsed.Policy, revision: models.Revision) -> dict[str, models.Clause]:
    """One insert a depth, since a row needs the key of the row above."""
    levels: dict[int, list[tuple[int, parsed.Clause]]] = defaultdict(list)
    for position, clause in enumerate(policy.clauses, start=1):
        levels[clause.depth].append((position, clause))
    rows: dict[str, models.Clause] = {}
    for depth in sorted(levels):
        made = [_clause_row(clause, revision, position, rows.get(clause.parent)) for position, clause in levels[depth]]
        rows |= {row.number: row for row in models.Clause.objects.bulk_create(made)}
    return rows


def _clause_row(clause: parsed.Clause, revision: models.Revision, position: int, parent: models.Clause | None) -> models.Clause:
    cells = ["\t".join(row) for table in clause.tables for row in table]
    return models.Clause(
        revision=revision,
        parent=parent,
        position=position,
        number=clause.number,
        label=label(clause.number),
        heading=clause.heading[: MOST_LETTERS["heading"]],
        printed_heading=clause.printed_heading[: MOST_LETTERS["heading"]],
        text=clause.text,
        printed_text=clause.printed_text,
        printed_label=clause.printed_label[: MOST_LETTERS["printed_label"]],
        tables=clause.tables,
        line=clause.line,
        search_text=fold("\n".join([clause.heading, clause.text, *cells])),
    )


def _fields_of(correction: parsed.Correction) -> dict:
    return {
        "kind": correction.kind,
        "certainty": correction.certainty,
        "printed": correction.printed[:200],
        "reading": correction.reading[:200],
        "note": correction.note[:200],
        "line": correction.line,
    }


def _terms(policy: parsed.Policy, revision: models.Revision) -> list[models.GlossaryTerm]:
    return [
        models.GlossaryTerm(
            revision=revision,
            position=position,
            term=term.term[: MOST_LETTERS["term"]],
            definition=term.definition,
            printed_term=term.printed_term[: MOST_LETTERS["term"]],
            printed_definition=term.printed_definition,
            corrections=[_fields_of(correction) for correction in term.corrections],
            search_text=fold(f"{term.term}\n{term.definition}"),
        )
        for position, term in enumerate(policy.glossary, start=1)
    ]
