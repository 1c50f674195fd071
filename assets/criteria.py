"""What has to be checked at each stage of an external service or a contract (3.12), as data: fixtures/service_criteria.json.

A checklist copies its questions when it is begun, so that a change of the catalogue never touches a list under way.
"""

import json
from dataclasses import dataclass
from functools import cache

from django.db import models

from musashimurayama_isms.accounts.reference import path_of

CATALOGUE = "service_criteria.json"


class Stage(models.TextChoices):
    """When something is checked."""

    SELECTION = "selection", "選定の確認"
    PROCUREMENT = "procurement", "契約前の確認"
    BUILD = "build", "構築時の確認"
    OPERATION = "operation", "定期の確認"
    END = "end", "利用終了の確認"
    LIGHT_OPERATION = "light_operation", "定期の確認（分類Ⅱ未満）"
    LIGHT_END = "light_end", "利用終了の確認（分類Ⅱ未満）"
    CONTRACTOR = "contractor", "委託事業者の選定の記録"
    CONTRACT = "contract", "契約項目の確認"
    CONTRACT_END = "contract_end", "委託終了の確認"


# What a list is for, in a sentence above its questions.
LEADS = {
    Stage.SELECTION: "すべての項目に答えると、利用を申請できます。満たさない項目は、理由とともに決定する人に示されます。",
    Stage.PROCUREMENT: "すべての項目を確かめると、契約を記録できます。満たさない項目があるうちは、契約に進めません。",
    Stage.BUILD: "使い始める前に、構築時の対策が行われたことを確かめます。満たさない項目があるうちは、利用を開始できません。",
    Stage.OPERATION: "決めた間隔で、運用の対策が行われていることを確かめます。満たさない項目は、理由とどう直すかを書いてください。",
    Stage.END: "情報が消え、利用者IDが残っていないことを確かめると、利用を終えられます。",
    Stage.LIGHT_OPERATION: "決めた間隔で、使い方が申請のとおりであることを確かめます。満たさない項目は、理由とどう直すかを書いてください。",
    Stage.LIGHT_END: "情報が消え、利用者IDが残っていないことを確かめると、利用を終えられます。",
    Stage.CONTRACTOR: "契約を結ぶ前に、なぜこの事業者を選んだかを残します。",
    Stage.CONTRACT: "契約書に入れた項目を確かめます。入れない項目は、要らない理由を残します。",
    Stage.CONTRACT_END: "渡した情報が返され、消えたことを確かめると、委託を終えられます。",
}


@dataclass(frozen=True)
class Criterion:
    """One question with its clause; `must` where the stage does not end before it is met, or does not apply."""

    stage: str
    clause: str
    question: str
    hint: str
    must: bool


@cache
def catalogue() -> tuple[Criterion, ...]:
    """All questions, in their order."""
    return tuple(Criterion(**row) for row in json.loads(path_of(CATALOGUE).read_text(encoding="utf-8")))


def criteria(stage: str) -> list[Criterion]:
    """The questions of one stage."""
    return [row for row in catalogue() if row.stage == stage]
