"""The words of this floor in the trail."""

VERBS = {
    "parameters.parameter.chosen": "未定事項を決定",
}

NAMES = {"parameter": "項目のコード", "choice": "決め方", "chosen_value": "決めた内容"}
