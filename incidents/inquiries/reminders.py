"""Words about inquiries: answers that are due, and what a section has planned; later to the one above."""

from datetime import date, datetime, timedelta

from incidents.inquiries.parties import answerers
from incidents.models import InquiryPlace
from incidents.parties import one_up
from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties.parties import Parties
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.parameters.values import Values

from ..alert_stages import stage


def remind_inquiries(*, at: datetime) -> int:
    """Remind of every answer and measure that is due; gives their number. Each word is sent once."""
    on, values = day_of(at), Values()
    soon, every = on + timedelta(days=values["incidents.alert_remind_days_before"]), values["incidents.alert_remind_every_days"]
    answers = list(InquiryPlace.objects.awaited().filter(inquiry__due_on__lte=soon).for_list())
    measures = list(InquiryPlace.objects.with_measure().filter(measure_due_on__lte=soon).for_list())
    parties = Parties(at)
    for row in answers:
        _remind(row, "横展開への回答", row.inquiry.due_on, every=every, on=on, parties=parties)
    for row in measures:
        _remind(row, "横展開で見つかったことへの対策", row.measure_due_on, every=every, on=on, parties=parties)
    return len(answers) + len(measures)


def _remind(row: InquiryPlace, what: str, due_on: date, *, every: int, on: date, parties: Parties) -> None:
    word, key_part = stage(due_on, on=on, every=every)
    people, at = answerers(row.department, parties), parties.at
    key = f"inquiry:{row.pk}:{'measure' if row.has_measure else 'answer'}:{due_on}"
    about = {"url": row.get_absolute_url(), "subject": row.inquiry, "at": at}
    notify(
        to=people,
        title=f"{row.inquiry.mark}{word}：{what} {row.inquiry.number}",
        body=f"期限は{wareki(due_on)}です。画面を開いて入力してください。",
        key=f"{key}:{key_part}",
        **about,
    )
    if not people or (on - due_on).days >= every:
        notify(
            to=[actor.person for actor in one_up(RoleCode.SECTION_OFFICER, row.department, at=at)],
            title=f"{row.inquiry.mark}行われていません：{what} {row.inquiry.number}（{row.department.full_name}）",
            body="課の担当の方に確かめてください。",
            key=f"{key}:up",
            **about,
        )
