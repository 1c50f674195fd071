"""The words of this app in the trail: numbers, digests and names of roles, never what was destroyed."""

VERBS = {
    "retention.disposal.proposed": "記録の廃棄を起案",
    "retention.disposal.permitted": "記録の廃棄を許可",
    "retention.disposal.refused": "記録の廃棄を不許可",
    "retention.disposal.withdrawn": "記録の廃棄を取りやめ",
    "retention.disposal.witnessed": "記録の廃棄に立会い",
    "retention.disposal.begun": "記録の廃棄を開始",
    "retention.disposal.gone_on": "記録の廃棄の続きを開始",
    "retention.disposal.done": "記録の廃棄を実施",
    "retention.record.destroyed": "保存年限が過ぎた記録を廃棄",
    "retention.record.left": "廃棄の予定の記録を残した",
    "retention.hold.set": "保存を延長",
    "retention.hold.lifted": "保存延長を解除",
}
NAMES = {
    "columns": "項目の数",
    "destroyed": "廃棄した件数",
    "disposal": "廃棄の番号",
    "left_count": "残した件数",
    "witness": "立会者",
    "year": "完結した年度",
}
