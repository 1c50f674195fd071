"""The words of drills in the trail."""

VERBS = {
    "incidents.drill.planned": "訓練を計画",
    "incidents.drill.changed": "訓練の計画を変更",
    "incidents.drill.started": "訓練を開始",
    "incidents.drill.incident_begun": "訓練の報告を書き始めた",
    "incidents.drill.ended": "訓練を終了",
    "incidents.drill.step_evaluated": "訓練の段階を評価",
    "incidents.drill.concluded": "訓練の評価を終えた",
    "incidents.drill.cancelled": "訓練を中止",
    "incidents.drill_task.added": "訓練の改善項目を追加",
    "incidents.drill_task.ended": "訓練の改善項目を終えた",
    "incidents.incident.drill_over": "訓練が終わった",
}
NAMES = {"on_day": "基準日", "sections": "参加する課の数", "incident_kind": "インシデントの種別", "task_owner": "改善の担当"}
