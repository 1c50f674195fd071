"""All reports, and those that one person may have made."""

from .declared import assets, audits, city, incidents, policy
from .report import Asker, Group, Report

REPORTS: tuple[Report, ...] = (*city.REPORTS, *incidents.REPORTS, *policy.REPORTS, *assets.REPORTS, *audits.REPORTS)
KINDS = {report.kind: report for report in REPORTS}


def shelves(asker: Asker) -> list[tuple[Group, list[Report]]]:
    """What the person may have made, by shelf; empty shelves are left out."""
    mine = [report for report in REPORTS if report.may(asker)]
    found = [(group, [report for report in mine if report.group == group]) for group in Group]
    return [(group, rows) for group, rows in found if rows]


def find(slug: str, asker: Asker) -> Report | None:
    """The report of that name where the person may have it made; else None."""
    return next((report for report in REPORTS if report.slug == slug and report.may(asker)), None)
