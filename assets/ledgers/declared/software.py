"""Software with its licences and the end of its maker's support (3.10.1.16, 3.10.4.1.7, 3.10.3.2.3.1)."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from ..declaration import Act, Due, Field, Kind, Ledger, Party, State
from ..registry import register

LICENCES = (
    ("device", "端末ごと"),
    ("person", "利用者ごと"),
    ("site", "包括契約"),
    ("server", "サーバ・CPUごと"),
    ("free", "無償"),
    ("other", "その他"),
)


def _check(data: dict[str, Any], *, at: datetime) -> None:
    errors = {}
    held, used = data.get("licences"), data.get("used")
    if held is not None and used is not None and used > held:
        errors["used"] = "使っている数が、保有しているライセンスの数を超えています。追加するか、使う数を減らしてから登録してください。"
    ends, until = data.get("support_ends_on"), data.get("use_until")
    if ends and until and ends < until and not data.get("support_plan"):
        errors["support_plan"] = "使う予定の間にサポートが終わります。更新や入替えの予定を入力してください（3-10(4)ア(キ)）。"
    if errors:
        raise ValidationError(errors)


register(
    Ledger(
        code="software-licence",
        name="ソフトウェア・ライセンスの台帳",
        purpose="使ってよい数と条件、開発元のサポートが終わる日をつかみます。導入の許可を受けたものを登録します。",
        clauses=("3.10.1.16.1", "3.10.4.1.7", "3.10.3.2.3.1"),
        unit="ソフトウェア",
        fields=(
            Field("product", "製品名"),
            Field("version", "版"),
            Field("maker", "開発元", required=False),
            Field("licence", "ライセンスの種類", Kind.CHOICE, choices=LICENCES),
            Field("licences", "保有している数", Kind.NUMBER, required=False),
            Field("used", "使っている数", Kind.NUMBER, required=False),
            Field("support_ends_on", "サポートの終わる日", Kind.DATE, required=False, help="開発元が示していないときは空欄にします。"),
            Field("use_until", "使う予定の終わり", Kind.DATE, required=False),
            Field("support_plan", "サポートが終わるときの予定", required=False),
            Field("installed_on", "導入した日", Kind.DATE),
            Field("where", "導入した端末・サーバ", required=False),
            Field("system", "情報システム", Kind.SYSTEM, required=False),
            Field("development", "開発で使うとき、その開発", Kind.DEVELOPMENT, required=False),
            Field("request_code", "導入の許可の申請番号", required=False),
            Field("note", "備考", Kind.LONG, required=False),
        ),
        states=(State("used", "使用中", "done"), State("removed", "削除済", "quiet", is_open=False)),
        title=("product", "version"),
        columns=("licence", "licences", "used", "support_ends_on", "system"),
        dues=(
            Due("support_ends_on", "開発元のサポートが終わります", days_before=180),
            Due("use_until", "使う予定の終わりです", days_before=30),
        ),
        check=_check,
        acts=(
            Act(
                "remove",
                "削除を記録する",
                ("used",),
                "removed",
                (Field("removed_on", "削除した日", Kind.DATE), Field("removal_reason", "理由")),
                by=Party.OFFICER,
            ),
        ),
    )
)
