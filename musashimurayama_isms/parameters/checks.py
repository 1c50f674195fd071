"""A catalogue that cannot be read, or a setting nobody can show: found at start, not on the page."""

from django.core.checks import Error, register

from . import catalogue
from .environment import IN_FORCE


@register()
def the_catalogue_is_sound(app_configs=None, **kwargs) -> list[Error]:
    try:
        parameters = catalogue.catalogue().values()
    except (OSError, ValueError, TypeError, KeyError) as error:
        return [Error(f"未定事項の一覧（fixtures/parameters.json）を読めません: {error}", id="parameters.E001")]
    return [
        Error(f"未定事項「{each.name}」の設定 {each.setting} の今の値を読めません。", id="parameters.E002")
        for each in parameters
        if each.setting and each.setting not in IN_FORCE
    ]
