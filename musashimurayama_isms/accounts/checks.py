"""What must be true of the accounts before the portal starts."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
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


@register(Tags.security)
def roles_that_decide_have_a_second_factor(app_configs, **kwargs) -> list[CheckMessage]:
    """accounts.W003: in production nobody is asked for more than a password (3.8.4.3)."""
    if settings.IS_TRIAL or settings.SECOND_FACTOR or settings.STRONG_WAYS:
        return []
    hint = "SECOND_FACTOR を true にするか、PCのログオンで二つ目の確認をするなら PROXY_IS_STRONG・SAML_IS_STRONG を true にしてください。"
    return [Warning("二つ目の確認方法を、だれにも求めていません。", hint=hint, id="accounts.W003")]
