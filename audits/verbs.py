"""The words of this app in the trail, collected from its rooms."""

from .engagements import verbs as engagements
from .follow_up import verbs as follow_up
from .inspections import verbs as inspections
from .review import verbs as review
from .training import verbs as training

ROOMS = (engagements, follow_up, inspections, review, training)
VERBS = {code: words for room in ROOMS for code, words in room.VERBS.items()}
NAMES = {name: words for room in ROOMS for name, words in room.NAMES.items()}
