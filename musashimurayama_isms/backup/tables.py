"""The list of backups as a table."""

from django.http import Http404

from musashimurayama_isms.tables import Asked, Column, Sheet, table

from .models import Backup
from .readers import may_read

COLUMNS = (
    Column("ファイル", "name", 30),
    Column("状態", "get_status_display", 10),
    Column("定時", lambda row: "定時" if row.is_scheduled else "手動", 8),
    Column("開始日時", "begun_at", 18),
    Column("終了日時", "ended_at", 18),
    Column("大きさ（バイト）", "size", 16),
    Column("行数", "rows", 12),
    Column("ファイル数", "files", 12),
    Column("証跡の先頭", "head", 40),
    Column("SHA-256", "sha256", 66),
    Column("最後に確かめた日時", lambda row: row.last_proof.at if row.last_proof else None, 18),
    Column("確かめた結果", lambda row: row.last_proof and ("復元できた" if row.last_proof.succeeded else "復元できない"), 14),
    Column("できなかった理由", "problem", 50),
    Column("削除日時", "removed_at", 18),
)


@table("backup.backups", "控えの一覧")
def backups(asked: Asked) -> Sheet:
    """Newest first; 404 for a stranger, as on the page."""
    if not may_read(asked.user, at=asked.at):
        raise Http404("この画面はありません。")
    return Sheet(Backup.objects.visible_to(asked.user, at=asked.at).with_proofs(), COLUMNS)
