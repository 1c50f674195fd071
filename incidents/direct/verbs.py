"""The words of what a kind of report asks at once, in the trail."""

VERBS = {
    "incidents.card.stopped": "カードの利用停止を記録",
    "incidents.fault.recorded": "障害記録に記入",
}
NAMES = {"stopped_at": "停止した日時", "ledger_number": "台帳の番号"}
