"""The words of moves and disposals in the trail."""

VERBS = {
    "assets.move.planned": "許可により移動を予定",
    "assets.move.departed": "出発",
    "assets.move.arrived": "到着・受渡し",
    "assets.move.returned": "返却を記録",
    "assets.move.confirmed": "返却を確認",
    "assets.move.return_denied": "返却はまだと回答",
    "assets.move.lost": "移動の途中の紛失を記録",
    "assets.move.settled": "見つからないまま終了",
    "assets.move.cancelled": "出発前に取りやめ",
    "assets.move.called_back": "許可の取消により返却を求めた",
    "assets.disposal.planned": "許可により廃棄を予定",
    "assets.disposal.recorded": "廃棄の処理を記録",
    "assets.disposal.given_up": "廃棄を取りやめ",
    "assets.disposal.closed": "廃棄を終了",
    "assets.disposal.cancelled": "廃棄を行わず終了",
}

NAMES = {"number": "番号", "count": "件数", "asset_class": "分類", "kind": "種類", "format": "形式"}
