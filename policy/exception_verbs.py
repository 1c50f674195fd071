"""The words of exceptions in the trail."""

EXCEPTION_VERBS = {
    "policy.exception.granted": "例外措置が許可された",
    "policy.exception.reported": "緊急時の例外措置をCISOに報告",
    "policy.exception.acknowledged": "緊急時の例外措置をCISOが確認",
    "policy.exception.measure_done": "代わりの方法の実施を登録",
    "policy.exception.reviewed": "例外措置を見直し",
    "policy.exception.revoked": "例外措置を取消",
    "policy.exception.closed": "例外措置の完了を報告",
    "policy.exception.superseded": "例外措置を次の例外措置に引き継ぎ",
    "policy.exceptions.exported": "例外措置の一覧（A4）を出力",
}

EXCEPTION_NAMES = {"position": "番目", "result": "結果"}
