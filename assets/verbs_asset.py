"""The words of the register of information assets in the trail."""

VERBS = {
    "assets.asset.registered": "情報資産を登録",
    "assets.asset.edited": "情報資産の内容を修正",
    "assets.asset.edited_together": "情報資産の内容をまとめて修正",
    "assets.asset.reclassified": "情報資産の分類を変更",
    "assets.asset.lost": "情報資産を所在不明とした",
    "assets.asset.found": "所在不明の情報資産を発見",
    "assets.asset.disposed": "情報資産を廃棄済とした",
    "assets.asset.permitted": "課の外の権限を定めた",
    "assets.asset.permission_ended": "課の外の権限を取りやめ",
    "assets.asset.printed": "情報資産台帳（A4）を出力",
    "assets.asset.labelled": "分類のラベルを作成",
    "assets.import.uploaded": "情報資産の一覧を取込み",
    "assets.import.checked": "取り込んだ行を確認",
    "assets.import.applied": "取り込んだ行を登録",
    "assets.import.undone": "取込みの登録を取消",
    "assets.import.discarded": "取込みを破棄",
    "assets.stock_take.opened": "棚卸を開始",
    "assets.stock_take.confirmed": "棚卸で確認",
    "assets.stock_take.corrected": "棚卸で内容を修正",
    "assets.stock_take.closed": "課の棚卸を終了",
}

NAMES = {
    "fields": "変えた項目",
    "was": "前の分類",
    "copies": "合わせて上げた複製の数",
    "permission": "権限の番号",
    "permit": "許可の番号",
    "wrong": "誤りのある行",
    "due_on": "期限",
    "lost": "所在不明の数",
    "number": "番号",
    "asset_class": "分類",
    "department": "所属",
    "until": "終了日",
}
