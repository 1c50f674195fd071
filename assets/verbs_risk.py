"""The words of the risk assessment in the trail."""

VERBS = {
    "assets.riskassessment.begun": "リスク評価を開始",
    "assets.riskassessment.closed": "リスク評価を確定",
    "assets.riskassessment.reopened": "リスク評価をやり直し",
    "assets.riskline.answered": "リスクを評価",
    "assets.improvement.added": "改善項目を追加",
    "assets.improvement.ended": "改善項目を終了",
    "assets.riskrule.edited": "リスクの表を変更",
}
NAMES = {"threat": "脅威", "adequate": "対策の過不足", "due_on": "期限", "table": "表"}
