"""Logs of what happened: entries into the controlled area, work, changes, faults (3.8.2.2, 3.10.1.4, 3.10.3.6, 3.10.1.7)."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from assets.area_permits import guard_permitted
from assets.classification import AssetClass

from ..declaration import Act, Due, Field, Kind, Ledger, Party, State
from ..registry import register


def _after(later: str, earlier: str, words: str):
    """A guard: the later moment of the act is not before the earlier one of the row."""

    def guard(entry: Any, data: dict[str, Any], *, at: datetime) -> None:
        if entry.data.get(earlier) and data[later] < datetime.fromisoformat(entry.data[earlier]):
            raise ValidationError({later: words})

    return guard


def _entry_check(data: dict[str, Any], *, at: datetime) -> None:
    if not data.get("person") and not data.get("visitor"):
        raise ValidationError({"person": "入室した職員か、来訪者の氏名を入力してください。"})
    if data.get("visitor") and not data.get("attended_by"):
        raise ValidationError({"attended_by": "職員でない人が入室するときは、立ち会う職員を入力してください。"})


def _change_check(data: dict[str, Any], *, at: datetime) -> None:
    if not data.get("system") and not data.get("device"):
        raise ValidationError({"system": "変えた情報システムか機器の、少なくとも一方を入力してください。"})


def _in_order(data: dict[str, Any], earlier: str, later: str, words: str) -> None:
    if data.get(earlier) and data.get(later) and data[later] < data[earlier]:
        raise ValidationError({later: words})


register(
    Ledger(
        code="area-entry-log",
        name="管理区域の入退室記録",
        purpose="電算室などの管理区域に、だれがいつ入り、いつ出たかを残します。",
        clauses=("3.8.2.2.1", "3.8.2.2.2", "3.8.2.3"),
        unit="入退室",
        keeper=Party.CENTRAL_SECTION,
        is_append_only=True,
        asset_class=AssetClass.I,
        happened="entered_at",
        entering="入室を記録する",
        fields=(
            Field("area", "管理区域", help="例 電算室、媒体の保管庫"),
            Field("entered_at", "入室した日時", Kind.MOMENT),
            Field("person", "入室した職員", Kind.PERSON, required=False, is_personal=True),
            Field("visitor", "来訪者（会社・氏名）", required=False, is_personal=True),
            Field("number", "人数", Kind.NUMBER),
            Field("purpose", "目的"),
            Field("identified", "身分証明書を確かめた", Kind.YES, required=False),
            Field("attended_by", "立ち会う職員", required=False),
            Field("carried_in", "持ち込むもの", required=False),
            Field("request_code", "入室の許可の申請番号", required=False),
        ),
        states=(State("inside", "入室中", "waiting"), State("left", "退室済", "quiet", is_open=False)),
        title=("area", "person", "visitor"),
        columns=("entered_at", "exited_at", "purpose", "attended_by"),
        dues=(Due("entered_at", "退室の記録がありません", days_before=-1),),
        check=_entry_check,
        gate=guard_permitted,
        acts=(
            Act(
                "exit",
                "退室を記録する",
                ("inside",),
                "left",
                (Field("exited_at", "退室した日時", Kind.MOMENT), Field("carried_out", "持ち出したもの", required=False)),
                guard=_after("exited_at", "entered_at", "退室の日時が入室より前になっています。"),
            ),
        ),
    )
)

register(
    Ledger(
        code="work-record",
        name="作業記録",
        purpose="システムの運用で行った作業を、そのつど残します。",
        clauses=("3.10.1.4.1", "3.4.2.3.3", "3.4.2.7.4"),
        unit="作業",
        is_append_only=True,
        happened="started_at",
        entering="作業を記録する",
        fields=(
            Field("system", "情報システム", Kind.SYSTEM),
            Field("started_at", "始めた日時", Kind.MOMENT),
            Field("finished_at", "終えた日時", Kind.MOMENT),
            Field("workers", "作業した人", is_personal=True),
            Field("attended_by", "立ち会った職員", required=False),
            Field("ordered_by", "指示した人", required=False),
            Field("work", "作業の内容", Kind.LONG),
            Field("result", "結果", Kind.LONG),
        ),
        states=(State("recorded", "記録済", "quiet", is_open=False),),
        title=("system", "work"),
        columns=("started_at", "finished_at", "workers", "result"),
        check=lambda data, *, at: _in_order(data, "started_at", "finished_at", "終えた日時が、始めた日時より前になっています。"),
    )
)

register(
    Ledger(
        code="change-history",
        name="変更履歴",
        purpose="システムやネットワークのどこをどう変えたかを、改ざんできない形で残します。",
        clauses=("3.10.1.4.2", "3.10.3.6", "3.4.2.3.2"),
        unit="変更",
        is_append_only=True,
        happened="changed_at",
        entering="変更を記録する",
        fields=(
            Field("system", "情報システム", Kind.SYSTEM, required=False, help="システムに属さない端末では、機器を入力します。"),
            Field("device", "機器", Kind.DEVICE, required=False),
            Field("changed_at", "変更した日時", Kind.MOMENT),
            Field("changed_by", "変更した人", is_personal=True),
            Field("what", "変更したところ"),
            Field("content", "変更の内容（前と後）", Kind.LONG),
            Field("reason", "変更の理由"),
            Field("tested", "事前のテスト・ほかのシステムとの整合の確認", required=False),
            Field("documents", "直した仕様書・設計書の版", required=False),
            Field("development", "開発のファイル", Kind.DEVELOPMENT, required=False),
            Field("request_code", "許可の申請番号", required=False),
        ),
        states=(State("recorded", "記録済", "quiet", is_open=False),),
        title=("system", "device", "what"),
        columns=("changed_at", "changed_by", "reason", "documents"),
        check=_change_check,
    )
)

register(
    Ledger(
        code="fault-record",
        name="障害記録",
        purpose="障害の知らせから、処理の結果、原因と残った問題までを一つの記録に残します。",
        clauses=("3.10.1.7",),
        unit="障害",
        happened="occurred_at",
        entering="障害を記録する",
        fields=(
            Field("system", "情報システム", Kind.SYSTEM),
            Field("occurred_at", "起きた日時", Kind.MOMENT),
            Field("reported_by", "知らせた人", is_personal=True),
            Field("symptom", "症状", Kind.LONG),
            Field("impact", "業務への影響", required=False),
            Field("device", "機器", Kind.DEVICE, required=False),
            Field("incident", "インシデントの番号", required=False, help="情報セキュリティの事故でもあるときに書きます。"),
        ),
        states=(
            State("occurred", "対応中", "error"),
            State("recovered", "復旧済（原因の記録待ち）", "waiting"),
            State("closed", "記録済", "quiet", is_open=False),
        ),
        title=("system", "symptom"),
        columns=("occurred_at", "recovered_at", "impact"),
        acts=(
            Act(
                "recover",
                "復旧を記録する",
                ("occurred",),
                "recovered",
                (Field("recovered_at", "復旧した日時", Kind.MOMENT), Field("treatment", "処理の内容と結果", Kind.LONG)),
                guard=_after("recovered_at", "occurred_at", "復旧の日時が、起きた日時より前になっています。"),
            ),
            Act(
                "close",
                "原因を記録して終える",
                ("recovered",),
                "closed",
                (
                    Field("cause", "原因", Kind.LONG),
                    Field("problems", "残った問題", Kind.LONG, required=False),
                    Field("prevention", "再発を防ぐ手だて", Kind.LONG, required=False),
                ),
            ),
        ),
    )
)
