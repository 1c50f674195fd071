"""A revision as plain data, for other systems and for checking the import."""

from policy.models import Clause, Correction, Revision


def as_data(revision: Revision) -> dict[str, list[dict]]:
    """Clauses (chapters and 節 included), glossary and history of a revision, in order; four queries."""
    return {
        "clauses": [_clause(clause) for clause in revision.clauses.order_by("position").prefetch_related("corrections")],
        "glossary": [{"term": term.term, "definition": term.definition} for term in revision.glossary.order_by("position")],
        "history": [{"month": entry.month, "event": entry.event} for entry in revision.history.order_by("position")],
    }


def _clause(clause: Clause) -> dict:
    return {
        "number": clause.number,
        "label": clause.label,
        "heading": clause.heading,
        "text": clause.text,
        "printed_text": clause.printed_text,
        "corrections": [_correction(correction) for correction in sorted(clause.corrections.all(), key=lambda row: (row.line, row.pk))],
        "tables": clause.tables,
    }


def _correction(correction: Correction) -> dict:
    return {name: getattr(correction, name) for name in ("kind", "certainty", "printed", "reading", "line")}
