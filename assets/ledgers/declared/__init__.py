"""The declared ledgers; importing this package makes them known, in the order in which they are shown."""

from . import media, software, identities, cards, records, disposal  # noqa: F401, I001
