"""The words of the consultations in the trail."""

VERBS = {
    "incidents.consultation.asked": "相談",
    "incidents.consultation.asked_more": "相談で続けて質問",
    "incidents.consultation.answered": "相談に回答",
    "incidents.consultation.closed": "相談を終了",
    "incidents.consultation.shared": "所属長にも見せることにした",
    "incidents.consultation.unshared": "所属長に見せないことにした",
    "incidents.consultation.became_request": "相談から例外措置の申請を作成",
    "incidents.consultation.became_incident": "相談からインシデントの報告を作成",
}
NAMES = {"topic": "相談の種類", "advice": "次の手順"}
