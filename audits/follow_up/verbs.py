"""The words of dealing with findings in the trail."""

VERBS = {
    "audits.action.ordered": "指摘への対処を指示",
    "audits.action.planned": "対処の計画を提出",
    "audits.action.done": "対処を報告",
    "audits.action.checked": "対処の効果を確認",
}
NAMES = {"round": "回", "format": "形式", "filter": "絞り込み"}
