"""Every act of one audit, by theme: about the audit itself (ACTS), and about one row of it (KINDS)."""

from audits.acts import Act

from . import contact, course, items, papers, results
from .roles import Kind

PARTS = (course, contact, items, papers, results)
ACTS: dict[str, Act] = {slug: act for part in PARTS for slug, act in part.ACTS.items()}
KINDS: dict[str, Kind] = {name: kind for part in PARTS for name, kind in part.KINDS.items()}
