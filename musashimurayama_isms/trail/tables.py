"""The trail as a table, for whoever may read it."""

from django.http import Http404

from musashimurayama_isms.tables import Asked, Column, Sheet, table

from .access import may_read
from .filters import EntryFilter
from .models import Entry

COLUMNS = (
    Column("番号", "number", 10),
    Column("日時", "at", 18),
    Column("氏名", "actor_name", 18),
    Column("役割", "as_what", 26),
    Column("行為", "word", 28),
    Column("対象", "subject_label", 36),
    Column("内容", lambda entry: "\n".join(f"{name}：{words}" for name, words in entry.details), 48),
    Column("連鎖値", "digest", 40),
)


@table("trail.entries", "証跡", filters=EntryFilter, is_sensitive=True)
def entries(asked: Asked) -> Sheet:
    """All entries, newest first, with the digest of each, so that a copy can be held against the chain."""
    if not may_read(asked.user, at=asked.at):
        raise Http404
    return Sheet(EntryFilter(asked.query, queryset=Entry.objects.all()).qs, COLUMNS)
