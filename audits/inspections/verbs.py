"""The words of the inspections in the trail."""

VERBS = {
    "audits.campaign.prepared": "自己点検を準備",
    "audits.campaign.edited": "自己点検の内容を修正",
    "audits.campaign.questions_chosen": "点検の質問を選択",
    "audits.campaign.opened": "自己点検の回答の受付を開始",
    "audits.campaign.dropped": "自己点検を取りやめ",
    "audits.campaign.closed": "自己点検の回答を締切",
    "audits.campaign.reopened": "自己点検の回答の受付を再開",
    "audits.campaign.reported": "自己点検の結果を報告",
    "audits.sheet.submitted": "点検票を提出",
    "audits.sheet.taken_back": "点検票の提出を取消",
    "audits.section_result.confirmed": "課の点検結果をまとめ",
    "audits.improvement.planned": "改善策を記録",
    "audits.improvement.finished": "改善策を完了",
}
NAMES = {
    "title": "名称",
    "due_on": "期限",
    "bearer": "だれの票か",
    "count": "件数",
    "sheets": "点検票の数",
    "to": "報告先",
    "waiting": "まとめていない課の数",
    "unconfirmed": "まとめ直す課の数",
    "clause": "条項",
}
