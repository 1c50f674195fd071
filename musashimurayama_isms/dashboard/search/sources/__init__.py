"""Everything that is searched, in the order of the results; a file a floor."""

from ..source import Source
from . import assets, audits, incidents, organisation, pages, policy, requests

SOURCES: list[Source] = [
    *incidents.SOURCES,
    *requests.SOURCES,
    *assets.SOURCES,
    *audits.SOURCES,
    *policy.SOURCES,
    *pages.SOURCES,
    *organisation.SOURCES,
]
