"""What each floor below puts on the desk, a file a floor: the roof asks them, they do not know the roof."""

from . import assets, audits, duties, incidents, moves, policy, requests  # noqa: F401  (each registers itself with the desk)
