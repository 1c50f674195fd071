"""Proof that the database guards the trail; a warning, so that `migrate` can still repair what it warns of."""

from django.core.checks import Tags, Warning, register

from .triggers import missing_triggers, tables_exist


@register(Tags.database)
def triggers_are_in_place(app_configs=None, databases=None, **kwargs) -> list[Warning]:
    """`manage.py check --database default`: every trigger is installed, enabled and unaltered."""
    found = []
    for using in databases or []:
        if tables_exist(using) and (names := missing_triggers(using)):
            found.append(
                Warning(
                    f"証跡の書換えを拒む仕掛けが外れているか、変えられています: {', '.join(names)}",
                    hint="manage.py migrate を実行すると入れ直します。続けて manage.py verify_trail で証跡を検証してください。",
                    id="trail.W001",
                )
            )
    return found
