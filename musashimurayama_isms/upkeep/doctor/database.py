"""The database: its version, its letters, its tables."""

from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from .finding import Finding, Look, about, bad, fine, notice

LEAST = 150_000  # PostgreSQL 15
NEW_DATABASE = "UTF-8・C.UTF-8 の新しいデータベースを作り、控えから戻してください（docs/administration/production.md）。"


@about("データベース")
def server(look: Look) -> Iterator[Finding]:
    """PostgreSQL 15 or later; SQLite in production was asked for, and is told all the same."""
    if connection.vendor != "postgresql":
        words = "SQLite で動いています。多人数の同時の書込みは約束できません。"
        if settings.IS_TRIAL:
            yield fine("データベース", words)
        else:
            yield notice("データベース", words, "PostgreSQL に移してください（設定 DATABASE_URL）。")
        return
    connection.ensure_connection()
    number = connection.pg_version
    words = f"PostgreSQL {number // 10_000}.{number % 10_000} が答えています。"
    if number < LEAST:
        yield bad("データベース", words, "PostgreSQL 15 以上に上げてください。")
    else:
        yield fine("データベース", words)


@about("データベースの文字")
def letters(look: Look) -> Iterator[Finding]:
    """UTF-8, sorted by code point, and an index that sees Japanese."""
    if connection.vendor != "postgresql":
        yield fine("データベースの文字", "SQLite は UTF-8 です。")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database WHERE datname = current_database()")
        encoding, collate, kinds = cursor.fetchone()
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm')")
        has_trigrams = cursor.fetchone()[0]
        if has_trigrams:
            cursor.execute("SELECT cardinality(show_trgm('情報資産')) > 0")
            sees_japanese = cursor.fetchone()[0]
    words = f"文字コード {encoding}、並び順 {collate}、文字の種類 {kinds}"
    if encoding != "UTF8":
        yield bad("データベースの文字", f"{words} です。日本語を正しく保存できません。", NEW_DATABASE)
    elif not has_trigrams:
        if not look.is_before_migrate:
            yield bad("データベースの文字", "検索の索引に使う pg_trgm が入っていません。", "manage.py migrate を実行してください。")
    elif not sees_japanese:
        yield notice("データベースの文字", f"{words} では、検索の索引が日本語を扱えません。検索が遅くなります。", NEW_DATABASE)
    elif not _is_by_code_point(collate):
        yield notice("データベースの文字", f"{words} です。画面と書類で並び順が変わることがあります。", NEW_DATABASE)
    else:
        yield fine("データベースの文字", f"{words} です。")


def _is_by_code_point(collate: str) -> bool:
    return collate.upper().replace("-", "") in {"C", "POSIX", "C.UTF8"}


@about("データベースの表")
def migrations(look: Look) -> Iterator[Finding]:
    """None is pending, none is unknown to this release."""
    executor = MigrationExecutor(connection)
    pending = [migration for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    unknown = sorted(set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations))
    ours = [f"{app}.{name}" for app, name in unknown if app in executor.loader.migrated_apps]
    if ours:
        words = f"このデータベースは、より新しい版で更新されています（{ours[0]} など）。"
        yield notice("データベースの表", words, "古い版に戻したときは、そのまま動きます。早めに新しい版へ上げ直してください。")
    elif pending and look.is_before_migrate:
        yield fine("データベースの表", f"この更新で、{len(pending)}個の変更を加えます。")
    elif pending:
        words = f"まだ行っていない変更が{len(pending)}個あります（{pending[0].app_label}.{pending[0].name} など）。"
        yield bad("データベースの表", words, "manage.py migrate を実行してください。")
    else:
        yield fine("データベースの表", "この版の形になっています。")
