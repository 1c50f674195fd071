"""Regulations, laws and the sections' documents hang on clause numbers: on the 施行日 of a new text they follow their clauses."""

from collections.abc import Mapping

from policy.carrying import follow
from policy.models import DocumentClause, Law, Regulation


@follow
def move_clauses(numbers: Mapping[str, str]) -> None:
    """Give every row the new number of each clause that moved; what is gone stays as it is, for somebody to look at."""
    for model in (Regulation, Law):
        rows = list(model.objects.select_for_update())
        for row in rows:
            row.clauses = [numbers.get(clause, clause) for clause in row.clauses]
        model.objects.bulk_update(rows, ["clauses"])
    _move_of_documents(numbers)


def _move_of_documents(numbers: Mapping[str, str]) -> None:
    """Two clauses may change places: the rows that move are taken away first, then written anew."""
    moving = DocumentClause.objects.filter(clause__in=numbers)
    places = {(row.document_id, numbers[row.clause]) for row in moving}
    moving.delete()
    kept = set(DocumentClause.objects.filter(document__in={document for document, _ in places}).values_list("document", "clause"))
    DocumentClause.objects.bulk_create(DocumentClause(document_id=document, clause=clause) for document, clause in sorted(places - kept))
