"""Who is told of a finding being dealt with."""

from audits.parties import heads
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.notifications.notices import Message, notice


@notice("audits.action.ordered")
def ordered(entry, action):
    yield Message(
        to=[actor.person for actor in action.owners(at=entry.at)],
        title=f"監査の指摘 {action.finding.number} への対処が指示されました",
        body=f"{wareki(action.plan_due_on)}までに、原因と計画を出してください。",
        url=action.get_absolute_url(),
    )


@notice("audits.action.planned")
def planned(entry, action):
    yield Message(
        to=[actor.person for actor in heads(at=entry.at)],
        title=f"指摘 {action.finding.number} の対処の計画が出ました",
        body="計画を確かめてください。",
        url=action.get_absolute_url(),
    )


@notice("audits.action.done")
def done(entry, action):
    """Those who may check it: the head and the auditors, never who has worked on it."""
    auditors = [row.person for row in action.finding.engagement.assignments.accepted().select_related("person")]
    people = [*(actor.person for actor in heads(at=entry.at)), *auditors]
    yield Message(
        to=[person for person in people if action.checker(person, at=entry.at)],
        title=f"指摘 {action.finding.number} の対処が報告されました",
        body="効果を確かめてください。",
        url=action.get_absolute_url(),
    )


@notice("audits.action.checked")
def checked(entry, action):
    people = [actor.person for actor in action.owners(at=entry.at)]
    outcome = "改善が確認されました" if entry.changes.get("effective") else "改善が確認できませんでした"
    yield Message(
        to=people,
        title=f"指摘 {action.finding.number} は{outcome}",
        body="確認の内容を見てください。",
        url=action.get_absolute_url(),
    )
