"""The words of this app in the trail, collected from its nouns."""

from . import verbs_asset, verbs_registers, verbs_requests, verbs_risk

VERBS = {**verbs_asset.VERBS, **verbs_registers.VERBS, **verbs_requests.VERBS, **verbs_risk.VERBS}
NAMES = {**verbs_asset.NAMES, **verbs_registers.NAMES, **verbs_requests.NAMES, **verbs_risk.NAMES}
