"""The names that stand in the trail, found without reading it: who is sought by a part of a name is sought among the names."""

from functools import lru_cache

from django.db import connection

from musashimurayama_isms.japanese import fold

# From each name to the next one in the index: as many steps as there are names, however many entries each has.
NAMES = """
    WITH RECURSIVE found(name) AS (
        SELECT MIN(actor_name) FROM trail_entry
        UNION ALL
        SELECT (SELECT MIN(actor_name) FROM trail_entry WHERE actor_name > found.name) FROM found WHERE found.name IS NOT NULL
    )
    SELECT name FROM found WHERE name IS NOT NULL
"""
_folded = lru_cache(maxsize=10_000)(fold)  # the same names at every search


def names_with(part: str) -> list[str]:
    """Every name as it was written down in the trail, former names too, that contains the part, however it is typed."""
    wanted = fold(part)
    with connection.cursor() as cursor:
        cursor.execute(NAMES)
        return [name for (name,) in cursor.fetchall() if wanted in _folded(name)]
