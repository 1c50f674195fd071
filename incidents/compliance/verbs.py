"""The words of the problems of compliance in the trail."""

VERBS = {
    "incidents.compliance.reported": "遵守状況の問題を報告",
    "incidents.compliance.received": "遵守状況の問題を受領",
    "incidents.compliance.ordered": "対策を指示",
    "incidents.compliance.done": "講じた対策を報告",
    "incidents.compliance.closed": "対策を確認して完了",
}
NAMES: dict[str, str] = {}
