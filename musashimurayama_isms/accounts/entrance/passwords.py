"""Changing one's own password (3.9.4)."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.db import transaction

from musashimurayama_isms.trail.record import record

from ..models import User


def rules_in_words() -> str:
    """What AUTH_PASSWORD_VALIDATORS ask of a new password, in one sentence."""
    lengths = [rule.min_length for rule in get_default_password_validators() if isinstance(rule, MinimumLengthValidator)]
    return (
        f"{max(lengths, default=1)}文字以上にしてください。関係のない言葉をいくつか並べると、長くても覚えられます。文字の種類は問いません。"
        "市の名前や年号など思い付きやすい言葉だけのもの、よく使われるもの、利用者IDや氏名に似たものは使えません。"
    )


@transaction.atomic
def change_own_password(user: User, password: str, *, at: datetime) -> None:
    """Set the password of the person and end every session; the person logs in anew with it.

    The password has been validated by the form. `user` is brought up to date.
    """
    row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    row.set_password(password)
    row.must_change_password = False
    row.save(update_fields=["password", "must_change_password"])
    User.objects.filter(pk=row.pk).end_sessions()
    UserSession.objects.filter(user=row).delete()
    user.refresh_from_db()
    record(row, "accounts.user.password_changed", row, at=at)
