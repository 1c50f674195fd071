"""Changing one's own password (3.9.4)."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction

from musashimurayama_isms.trail.record import record

from ..models import User


@transaction.atomic
def change_own_password(user: User, password: str, *, at: datetime) -> None:
    """Set the password of the person and end every session; the person logs in anew with it.

    The password has been validated by the form. `user` is brought up to date.
    """
    row = User.objects.select_for_update().get(pk=user.pk)
    row.set_password(password)
    row.must_change_password = False
    row.save(update_fields=["password", "must_change_password"])
    User.objects.filter(pk=row.pk).end_sessions()
    UserSession.objects.filter(user=row).delete()
    user.refresh_from_db()
    record(row, "accounts.user.password_changed", row, at=at)
