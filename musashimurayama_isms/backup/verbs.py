"""The words of this app in the trail: digests, sizes and numbers; no path, no key."""

VERBS = {
    "backup.backup.made": "控え（バックアップ）を作成",
    "backup.backup.failed": "控え（バックアップ）を作成できなかった",
    "backup.backup.removed": "古い控え（バックアップ）を削除",
    "backup.proof.proved": "控えから復元できることを確認",
    "backup.proof.not_proved": "控えから復元できないことを確認",
    "backup.proof.restored": "控えから復元",
    "backup.proof.drilled": "復元の訓練を記録",
    "backup.keys.escrowed": "鍵の控え（二枚の紙）を作成",
}
NAMES = {
    "head": "証跡の先頭",
    "rows": "行数",
    "files": "ファイル数",
    "backup": "控え",
    "keys": "鍵と照合符号",
    "sheet": "用紙の番号",
    "rounds": "済みになった回",
    "scheduled": "定時",
}
