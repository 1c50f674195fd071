"""What a migration may not do while the release before it is still at work."""

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from deploy import migrations as survive


def before() -> ProjectState:
    """A table that the release before knows."""
    state = ProjectState()
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("place", models.CharField(max_length=50)),
        ("note", models.TextField(null=True)),
    ]
    state.add_model(ModelState("rounds", "Thing", fields))
    return state


def complaints(*steps, **attributes) -> list[str]:
    made = type("Migration", (migrations.Migration,), {"operations": list(steps), **attributes})("0099_next", "rounds")
    return survive.complaints(made, before())


ADDITIVE = [
    migrations.AddField("thing", "day", models.DateField(null=True)),
    migrations.AddField("thing", "kind", models.CharField(max_length=8, default="a", db_default="a")),
    migrations.AlterField("thing", "place", models.CharField(max_length=80)),
    migrations.AlterField("thing", "place", models.CharField("場所", max_length=50, choices=[("a", "あ")])),
    migrations.AlterField("thing", "note", models.TextField(null=True, blank=True)),
    migrations.AddIndex("thing", models.Index(fields=["place"], name="thing_place")),
    migrations.RunPython(migrations.RunPython.noop),
]
TAKING = [
    migrations.AddField("thing", "kind", models.CharField(max_length=8, default="a")),
    migrations.RemoveField("thing", "place"),
    migrations.RenameField("thing", "place", "where"),
    migrations.DeleteModel("Thing"),
    migrations.RenameModel("Thing", "Matter"),
    migrations.AlterField("thing", "place", models.CharField(max_length=20)),
    migrations.AlterField("thing", "place", models.CharField(max_length=50, unique=True)),
    migrations.AlterField("thing", "place", models.IntegerField()),
    migrations.AlterField("thing", "note", models.TextField(default="")),
    migrations.AddConstraint("thing", models.CheckConstraint(condition=~models.Q(place=""), name="thing_somewhere")),
    migrations.RunSQL("UPDATE rounds_thing SET place = ''"),
]


@pytest.mark.parametrize("step", ADDITIVE, ids=lambda step: step.describe())
def test_what_only_adds_is_let_through(step):
    assert complaints(step) == []


@pytest.mark.parametrize("step", TAKING, ids=lambda step: step.describe())
def test_what_takes_away_or_narrows_is_refused(step):
    (words,) = complaints(step)
    assert words.startswith("rounds.0099_next: ")


def test_it_is_let_through_where_it_says_since_when_no_code_uses_it():
    assert complaints(migrations.RemoveField("thing", "place"), old_code_stopped="1.4.0 reads `where`") == []
    assert complaints(migrations.RemoveField("thing", "place"), old_code_stopped=" ")


def test_one_that_cannot_run_in_the_transaction_of_a_restore_is_refused_whatever_it_says():
    assert complaints(atomic=False, old_code_stopped="1.2.0: nothing reads it") == [f"rounds.0099_next: atomic = False – {survive.IN_ONE}"]


def test_a_table_that_is_new_may_be_changed_at_will():
    made = migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))])
    assert complaints(made, migrations.AddField("new", "kind", models.CharField(max_length=8))) == []


def test_the_release_before_can_live_with_every_migration_since(settings):
    """A migration that fails here needs db_default, a second release, or `old_code_stopped` (docs/administration/upgrade.md)."""
    settings.MIGRATION_MODULES = {}
    assert survive.judge_all(MigrationLoader(None)) == []


def test_every_frozen_migration_is_still_there(settings):
    """One that has run somewhere is never rewritten or renamed."""
    settings.MIGRATION_MODULES = {}
    assert survive.frozen() <= set(survive.present(MigrationLoader(None)))


def test_the_command_judges_and_freezes(settings, monkeypatch, tmp_path):
    settings.MIGRATION_MODULES = {}
    monkeypatch.setattr(survive, "FROZEN", tmp_path / "frozen.txt")
    taking = "incidents.0002_allowances_are_parameters"  # it drops a table that a release has made
    monkeypatch.setattr("sys.argv", ["migrations", "--freeze"])
    survive.main()
    frozen = survive.FROZEN.read_text().split()
    assert taking in frozen
    monkeypatch.setattr("sys.argv", ["migrations"])
    with pytest.raises(SystemExit) as end:
        survive.main()
    assert end.value.code == 0
    survive.FROZEN.write_text("\n".join(name for name in frozen if name != taking))
    with pytest.raises(SystemExit) as end:
        survive.main()
    assert str(end.value).startswith(f"{taking}: Delete model StepAllowance")
