"""The words of the organisation in the trail; those of log-in stand in entrance/records.py."""

VERBS = {
    "accounts.calendar_token.made": "予定表の配信を開始",
    "accounts.calendar_token.revoked": "予定表の配信を停止",
    "accounts.absence.entered": "不在を登録",
    "accounts.absence.ended": "不在を終了・取りやめ",
    "accounts.deputyship.named": "代理を指名",
    "accounts.deputyship.ended": "代理の指名を終了",
    "accounts.appointment.promoter_named": "情報化推進員に指名",
    "accounts.user.password_issued": "一度限りのパスワードを発行",
    "accounts.user.lock_released": "ログインのロックを解除",
    "accounts.user.closed": "利用を停止",
    "accounts.user.opened_again": "利用を再開",
    "accounts.personnel_change.uploaded": "人事異動の一覧を取り込み",
    "accounts.personnel_change.scheduled": "人事異動を適用待ちにした",
    "accounts.personnel_change.applied": "人事異動を適用",
    "accounts.personnel_change.undone": "人事異動の適用を取り消し",
    "accounts.personnel_change.discarded": "人事異動の一覧を破棄",
    "accounts.personnel_change.failed": "人事異動を適用できなかった",
    "accounts.handover_item.returned": "返却・引継ぎを確認",
    "accounts.handover_item.not_applicable": "返却・引継ぎは該当なしと確認",
    "accounts.handover_item.reopened": "返却・引継ぎの確認を戻した",
}

NAMES = {
    "known_id": "登録のある利用者ID",
    "failures": "誤りの回数",
    "scope": "範囲",
    "post": "職",
    "since": "開始日",
    "until": "終了日",
    "starts_at": "開始",
    "ends_at": "終了",
    "effective_on": "施行日・発令日",
}
