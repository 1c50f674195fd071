"""What the days of exceptions bring about: reminders before and after the end, of emergencies and reviews; extensions that begin."""

from datetime import date, datetime, timedelta

from django.urls import reverse

from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.accounts.standing import acting, day_of
from musashimurayama_isms.approvals.roster import names
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.notifications.notices import notify
from policy.exception_days import answer_days
from policy.models import PolicyException
from policy.models.exception_set import SOON

BEFORE = (SOON, 7)  # days before the end
WEEK = 7


def remind_exceptions(*, at: datetime) -> int:
    """Begin the extensions whose day has come, then remind; gives how many extensions began. Each word is sent once."""
    on = day_of(at)
    begun = begin_extensions(at=at)
    for days in BEFORE:
        for exception in _rows().ending_soon(on=on, days=days):
            _before_the_end(exception, days, at=at)
    for exception in _rows().over(on=on):
        _after_the_end(exception, on, at=at)
    for exception in _rows().unacknowledged():
        _unanswered(exception, exception.acknowledge_by(answer_days()), at=at)
    _reviews(on, at=at)
    return begun


def _rows():
    return PolicyException.objects.select_related("request__type", "request__drafter", "request__applicant", "department__parent")


def begin_extensions(*, at: datetime) -> int:
    """What was extended ends on the day its extension begins."""
    extensions = PolicyException.objects.running(on=day_of(at)).filter(extends__status=PolicyException.Status.IN_FORCE)
    rows = list(extensions.select_related("request__type", "extends__request"))
    for extension in rows:
        extension.extends.yield_to(extension, at=at)
    return len(rows)


def _before_the_end(exception: PolicyException, days: int, *, at: datetime) -> None:
    """Where it was to run longer than that in the first place."""
    if exception.until - exception.since >= timedelta(days=days):
        notify(
            to=exception.own_people(at=at),
            title=f"例外措置がまもなく終わります（{wareki(exception.until)}まで）：{exception}",
            body="元のやり方に戻したら、完了を報告してください。続けるときは、終わる前に延長を申請してください。",
            url=exception.get_absolute_url(),
            subject=exception,
            key=f"policy.exception:{exception.pk}:ends:{days}",
            at=at,
        )


def _after_the_end(exception: PolicyException, on: date, *, at: datetime) -> None:
    """Once a week until the closing report is there."""
    notify(
        to=exception.own_people(at=at),
        title=f"例外措置の期間が終わりました：{exception}",
        body="これからは条項のとおりに扱ってください。戻した内容を、完了として報告してください。",
        url=exception.get_absolute_url(),
        subject=exception,
        key=f"policy.exception:{exception.pk}:over:{(on - exception.until).days // WEEK}",
        at=at,
    )


def _unanswered(exception: PolicyException, due: datetime, *, at: datetime) -> None:
    """Daily, once the term of a decision has passed without a word of the CISO."""
    if at >= due:
        notify(
            to=names(exception.deciders(at=at)),
            title=f"【期限超過】緊急時の例外措置を確かめてください：{exception.request.number}",
            body="届出を読み、「確認した」か「終了を命じる」を選んでください。",
            url=exception.get_absolute_url(),
            subject=exception,
            urgent=True,
            key=f"policy.exception:{exception.pk}:unanswered:{(at - due) // timedelta(days=1)}",
            at=at,
        )


def _reviews(on: date, *, at: datetime) -> None:
    """One word a week to the CISO, however many wait (3.11.4.3)."""
    if count := PolicyException.objects.due_for_review(on=on).count():
        year, week, _ = on.isocalendar()
        notify(
            to=names(acting(RoleCode.CISO, at=at)),
            title=f"見直しが必要な例外措置が{count}件あります",
            body="代わりの方法の状況を確かめ、続けてよいかどうかを記録してください。",
            url=f"{reverse('policy:exceptions')}?state=review",
            key=f"policy.exception.reviews:{year}-{week}",
            at=at,
        )
