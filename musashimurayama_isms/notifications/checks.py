"""A notice on a word that no app records would never be sent: found at start."""

from django.core.checks import Error, register

from musashimurayama_isms.trail.verbs import is_registered

from .notices import registry


@register()
def notices_hang_on_registered_verbs(app_configs=None, **kwargs) -> list[Error]:
    return [
        Error(
            f"お知らせが、登録されていない行為「{verb}」を待っています。",
            hint="@notice の語を、AppConfig.ready で register_verbs した語に合わせてください。",
            obj=registry[verb][0].audience,
            id="notifications.E001",
        )
        for verb in sorted(registry)
        if not is_registered(verb)
    ]
