"""The words of this floor in the trail."""

VERBS = {
    "policy.revision.imported": "ポリシーの版を取り込み",
    "policy.revision.published": "ポリシーの版を施行",
    "policy.revision.compared": "ポリシーの版を現行の版と比較",
    "policy.revision.proposed": "ポリシーの版を審議にかけた",
    "policy.revision.returned": "ポリシーの版が案に戻った",
    "policy.revision.discarded": "ポリシーの案を取りやめ",
    "policy.revision.applied": "施行日になり、義務を引き継いだ",
    "policy.review.decided": "義務の見直しを判断",
    "policy.review.added": "義務の見直しに欄を追加",
    "policy.confirmation.opened": "ポリシーの確認を全職員に依頼",
    "policy.confirmation.given": "ポリシーを読んで確認",
    "policy.measure.confirmed": "ポータルの外の対策を確認",
}

NAMES = {
    "measures": "対策",
    "clauses": "条項の数",
    "format": "形式",
    "filter": "絞り込み",
    "text_digest": "本文のSHA-256",
    "changes": "変更の数",
    "reviews": "見直しの数",
    "clause": "条項",
    "decision": "判断",
    "decisions": "判断の数",
    "due_on": "期限",
}
