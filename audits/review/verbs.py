"""The words of the policy review in the trail."""

VERBS = {
    "audits.policy_review.begun": "ポリシーの見直しを開始",
    "audits.policy_review.input_added": "見直しの材料を追加",
    "audits.policy_review.input_removed": "見直しの材料を取り除き",
    "audits.policy_review.put": "見直しを委員会に付議",
    "audits.policy_review.returned": "見直しを準備に戻し",
    "audits.policy_review.input_decided": "材料の取扱いを記録",
    "audits.policy_review.decided": "見直しを決定",
    "audits.policy_review.revision_linked": "改定の版を結び付け",
    "audits.policy_review.closed": "見直しを終了",
    "audits.policy_review.dropped": "見直しを取りやめ",
}
NAMES = {
    "carried": "継続の件数",
    "source": "種別",
    "revision": "版",
    "undecided": "未決定の件数",
}
