"""The words of this app in the trail; never what was masked, only how often and why."""

VERBS = {
    "disclosure.disclosure.begun": "黒塗りの写しを作り始めた",
    "disclosure.disclosure.masked": "黒塗りを加えた",
    "disclosure.disclosure.lifted": "黒塗りを外した",
    "disclosure.disclosure.submitted": "黒塗りの写しの確認を依頼",
    "disclosure.disclosure.sent_back": "黒塗りの写しを差し戻した",
    "disclosure.disclosure.approved": "黒塗りの写しを確定",
    "disclosure.disclosure.dropped": "黒塗りの写しを取りやめ",
    "disclosure.copy.made": "試験環境用の写しを書き出した",
    "disclosure.copy.loaded": "試験環境用の写しを読み込んだ",
}
NAMES = {"ground": "不開示の理由", "spans": "箇所の数", "grounds": "理由ごとの数", "models": "種類の数"}
