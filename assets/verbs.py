"""The words of this app in the trail, collected from its nouns."""

from . import verbs_asset

VERBS = {**verbs_asset.VERBS}
NAMES = {**verbs_asset.NAMES}
