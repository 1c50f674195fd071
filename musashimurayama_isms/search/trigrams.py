"""The index of folded words on PostgreSQL; SQLite reads the rows of a kind one by one, which is enough for trying it out."""

from django.db.migrations import RunPython


def trigram_index(app: str, model: str, column: str, *, name: str) -> RunPython:
    """The step of a migration that makes the index; none elsewhere than on PostgreSQL.

    `icontains` compares UPPER(column) with UPPER(word), so the index is on that. It stands in no Meta: the other database has
    no word for it.
    """

    def add(apps, schema_editor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            table, field = map(schema_editor.quote_name, (_table(apps), column))
            schema_editor.execute(f"CREATE INDEX {schema_editor.quote_name(name)} ON {table} USING gin (UPPER({field}) gin_trgm_ops)")

    def remove(apps, schema_editor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX IF EXISTS {schema_editor.quote_name(name)}")

    def _table(apps) -> str:
        return apps.get_model(app, model)._meta.db_table

    return RunPython(add, remove)
