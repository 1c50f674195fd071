"""The words of this app in the trail."""

VERBS = {
    "incidents.incident.reported": "インシデントを報告",
    "incidents.incident.discarded": "下書きを取りやめ",
    "incidents.incident.raised": "重大として扱うことにした",
    "incidents.incident.reached_ciso": "CISOへの報告が済んだ",
    "incidents.step.delivered": "所属の情報セキュリティ担当者に届いた",
    "incidents.step.passed_on": "次へ伝達",
    "incidents.step.closed": "段階を自動で完了（同一人・経由せず）",
    "incidents.receipt.received": "受領",
    "incidents.oral.entered": "口頭の報告を代わって入力",
    "incidents.oral.confirmed": "口頭の内容を本人が確認",
    "incidents.oral.disputed": "口頭の内容は違うと本人が回答",
    "incidents.note.added": "追記",
}
