"""Disposals: when, who, what was done and how (3.5.2.9.2). Written by the disposal of assets, media, cards and devices."""

from assets.classification import AssetClass

from ..declaration import Field, Kind, Ledger, Party, State
from ..registry import register
from .media import METHODS

KINDS = (("disposal", "廃棄"), ("lease", "リース返却"), ("reuse", "再利用"))

register(
    Ledger(
        code="disposal",
        name="廃棄の記録",
        purpose="情報や機器、媒体を廃棄したり返したりしたとき、いつ、だれが、どう処理したかを残します。",
        clauses=("3.5.2.9.2", "3.8.1.6", "3.9.4.1.3", "3.10.1.11.2"),
        unit="廃棄",
        keeper=Party.OFFICER,
        is_append_only=True,
        asset_class=AssetClass.II,
        happened="done_at",
        entering="廃棄を記録する",
        fields=(
            Field("what", "廃棄・返却したもの"),
            Field("serial", "製造番号", required=False),
            Field("asset_class", "入っていた情報の分類", Kind.CLASS),
            Field("kind", "区分", Kind.CHOICE, choices=KINDS),
            Field("done_at", "処理した日時", Kind.MOMENT),
            Field("done_by", "担当者"),
            Field("processing", "処理の内容", Kind.LONG),
            Field("method", "情報を消した方法", Kind.CHOICE, choices=(*METHODS, ("paper", "裁断・溶解（紙）"))),
            Field("witness", "立会者", required=False),
            Field("certificate", "証明書の番号", required=False),
            Field("request_code", "許可の申請番号", required=False),
        ),
        states=(State("recorded", "記録済", "quiet", is_open=False),),
        title=("what",),
        columns=("done_at", "kind", "method", "done_by", "certificate"),
    )
)
