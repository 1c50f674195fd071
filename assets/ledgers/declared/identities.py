"""User IDs, privileged IDs and shared IDs (3.10.2.2, 3.10.2.3, 3.9.4.2.2, 3.10.3.2.2.1)."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from assets.classification import AssetClass

from ..declaration import Act, Due, Field, Kind, Ledger, Party, State
from ..registry import register

STATES = (State("active", "有効", "done"), State("stopped", "停止中", "warning"), State("removed", "抹消済", "quiet", is_open=False))
ACTS = (
    Act("use", "使った日を記録する", ("active",), "active", (Field("last_used_on", "最後に使った日", Kind.DATE),)),
    Act(
        "stop",
        "停止する",
        ("active",),
        "stopped",
        (Field("stopped_on", "停止した日", Kind.DATE), Field("stop_reason", "停止の理由")),
    ),
    Act(
        "resume",
        "停止を解く",
        ("stopped",),
        "active",
        (Field("resume_reason", "再開の理由"),),
        by=Party.OFFICER,
        clears=("stopped_on", "stop_reason"),
    ),
    Act(
        "remove",
        "抹消を記録する",
        ("active", "stopped"),
        "removed",
        (Field("removed_on", "抹消した日", Kind.DATE), Field("removal_reason", "理由")),
        is_danger=True,
        clause="3.10.2.2.2",
        help="システムでIDを消した後に記録します。元には戻せません。",
    ),
)
EXPIRY = Due("expires_on", "IDの使用期限です", days_before=14)
KINDS = (("normal", "通常"), ("development", "開発用"), ("contractor", "委託事業者用"))


def _check(data: dict[str, Any], *, at: datetime) -> None:
    """An ID belongs to a member of staff, or to somebody outside who is named; a development ID to its development."""
    errors = {}
    if not data.get("person") and not data.get("outsider"):
        errors["person"] = "使う職員か、職員でない使用者のどちらかを入力してください。"
    if data.get("kind") == "development" and not data.get("development"):
        errors["development"] = "開発用のIDです。どの開発で使うかを入力してください。開発が終わると抹消します。"
    if errors:
        raise ValidationError(errors)


register(
    Ledger(
        code="user-id",
        name="利用者IDの台帳",
        purpose="だれがどのシステムのIDを持っているかを、登録・変更・抹消のたびにいまの姿に直します。パスワードは書きません。",
        clauses=("3.10.2.2.1", "3.10.2.2.2", "3.10.2.2.3", "3.10.3.2.2.1"),
        unit="ID",
        asset_class=AssetClass.I,
        fields=(
            Field("system", "情報システム", Kind.SYSTEM),
            Field("login_id", "ID"),
            Field("person", "使う職員", Kind.PERSON, required=False, is_personal=True),
            Field("outsider", "職員でない使用者（会社・氏名）", required=False, is_personal=True),
            Field("kind", "区分", Kind.CHOICE, choices=KINDS),
            Field("rights", "権限"),
            Field("development", "開発用のとき、その開発", Kind.DEVELOPMENT, required=False),
            Field("registered_on", "登録した日", Kind.DATE),
            Field("last_used_on", "最後に使った日", Kind.DATE, required=False),
            Field("expires_on", "使用期限", Kind.DATE, required=False),
            Field("request_code", "申請番号", required=False),
            Field("note", "備考", Kind.LONG, required=False),
        ),
        states=STATES,
        title=("login_id", "person", "outsider"),
        columns=("system", "kind", "rights", "last_used_on", "expires_on"),
        dues=(EXPIRY,),
        acts=ACTS,
        check=_check,
    )
)

register(
    Ledger(
        code="privileged-id",
        name="特権IDの台帳",
        purpose="管理者権限などの特権を持つIDについて、だれが使うかをつかみ、人数を必要なだけにします。課長と中央電子計算組織管理者が見ます。",
        clauses=("3.10.2.3.1", "3.10.2.3.2", "3.10.2.3.3"),
        unit="特権ID",
        keeper=Party.OFFICER,
        is_confined=True,
        asset_class=AssetClass.I,
        fields=(
            Field("system", "情報システム", Kind.SYSTEM),
            Field("login_id", "ID"),
            Field("person", "使う職員", Kind.PERSON, required=False, is_personal=True),
            Field("outsider", "職員でない使用者（会社・氏名）", required=False, is_personal=True),
            Field("reason", "特権が必要な理由"),
            Field("is_renamed", "初期設定の名前から変えた", Kind.YES, required=False),
            Field("is_deputy", "特権の代行者（指名と許可が必要）", Kind.YES, required=False),
            Field("development", "開発で使うとき、その開発", Kind.DEVELOPMENT, required=False),
            Field("registered_on", "登録した日", Kind.DATE),
            Field("last_used_on", "最後に使った日", Kind.DATE, required=False),
            Field("expires_on", "使用期限", Kind.DATE, required=False),
            Field("request_code", "申請番号", required=False),
            Field("note", "備考", Kind.LONG, required=False),
        ),
        states=STATES,
        title=("login_id", "person", "outsider"),
        columns=("system", "reason", "is_renamed", "last_used_on", "expires_on"),
        dues=(EXPIRY,),
        acts=ACTS,
        check=_check,
    )
)

register(
    Ledger(
        code="shared-id",
        name="共用IDの台帳",
        purpose="複数の職員で使うIDについて、使ってよい人の一覧を持ちます。一覧にない人には使わせません。",
        clauses=("3.9.4.2.2",),
        unit="共用ID",
        asset_class=AssetClass.I,
        fields=(
            Field("system", "情報システム", Kind.SYSTEM),
            Field("login_id", "ID"),
            Field("people", "使ってよい人", Kind.PEOPLE, is_personal=True),
            Field("reason", "共用が必要な理由"),
            Field("rights", "権限"),
            Field("development", "開発で使うとき、その開発", Kind.DEVELOPMENT, required=False),
            Field("registered_on", "登録した日", Kind.DATE),
            Field("last_used_on", "最後に使った日", Kind.DATE, required=False),
            Field("expires_on", "使用期限", Kind.DATE, required=False),
            Field("note", "備考", Kind.LONG, required=False),
        ),
        states=STATES,
        title=("login_id",),
        columns=("system", "people", "rights", "last_used_on"),
        dues=(EXPIRY,),
        acts=ACTS,
    )
)
