"""IC cards: stopped at once when lost, the old ones collected and destroyed (3.9.4.1)."""

from datetime import datetime
from typing import Any

from assets.classification import AssetClass

from ..declaration import Act, Field, Kind, Ledger, Party, State
from ..registry import register
from ..writing import write
from .media import METHODS


def _to_disposal(entry: Any, data: dict[str, Any], *, by: Any, at: datetime) -> None:
    """A destroyed card stands in the ledger of disposals too (3.9.4.1.3, 3.5.2.9.2)."""
    about = {"what": f"ICカード {entry.data['card_number']}", "kind": "disposal", "method": data["destroy_method"]}
    who = {"done_at": data["destroyed_at"], "done_by": data["destroyed_by"], "witness": data["witness"]}
    rest = {"processing": f"ICカードの台帳 {entry.number} のカードを復元できないように処理した。", "asset_class": AssetClass.II}
    write("disposal", department=entry.department, data=about | who | rest, by=by, at=at, subjects=[entry])


register(
    Ledger(
        code="ic-card",
        name="ICカードの台帳",
        purpose="だれにどのICカードを渡したかをつかみます。紛失の知らせを受けたら、すぐに使えないように止めます。",
        clauses=("3.9.4.1.1", "3.9.4.1.2", "3.9.4.1.3"),
        unit="カード",
        keeper=Party.CENTRAL_SECTION,
        asset_class=AssetClass.I,
        fields=(
            Field("card_number", "カード番号"),
            Field("person", "渡した職員", Kind.PERSON, required=False, is_personal=True, help="共有端末装置用のカードでは空欄にします。"),
            Field("used_for", "使いみち", help="例 端末のログイン、電算室の入室"),
            Field("issued_on", "渡した日", Kind.DATE),
            Field("note", "備考", Kind.LONG, required=False),
        ),
        states=(
            State("issued", "使用中", "done"),
            State("stopped", "紛失停止中", "error"),
            State("collected", "回収済", "neutral"),
            State("abolished", "廃止（未発見）", "quiet", is_open=False),
            State("destroyed", "廃棄済", "quiet", is_open=False),
        ),
        title=("card_number", "person"),
        columns=("used_for", "issued_on", "stopped_at"),
        acts=(
            Act(
                "stop",
                "紛失により停止する",
                ("issued",),
                "stopped",
                (
                    Field("told_at", "知らせを受けた日時", Kind.MOMENT),
                    Field("stopped_at", "停止した日時", Kind.MOMENT),
                    Field("instruction", "本人への指示", Kind.LONG, required=False),
                ),
                is_danger=True,
                tells_of_incident=True,
                clause="3.9.4.1.2",
                help="カードを使った入室やログインを先に止めてから記録します。",
            ),
            Act(
                "resume",
                "見つかったので再開する",
                ("stopped",),
                "issued",
                (Field("found_on", "見つかった日", Kind.DATE), Field("found_check", "悪用がないことを確かめた", Kind.YES)),
                clears=("told_at", "stopped_at", "instruction"),
            ),
            Act("collect", "回収する", ("issued", "stopped"), "collected", (Field("collected_on", "回収した日", Kind.DATE),)),
            Act("abolish", "見つからないまま廃止する", ("stopped",), "abolished", (Field("abolished_on", "廃止した日", Kind.DATE),)),
            Act(
                "destroy",
                "廃棄を記録する",
                ("collected",),
                "destroyed",
                (
                    Field("destroyed_at", "廃棄した日時", Kind.MOMENT),
                    Field("destroyed_by", "行った人"),
                    Field("destroy_method", "方法", Kind.CHOICE, choices=METHODS),
                    Field("witness", "立ち会った人", required=False),
                ),
                after=_to_disposal,
                is_danger=True,
                clause="3.9.4.1.3",
            ),
        ),
    )
)
