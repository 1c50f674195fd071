"""Migrations that the release before can live with: it serves on while the tables change, and again where one has to go back.

`python -m deploy.migrations` judges every migration that is not yet frozen (deploy/migrations_frozen.txt) and exits with 1 where one
takes something away. With each release `python -m deploy.migrations --freeze` adds what is there now to the list, which is not judged.

A migration that takes away what no code uses any more says so, in words that name the release:

    class Migration(migrations.Migration):
        old_code_stopped = "1.4.0 reads `place` instead"
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED

from deploy.statics import set_up

FROZEN = Path(__file__).with_name("migrations_frozen.txt")
REASON = "old_code_stopped"
ROOT = Path(__file__).resolve().parent.parent
TAKES_AWAY = {
    operations.RemoveField: "takes a column away",
    operations.RenameField: "renames a column",
    operations.DeleteModel: "takes a table away",
    operations.RenameModel: "renames a table",
    operations.AlterModelTable: "renames a table",
    operations.AlterUniqueTogether: "changes what may stand twice",
    operations.AddConstraint: "may refuse what the old code writes",
    operations.RunSQL: "runs SQL that nobody can judge here",
    operations.SeparateDatabaseAndState: "changes the tables in a way that nobody can judge here",
}

IN_ONE = "a restore brings a backup of an earlier release up to this one in the same transaction"


def present(loader: MigrationLoader) -> list[tuple[str, str]]:
    """The migrations of our own apps, (app, name), sorted."""
    ours = {config.label for config in apps.get_app_configs() if ".venv" not in config.path and Path(config.path).is_relative_to(ROOT)}
    return sorted(key for key in loader.disk_migrations if key[0] in ours)


def frozen() -> set[tuple[str, str]]:
    """The migrations of releases that are in service: they are not judged again."""
    return {(app, name) for app, _, name in (line.partition(".") for line in FROZEN.read_text(encoding="utf-8").split())}


def complaints(migration: Migration, before: ProjectState, made_anew: frozenset[str] = frozenset()) -> list[str]:
    """What the release before could not live with; `before` is the state in front of the migration.

    Tables that came into being after the last release (`made_anew`: "app.model" in small letters) are unknown to it, so anything
    may happen to them. A migration with REASON is taken at its word, but for one that wants no transaction.
    """
    found = [] if migration.atomic else [f"{migration.app_label}.{migration.name}: atomic = False – {IN_ONE}"]
    if str(getattr(migration, REASON, "")).strip():
        return found
    state, fresh = before.clone(), set(made_anew)
    for operation in migration.operations:
        if isinstance(operation, operations.CreateModel):
            fresh.add(f"{migration.app_label}.{operation.name_lower}")
        elif f"{migration.app_label}.{_model_of(operation)}" not in fresh and (words := _judge(operation, state, migration.app_label)):
            found.append(f"{migration.app_label}.{migration.name}: {operation.describe()} – {words}")
        operation.state_forwards(migration.app_label, state)
    return found


def _model_of(operation) -> str:
    name = getattr(operation, "model_name", None) or getattr(operation, "name", None) or getattr(operation, "old_name", None)
    return str(name or "").lower()


def _judge(operation, state: ProjectState, app: str) -> str:
    if isinstance(operation, operations.AddField):
        return "a column that the old code does not fill: give it db_default or null=True" if _must_be_filled(operation.field) else ""
    if isinstance(operation, operations.AlterField):
        old = state.models[app, operation.model_name_lower].get_field(operation.name)
        return "; ".join(_narrower(old, operation.field))
    return next((words for kind, words in TAKES_AWAY.items() if isinstance(operation, kind)), "")


def _must_be_filled(field: models.Field) -> bool:
    """Whether a row without a word about this column is refused."""
    return not (field.null or field.many_to_many or field.primary_key or field.db_default is not NOT_PROVIDED)


def _narrower(old: models.Field, new: models.Field) -> Iterator[str]:
    if old.get_internal_type() != new.get_internal_type():
        yield f"another kind of column ({old.get_internal_type()} → {new.get_internal_type()})"
    if old.null and not new.null:
        yield "refuses what is empty"
    if new.unique and not old.unique:
        yield "refuses what stands twice"
    if new.max_length and (not old.max_length or new.max_length < old.max_length):
        yield "holds fewer letters"
    if old.db_default is not NOT_PROVIDED and new.db_default is NOT_PROVIDED and not new.null:
        yield "no longer fills itself"


def judge_all(loader: MigrationLoader) -> list[str]:
    """The complaints about every migration that is not frozen."""
    known = frozen()
    wanted = [key for key in present(loader) if key not in known]
    made_anew = frozenset(
        f"{app}.{operation.name_lower}"
        for app, name in wanted
        for operation in loader.disk_migrations[app, name].operations
        if isinstance(operation, operations.CreateModel)
    )
    return [
        words for key in wanted for words in complaints(loader.disk_migrations[key], loader.project_state(key, at_end=False), made_anew)
    ]


def main() -> None:
    set_up()
    loader = MigrationLoader(None)
    if "--freeze" in sys.argv:
        FROZEN.write_text("".join(f"{app}.{name}\n" for app, name in present(loader)), encoding="utf-8")
        return
    found = judge_all(loader)
    sys.exit("\n".join(found) if found else 0)


if __name__ == "__main__":
    main()
