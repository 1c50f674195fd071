"""The words of this app in the trail."""

VERBS = {
    "approvals.request.drafted": "起案",
    "approvals.request.edited": "申請前に内容を修正",
    "approvals.request.discarded": "起案を取りやめ",
    "approvals.request.prepared": "申請者に回した",
    "approvals.request.submitted": "申請",
    "approvals.request.permitted": "許可が確定",
    "approvals.request.refused": "不許可が確定",
    "approvals.request.returned": "起案者に差戻し",
    "approvals.request.withdrawn": "取下げ",
    "approvals.request.completed": "完了",
    "approvals.request.expired": "期限切れ",
    "approvals.request.recalled": "許可を取消",
    "approvals.step.opened": "審査の段階を開始",
    "approvals.decision.made": "決定",
    "approvals.decision.entered": "口頭の許可を代わって入力",
    "approvals.decision.confirmed": "口頭の許可を本人が確認",
    "approvals.decision.disputed": "口頭の許可は違うと本人が回答",
    "approvals.decision.reviewed": "代決を後閲",
    "approvals.waiver.asked": "やむを得ない場合の決定を申出",
    "approvals.waiver.granted": "やむを得ない場合の決定に同意",
    "approvals.waiver.declined": "やむを得ない場合の決定に不同意",
    "approvals.waiver.seen": "兼務の例外をCISOが確認",
    "approvals.comment.added": "コメント",
    "approvals.route.proposed": "経路の変更を提案",
    "approvals.route.confirmed": "経路の変更を確認し使用開始",
    "approvals.route.rejected": "経路の変更案を不採用",
    "approvals.list.exported": "申請の一覧を出力",
}

NAMES = {
    "type": "種別",
    "version": "版",
    "has_conditions": "条件付き",
    "route": "経路",
    "person": "人",
}
