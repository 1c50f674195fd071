"""The words of this floor in the trail."""

VERBS = {
    "policy.revision.imported": "ポリシーの版を取り込み",
    "policy.revision.published": "ポリシーの版を施行",
    "policy.coverage.exported": "遵守状況を出力",
}

NAMES = {"clauses": "条項の数", "format": "形式", "filter": "絞り込み"}
