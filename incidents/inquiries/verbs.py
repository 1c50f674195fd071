"""The words of the room in the trail."""

VERBS = {
    "incidents.inquiry.asked": "横展開の照会を出した",
    "incidents.inquiry.widened": "照会する課を加えた",
    "incidents.inquiry.postponed": "照会の期限を延ばした",
    "incidents.inquiry.answered": "横展開に回答",
    "incidents.inquiry.found": "横展開に「ある」と回答",
    "incidents.inquiry.measure_done": "横展開の対策を終えた",
    "incidents.inquiry.linked": "インシデントの報告と結び付けた",
    "incidents.inquiry.closed": "横展開の照会を終了",
}

NAMES = {"incident": "インシデント"}
