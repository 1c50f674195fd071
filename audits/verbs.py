"""The words of this app in the trail, collected from its rooms."""

from .engagements import verbs as engagements
from .findings import verbs as findings
from .inspections import verbs as inspections

ROOMS = (engagements, findings, inspections)
VERBS = {code: words for room in ROOMS for code, words in room.VERBS.items()}
NAMES = {name: words for room in ROOMS for name, words in room.NAMES.items()}
