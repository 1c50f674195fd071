"""The words of this app in the trail: those of the chain, and those of each room."""

from incidents.authorities import verbs as authorities

from .bulletins import verbs as bulletins
from .calls import verbs as calls
from .continuity import verbs as continuity
from .drills import verbs as drills
from .inquiries import verbs as inquiries
from .response import verbs as response
from .vulnerabilities import verbs as vulnerabilities

VERBS = {
    "incidents.incident.reported": "インシデントを報告",
    "incidents.incident.discarded": "下書きを取りやめ",
    "incidents.incident.raised": "重大として扱うことにした",
    "incidents.incident.reached_ciso": "CISOへの報告が済んだ",
    "incidents.step.delivered": "所属の情報セキュリティ担当者に届いた",
    "incidents.step.passed_on": "次へ伝達",
    "incidents.step.closed": "段階を自動で完了（同一人・経由せず）",
    "incidents.step.done": "段階を完了",
    "incidents.receipt.received": "受領",
    "incidents.oral.entered": "口頭の報告を代わって入力",
    "incidents.oral.confirmed": "口頭の内容を本人が確認",
    "incidents.oral.disputed": "口頭の内容は違うと本人が回答",
    "incidents.note.added": "追記",
    **authorities.VERBS,
}

NAMES = {
    "number": "番号",
    "department": "所属",
    "personal_information": "個人情報",
    "asset_class": "分類",
    "grave": "重大",
    "bypasses_chief": "所属長を経ない",
    "step": "段階",
    "outcome": "結果",
    "party": "宛先",
    "same_person": "同一人",
    "orally_by": "話した人",
    "orally_as": "話した人の役割",
    "done_at": "行った日時",
    "spoken_by": "話した人",
    "spoken_as": "話した人の役割",
    "spoken_at": "話した日時",
    **authorities.NAMES,
}

for room in (bulletins, calls, continuity, drills, inquiries, response, vulnerabilities):
    VERBS |= room.VERBS
    NAMES |= room.NAMES
