"""The words of this app in the trail, collected from its nouns."""

from . import verbs_asset, verbs_moves, verbs_registers, verbs_requests, verbs_risk, verbs_service

NOUNS = (verbs_asset, verbs_moves, verbs_registers, verbs_requests, verbs_risk, verbs_service)
VERBS = {code: words for noun in NOUNS for code, words in noun.VERBS.items()}
NAMES = {name: words for noun in NOUNS for name, words in noun.NAMES.items()}
