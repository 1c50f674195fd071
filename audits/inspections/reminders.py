"""Reminders of inspections, before and after the term as the city has set it, and of improvements that are due; each word once."""

from datetime import datetime

from audits.models import Campaign, Improvement
from audits.models.sheet import unsent_of
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import day_of, holders
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.parameters.values import Values
from policy.reminders import stage_of


def remind_of_inspections(*, at: datetime) -> int:
    """Remind everybody whose sheet is not sent, hand out sheets to who joined; gives the number of persons reminded.

    A day that was missed is made up, but of several missed ones only the latest is sent.
    """
    count = 0
    for campaign in Campaign.objects.live():
        campaign.sheets.hand_out(campaign, at=at)
        stage = _stage(campaign, at=at)
        if stage is not None:
            count += _remind(campaign, stage, at=at)
    return count


def _stage(campaign: Campaign, *, at: datetime) -> int | None:
    """The latest of the days (before the term negative) that has come."""
    values, on = Values(), day_of(at)
    days = [*(-day for day in values["audits.self_inspection_remind_before"]), *values["audits.self_inspection_remind_after"]]
    return stage_of(campaign.due_on, days, on=on)


def _remind(campaign: Campaign, stage: int, *, at: datetime) -> int:
    late = stage > 0
    people = list(unsent_of(User.objects.all(), campaign))
    for sheet in campaign.sheets.missing().filter(person=None).select_related("department__parent"):
        code = sheet.bearer if sheet.bearer in RoleCode.values else RoleCode.SECTION_OFFICER
        people += holders(code, on=day_of(at), department=sheet.department)
    notify(
        to={person.pk: person for person in people}.values(),
        title=f"{'【期限超過】' if late else ''}自己点検に回答してください",
        body=f"回答の期限は{wareki(campaign.due_on)}{'でした' if late else 'です'}。途中まで選んだところは保存されています。",
        url=campaign.get_absolute_url(),
        subject=campaign,
        key=f"inspection:{campaign.pk}:{campaign.due_on.isoformat()}:{stage}",
        at=at,
    )
    return len({person.pk for person in people})


def remind_of_improvements(*, at: datetime) -> int:
    """Tell the chiefs of each improvement on its day and every week that it is late; gives how many are due."""
    on = day_of(at)
    rows = list(Improvement.objects.open().filter(due_on__lte=on).select_related("result__department__parent"))
    for row in rows:
        week = (on - row.due_on).days // 7
        notify(
            to=row.result.chiefs(at=at),
            title="自己点検の改善策の期限です" if on == row.due_on else "【期限超過】自己点検の改善策が完了していません",
            body="済んでいれば、行ったことを記録して完了にしてください。",
            url=row.get_absolute_url(),
            subject=row.result,
            key=f"improvement:{row.pk}:{week}",
            at=at,
        )
    return len(rows)
