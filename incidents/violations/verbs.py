"""The words of the violations in the trail."""

VERBS = {
    "incidents.violation.reported": "違反の発見を報告",
    "incidents.violation.received": "違反の知らせを受領",
    "incidents.violation.identified": "違反した人を記録",
    "incidents.violation.notified": "情報セキュリティ担当者に通知",
    "incidents.violation.weighed": "違反の影響を判断",
    "incidents.violation.guided": "指導",
    "incidents.violation.stated": "本人が説明",
    "incidents.violation.improved": "改善を確認",
    "incidents.violation.not_improved": "改善しないことを報告",
    "incidents.violation.settled": "確認した結果を記録",
    "incidents.violation.guide_again": "利用権を停止せず指導を求めた",
    "incidents.violation.suspended": "利用権の停止・剥奪を記録",
    "incidents.violation.lifted": "停止の解除を記録",
    "incidents.violation.handed_over": "職員課への引継ぎを記録",
    "incidents.violation.dismissed": "違反ではないと判断",
    "incidents.violation.became_incident": "違反からインシデントの報告を作成",
    "incidents.violation.noted": "違反の記録に追記",
}
NAMES = {"narrow": "知る人を限る", "handler": "指導する役割", "check_on": "改善を確かめる日", "on": "引き継いだ日"}
