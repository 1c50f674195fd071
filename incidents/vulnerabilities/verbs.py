"""The words of the room in the trail."""

VERBS = {
    "incidents.vulnerability.entered": "脆弱性を登録",
    "incidents.vulnerability.changed": "脆弱性の内容を変更",
    "incidents.vulnerability.aimed": "システムの確認を求めた",
    "incidents.vulnerability.aimed_urgently": "システムの緊急の確認を求めた",
    "incidents.vulnerability.answered": "システムの状況を回答",
    "incidents.vulnerability.refusal_asked": "「対応しない」の承認を求めた",
    "incidents.vulnerability.refusal_decided": "「対応しない」の申出を決定",
    "incidents.vulnerability.asked_again": "システムの確認をもう一度求めた",
    "incidents.vulnerability.closed": "脆弱性の対応を完了",
    "incidents.vulnerability.reopened": "脆弱性を対応中に戻した",
}

NAMES = {"severity": "深刻度", "system": "情報システム", "systems": "情報システム"}
