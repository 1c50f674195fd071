"""Who is told of a drill; 【訓練】 is put before every title by itself."""

from incidents.models import Drill, DrillTask
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.notifications.notices import Message, notice


def _taking_part(entry, drill: Drill):
    return drill.people(on=day_of(entry.at))


@notice("incidents.drill.planned")
def planned(entry, drill: Drill):
    yield Message(
        to=_taking_part(entry, drill),
        title=f"{wareki(drill.planned_on)}に緊急時対応訓練を行います",
        body="想定とねらいを読んでおいてください。訓練への参加は職員の務めです（3-9(2)エ）。",
        url=drill.get_absolute_url(),
    )


@notice("incidents.drill.changed")
def changed(entry, drill: Drill):
    yield Message(
        to=_taking_part(entry, drill),
        title=f"緊急時対応訓練の計画が変わりました（{wareki(drill.planned_on)}）",
        body="実施する日と想定を確かめてください。",
        url=drill.get_absolute_url(),
    )


@notice("incidents.drill.started", urgent=True)
def started(entry, drill: Drill):
    yield Message(
        to=_taking_part(entry, drill),
        title="緊急時対応訓練が始まりました",
        body="画面は本物と同じです。「訓練」の表示があるものだけを、訓練として扱ってください。",
        url=drill.get_absolute_url(),
    )


@notice("incidents.drill.ended")
def ended(entry, drill: Drill):
    yield Message(
        to=_taking_part(entry, drill),
        title="緊急時対応訓練が終わりました",
        body="訓練の報告はすべて終わりました。結果は評価の後に、この画面で読めます。",
        url=drill.get_absolute_url(),
    )


@notice("incidents.drill.cancelled")
def cancelled(entry, drill: Drill):
    yield Message(
        to=_taking_part(entry, drill), title="緊急時対応訓練は中止になりました", body="理由は画面で読めます。", url=drill.get_absolute_url()
    )


@notice("incidents.drill.concluded")
def concluded(entry, drill: Drill):
    yield Message(
        to=_taking_part(entry, drill),
        title="緊急時対応訓練の評価が終わりました",
        body="良かったことと改めることを読んでください。",
        url=drill.get_absolute_url(),
    )


@notice("incidents.drill_task.added")
def task_added(entry, task: DrillTask):
    """Real work, out of a drill: its owner has a term."""
    yield Message(
        to=[actor.person for actor in task.able(at=entry.at)],
        title=f"訓練の改善項目が加わりました（{wareki(task.due_on)}まで）",
        body="訓練で分かったことへの対応をお願いします。",
        url=task.get_absolute_url(),
    )
