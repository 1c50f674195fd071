"""Documents of networks and systems: where they lie and who may see them (3.8.3.1, 3.10.1.5, 3.10.3.4)."""

from ..declaration import Act, Due, Field, Kind, Ledger, Party, State
from ..registry import register

KINDS = (
    ("network", "ネットワーク構成図・回線の文書"),
    ("specification", "仕様書・設計書"),
    ("procurement", "調達仕様書"),
    ("plan", "開発・保守・移行の計画"),
    ("criteria", "更新・統合の体制・移行の基準"),
    ("manual", "手順書・説明書"),
    ("source", "ソースコード"),
    ("test", "テストの結果"),
    ("other", "その他"),
)

register(
    Ledger(
        code="document",
        name="システム文書の台帳",
        purpose="構成図や仕様書、ソースコードなどの文書について、置き場所と見てよい人を決めて残します。",
        clauses=("3.8.3.1", "3.10.1.5", "3.10.3.4.1", "3.10.3.4.2", "3.10.3.4.3"),
        unit="文書",
        fields=(
            Field("name", "文書の名前"),
            Field("kind", "種類", Kind.CHOICE, choices=KINDS),
            Field("version", "版", required=False),
            Field("asset_class", "分類", Kind.CLASS),
            Field("system", "情報システム", Kind.SYSTEM, required=False),
            Field("development", "開発のファイル", Kind.DEVELOPMENT, required=False),
            Field("place", "置き場所", help="紙は保管庫、データはフォルダなど。"),
            Field("readers", "見てよい人", help="業務で必要な職や係を書きます。"),
            Field("keep_until", "保管の期限", Kind.DATE, required=False),
            Field("note", "備考", Kind.LONG, required=False),
        ),
        states=(State("kept", "保管中", "done"), State("discarded", "廃棄済", "quiet", is_open=False)),
        title=("name", "version"),
        columns=("kind", "asset_class", "system", "place", "keep_until"),
        dues=(Due("keep_until", "文書の保管の期限です"),),
        acts=(
            Act(
                "discard",
                "廃棄を記録する",
                ("kept",),
                "discarded",
                (Field("discarded_on", "廃棄した日", Kind.DATE), Field("discard_reason", "理由・方法")),
                by=Party.OFFICER,
                is_danger=True,
            ),
        ),
    )
)
