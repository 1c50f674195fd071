"""The numbers by which people call things, read from a folded query."""

import re

from django.db.models import Q

from musashimurayama_isms.approvals.permits import typed_code

OF_YEAR = re.compile(r"^r(\d{1,2})-(\d{1,5})$")
OF_DRILL = re.compile(r"^訓r(\d{1,2})-(\d{1,5})$")
OF_AUDIT = re.compile(r"^監r(\d{1,2})-(\d{1,5})$")
OF_FINDING = re.compile(r"^監r(\d{1,2})-(\d{1,5})-指(\d{1,3})$")
OF_FORM = re.compile(r"^様式第?(\d{1,3})号?$")
REPORT_FORM = re.compile(r"^様式第?1号?$")  # the report of an incident has no type of request
BEFORE_REIWA = 2018


def _of_year(match: re.Match[str] | None, prefix: str = "", **more: object) -> Q | None:
    if match is None:
        return None
    facts = {"fiscal_year": BEFORE_REIWA + int(match[1]), "sequence": int(match[2])}
    return Q(**{f"{prefix}{name}": given for name, given in facts.items()}, **more)


def of_year(number: str, prefix: str = "") -> Q | None:
    """R8-012: the 12th of 令和8年度 in the rows' own count; `prefix` where a related row has the number."""
    return _of_year(OF_YEAR.match(number), prefix)


def of_incident(number: str) -> Q | None:
    """R8-012, or 訓R8-012 of a drill."""
    real = _of_year(OF_YEAR.match(number), is_drill=False)
    return real if real is not None else _of_year(OF_DRILL.match(number), is_drill=True)


def of_audit(number: str) -> Q | None:
    """監R8-003."""
    return _of_year(OF_AUDIT.match(number))


def of_report(number: str) -> Q | None:
    """The number on the report of an audit."""
    return Q(number__iexact=number)


def of_finding(number: str) -> Q | None:
    """監R8-003-指2."""
    match = OF_FINDING.match(number)
    wanted = _of_year(match, "engagement__")
    return None if match is None or wanted is None else wanted & Q(sequence=int(match[3]))


def of_form(number: str) -> Q | None:
    """様式第3号."""
    match = OF_FORM.match(number)
    return Q(form_number=int(match[1])) if match else None


def of_request(number: str) -> Q | None:
    """R8-012, or the code that is printed on a permit (ABCD-EFGH-JKLM)."""
    wanted = of_year(number)
    return Q(permit_code=typed_code(number)) if wanted is None and typed_code(number) else wanted


def written_in(*columns: str):
    """A number that stands in a column as it is written."""

    def wanted(number: str) -> Q:
        found = Q()
        for column in columns:
            found |= Q(**{f"{column}__iexact": number})
        return found

    return wanted
