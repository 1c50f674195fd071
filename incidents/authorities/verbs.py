"""The words of step 7 in the trail."""

VERBS = {
    "incidents.authority.changed": "報告先の登録を直した",
    "incidents.assessment.recorded": "報告先を判断",
    "incidents.authority_report.drafted": "外部への報告の内容を書いた",
    "incidents.authority_report.sent": "外部へ報告",
    "incidents.authority_report.retracted": "外部への報告の記録を取り消した",
    "incidents.authority_report.waived": "外部へ報告しないことを決定",
    "incidents.authority_report.taken_up": "外部へ報告することを決定",
    "incidents.publication.proposed": "公表の案を作った",
    "incidents.publication.approved": "公表を決定",
    "incidents.publication.returned": "公表の案を差し戻した",
    "incidents.publication.published": "公表した",
    "incidents.half_year.issued": "半期の一覧を公表",
    "incidents.half_year.exported": "半期の一覧を出力",
}

NAMES = {
    "code": "コード",
    "is_active": "使う",
    "check_settled": "要確認を解いた",
    "answers": "答え",
    "people_count": "人数",
    "known_at": "知った日時",
    "became_due": "報告が必要になった報告先",
    "became_out": "対象外になった報告先",
    "reopened": "判断し直す報告先",
    "report": "報告",
    "way": "方法",
    "covered": "同じ送信で済ませた報告",
    "basis": "決め方",
    "published_on": "公表した日",
}
