"""What must be true of the database, so that words of Japanese are found by the index."""

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError, connections

HINT = "データベースを UTF-8 の LC_CTYPE（C.UTF-8 か ja_JP.UTF-8）で作り直し、バックアップから戻してください。"


@register(Tags.database)
def trigrams_see_japanese(app_configs, databases, **kwargs) -> list[CheckMessage]:
    """search.W001: the index is there and blind; search.W002: the extension is missing. Search is right, but slow."""
    return [found for alias in databases or () if (found := _look(alias))]


def _look(alias: str) -> CheckMessage | None:
    connection = connections[alias]
    if connection.vendor != "postgresql":
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
            if cursor.fetchone() is None:
                return Warning(
                    "検索の索引に使う pg_trgm が入っていません。", hint="manage.py migrate を実行してください。", id="search.W002"
                )
            cursor.execute("SELECT show_trgm('情報資産')")
            blind = not cursor.fetchone()[0]
    except DatabaseError:  # no database yet; others say so
        return None
    return Warning("検索の索引が日本語を扱えないデータベースです。", hint=HINT, id="search.W001") if blind else None
