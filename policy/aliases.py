"""Words that mean the same in the policy, for search: whoever types one finds the other.

The policy wavers between some of them (統括 and 総括, 格付 and 分類), others are what people say for what it prints.
"""

from musashimurayama_isms.japanese import fold, spellings

SAME_MEANING: tuple[tuple[str, ...], ...] = (
    ("CISO", "最高情報セキュリティ責任者"),
    ("LGWAN", "総合行政ネットワーク", "総合行政ネットワーク（LGWAN）"),
    ("統括", "総括"),
    ("格付", "格付け", "分類"),
    ("複写機", "複合機"),
    ("ウェブ", "Web"),
    ("ホームページ", "ウェブサイト"),
    ("テレビ会議", "ウェブ会議", "Web会議"),
    ("USBメモリ", "電磁的記録媒体"),
    ("自己点検", "点検"),
    ("教育", "研修"),
    ("持出し", "持出", "持ち出し"),
    ("立入り", "立入", "立ち入り"),
    ("漏えい", "漏洩"),
    ("破棄", "廃棄"),
    ("SNS", "ソーシャルメディアサービス", "ソーシャルメディア"),
    ("クラウド", "外部サービス"),
    ("私物", "支給以外"),
    ("BCP", "業務継続計画"),
    ("ウイルス", "ウィルス", "不正プログラム"),
    ("迷惑メール", "スパムメール"),
    ("サーバールーム", "サーバルーム", "電算室"),
)
GROUPS = tuple(tuple(fold(word) for word in group) for group in SAME_MEANING)


def alternatives(word: str) -> list[str]:
    """A folded word and all that means the same, the word itself first; the longest alias inside a longer word counts as well."""
    found = dict.fromkeys(spellings(word))
    for group in GROUPS:
        known = max((other for other in group if other in word), key=len, default=None)
        if known:
            found.update(dict.fromkeys(word.replace(known, other) for other in group))
    return list(found)
