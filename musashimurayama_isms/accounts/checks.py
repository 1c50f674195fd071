"""What must be true of the accounts before the portal starts."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import OperationalError, ProgrammingError

from .models import User


@register(Tags.database)
def no_sample_staff_in_production(app_configs, databases, **kwargs) -> list[CheckMessage]:
    """accounts.E001: an open sample account in a database that serves in production."""
    if settings.IS_TRIAL or not databases:
        return []
    try:
        names = list(User.objects.filter(is_sample=True, is_active=True).values_list("username", flat=True)[:5])
    except (OperationalError, ProgrammingError):  # before the first migrate there is no table yet
        return []
    if not names:
        return []
    hint = "見本の利用者を利用停止にするか、新しいデータベースで始めてください。"
    return [Error(f"本番のデータベースに見本の利用者がいます: {'、'.join(names)}", hint=hint, id="accounts.E001")]


@register(Tags.security)
def guardian_knows_no_anonymous(app_configs, **kwargs) -> list[CheckMessage]:
    """accounts.E002: grants person by person must never reach somebody who is not logged in."""
    if getattr(settings, "ANONYMOUS_USER_NAME", "") is None and not getattr(settings, "GUARDIAN_RAISE_403", False):
        return []
    return [Error("設定 ANONYMOUS_USER_NAME は None、GUARDIAN_RAISE_403 は False にしてください。", id="accounts.E002")]
