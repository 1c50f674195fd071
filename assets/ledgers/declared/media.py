"""Removable media: where each is, who has it, what class it holds, its erasure (3.5.2.1.3, 3.5.2.5.3, 3.5.2.6, 3.5.2.9)."""

from datetime import datetime
from typing import Any

from ..declaration import Act, Due, Field, Kind, Ledger, Party, State
from ..registry import register
from ..writing import write

MEDIA = (
    ("usb", "USBメモリ"),
    ("disk", "外付けディスク"),
    ("optical", "CD・DVDなど"),
    ("tape", "磁気テープ"),
    ("card", "メモリカード"),
    ("other", "その他"),
)
METHODS = (("destroy", "物理的に破壊"), ("crypto", "暗号化消去"), ("overwrite", "上書き"), ("degauss", "磁気消去"))


def _to_disposal(entry: Any, data: dict[str, Any], *, by: Any, at: datetime) -> None:
    """The disposal of a medium stands in the ledger of disposals too (3.5.2.9.2)."""
    about = {"what": str(entry), "kind": "disposal", "method": data["disposal_method"], "asset_class": entry.data["asset_class"]}
    who = {"done_at": data["disposed_at"], "done_by": data["disposed_by"], "witness": data["witness"]}
    rest = {"processing": f"媒体の台帳 {entry.number} の媒体を廃棄した。", "certificate": data["certificate"]}
    write("disposal", department=entry.department, data=about | who | rest, by=by, at=at, subjects=[entry])


register(
    Ledger(
        code="media",
        name="媒体の台帳",
        purpose="USBメモリや外付けディスクなど、取り外せる媒体の一つずつについて、いまの場所と持っている人、中の情報の分類が分かるようにします。",
        clauses=("3.5.2.1.3", "3.5.2.5.3", "3.5.2.6", "3.10.4.2.4"),
        unit="媒体",
        fields=(
            Field("label", "媒体の名前・登録番号", help="媒体に貼ったシールと同じ番号を書きます。"),
            Field("kind", "種類", Kind.CHOICE, choices=MEDIA),
            Field("serial", "製造番号", required=False),
            Field("asset_class", "中の情報の分類", Kind.CLASS, help="分類の違う情報が入るときは、最も重い分類（Ⅰが最も重い）にします。"),
            Field("place", "保管場所", help="施錠できる場所を書きます。"),
            Field("conditions", "保管の条件", required=False, help="耐火・耐熱・耐水・耐湿など、必要なものを書きます。"),
            Field("write_protected", "書込みを禁止している", Kind.YES, required=False, help="長く保管する媒体では、書込みを禁止します。"),
            Field("encrypted", "暗号化・パスワードがある", Kind.YES, required=False),
            Field("system", "使うシステム", Kind.SYSTEM, required=False),
            Field("note", "備考", Kind.LONG, required=False),
        ),
        states=(
            State("stored", "保管中", "done"),
            State("lent", "貸出中", "waiting"),
            State("lost", "所在不明", "error"),
            State("erased", "消去済", "neutral"),
            State("disposed", "廃棄済", "quiet", is_open=False),
        ),
        title=("label",),
        columns=("kind", "asset_class", "place", "holder", "return_on"),
        dues=(Due("return_on", "媒体を返す日です"),),
        acts=(
            Act(
                "lend",
                "貸し出す",
                ("stored", "erased"),
                "lent",
                (
                    Field("holder", "持っている人", Kind.PERSON, is_personal=True),
                    Field("lent_for", "使う目的"),
                    Field("return_on", "返す予定の日", Kind.DATE),
                ),
            ),
            Act(
                "return",
                "返却を受ける",
                ("lent", "lost"),
                "stored",
                (Field("erase_checked", "要らない情報が残っていないことを確かめた", Kind.YES),),
                clears=("holder", "lent_for", "return_on"),
            ),
            Act(
                "erase",
                "情報を消去する",
                ("stored",),
                "erased",
                (Field("erased_on", "消去した日", Kind.DATE), Field("erase_method", "消去の方法", Kind.CHOICE, choices=METHODS)),
                clause="3.5.2.6.1",
                help="要らなくなった情報は、元に戻せない方法で消去します。",
            ),
            Act("lose", "所在不明を記録する", ("stored", "lent", "erased"), "lost", is_danger=True, tells_of_incident=True),
            Act(
                "dispose",
                "廃棄を記録する",
                ("erased", "stored"),
                "disposed",
                (
                    Field("disposed_at", "廃棄した日時", Kind.MOMENT),
                    Field("disposed_by", "行った人"),
                    Field("disposal_method", "廃棄の方法", Kind.CHOICE, choices=METHODS),
                    Field("witness", "立ち会った人", required=False),
                    Field("certificate", "証明書の番号", required=False),
                ),
                by=Party.OFFICER,
                after=_to_disposal,
                is_danger=True,
                clause="3.5.2.9.2",
            ),
        ),
    )
)
