"""Who may log in on a day, asked by the log-in adapter and by whoever needs the reason in words; who checks the user IDs."""

from datetime import date, datetime

from django.conf import settings

from musashimurayama_isms.fiscal import wareki

from . import standing
from .models import Appointment, RoleCode, User

CALL = "心当たりがないときは、行政経営課のポータル管理者に連絡してください。"


def may_log_in(user: User, *, on: date) -> str | None:
    """None where the person may log in on the day, else the reason in Japanese.

    Closed accounts, persons whose last day is over (3.10.2.2.2), sample persons in production, and outside persons
    without an appointment in force (an engagement that has not begun or has ended, 3.13.1.4) are kept out.
    """
    if not user.is_active:
        return f"この利用者IDは利用を停止しています。{CALL}"
    if user.has_left(on):
        return f"退職日（{wareki(user.left_on)}）を過ぎたため、ログインできません。{CALL}"
    if user.is_sample and not settings.IS_TRIAL:
        return "見本の利用者は、本番ではログインできません。"
    if user.kind == User.Kind.OUTSIDE and not Appointment.objects.in_force(on).filter(person=user).exists():
        return f"契約の期間の外のため、ログインできません。{CALL}"
    return None


def may_check_ids(user: User, *, at: datetime) -> bool:
    """The administrators, the 中央電子計算組織管理者 whose duty the check is, and the 職員課 that helps with it."""
    return standing.is_staff_of_portal(user, at=at) or standing.has_role(user, RoleCode.CENTRAL_MANAGER, RoleCode.PERSONNEL, at=at)
