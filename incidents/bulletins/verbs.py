"""The words of the room in the trail."""

VERBS = {
    "incidents.bulletin.issued": "注意喚起を出した",
    "incidents.bulletin.issued_urgently": "緊急の注意喚起を出した",
    "incidents.bulletin.corrected": "注意喚起を改めた",
    "incidents.bulletin.corrected_urgently": "緊急の注意喚起を改めた",
    "incidents.bulletin.withdrawn": "注意喚起を取り下げた",
    "incidents.bulletin.read": "注意喚起を読んだ",
}

NAMES = {"urgency": "緊急度", "audience": "宛先", "expires_on": "掲載の最後の日", "version": "版", "asks_again": "もう一度読むよう求めた"}
