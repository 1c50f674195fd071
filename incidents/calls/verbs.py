"""The words of the call list in the trail."""

VERBS = {"incidents.call.logged": "電話をかけた"}
NAMES = {"call_result": "電話の結果", "called_as": "相手の役割"}
