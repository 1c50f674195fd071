"""The words of this app in the trail, collected from its nouns."""

from . import verbs_asset, verbs_moves, verbs_registers, verbs_risk, verbs_service

VERBS = {**verbs_asset.VERBS, **verbs_moves.VERBS, **verbs_registers.VERBS, **verbs_risk.VERBS, **verbs_service.VERBS}
NAMES = {**verbs_asset.NAMES, **verbs_moves.NAMES, **verbs_registers.NAMES, **verbs_risk.NAMES, **verbs_service.NAMES}
