"""What may stand against a restore, asked before anything is written; every answer that does is Refused, in words."""

import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from musashimurayama_isms.trail.verification import Kept

from . import databases, media
from .archive import Archive
from .keys import fingerprint
from .making import rows
from .manifest import Manifest
from .models import Proof
from .refusals import Refused
from .staging import Staging


def look_at(found: Manifest, kept: Kept | None) -> None:
    """Whether this portal, with its keys, can take the backup and hold it against a head noted elsewhere."""
    if found.vendor != connection.vendor:
        raise Refused(
            f"この控えのデータベースは {found.vendor}、復元する先は {connection.vendor} です。同じ種類のデータベースを指定してください。"
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    if unknown := sorted(set(found.migrations) - known):
        raise Refused(
            f"この控えは、このポータルより新しい版（{found.release}）で作られました（{unknown[0]} がありません）。"
            "控えと同じ版か、新しい版のポータルで復元してください。"
        )
    for name, digest in found.trail_keys.items():
        if name not in settings.TRAIL_KEYS or fingerprint(settings.TRAIL_KEYS[name]) != digest:
            raise Refused(f"証跡の鍵「{name}」（照合符号 {digest}）が設定 TRAIL_KEYS にないか、違います。控えたときの鍵が必要です。")
    if kept and kept.number > found.head_number:
        raise Refused(
            f"--head に指定した {kept.number} 番は、控え（{found.head_number} 番まで）より後のものです。"
            "控えより前に記録した値を指定してください。"
        )


def is_empty(archive: Archive, staging: Staging) -> None:
    """Whether database and MEDIA_DIR hold nothing; what a killed restore has left beside is nothing."""
    kind = databases.of(connection)
    there = kind.tables(connection)
    if there:
        if done_at := restored_at(archive):
            day = timezone.localtime(done_at)
            raise Refused(
                f"この控えは、{day:%Y-%m-%d %H:%M} に復元し終えています。何も変えていません。"
                "もう一度復元するなら、新しい空のデータベースを作って、設定 DATABASE_URL に指定してください。"
            )
        people = _count("accounts_user", there)
        entries = _count("trail_entry", there)
        left = f"{staging.folder} に、別の控えの復元の途中のファイルがあります。続けるなら、その控えを指定してください。"
        raise Refused(
            f"復元する先のデータベースが空ではありません（表 {len(there)}個、利用者 {people}人、証跡 {entries}件）。"
            f"新しい空のデータベースを作って、設定 DATABASE_URL に指定してください。{left if staging.is_left else ''}"
        )
    if any(entry != staging.folder for entry in staging.root.iterdir()):
        count = sum(1 for _ in media.names(staging.root))
        where = f"添付ファイルの置き場所（{staging.root}）が空ではありません（ファイル {count}個）。"
        raise Refused(f"{where}空の場所を設定 MEDIA_DIR に指定してください。")


def restored_at(archive: Archive) -> datetime | None:
    """When this very backup was restored into the database that is there."""
    if Proof._meta.db_table not in databases.of(connection).tables(connection):
        return None
    rows_of_it = Proof.objects.filter(kind=Proof.Kind.RESTORED, sha256=archive.sha256)
    return rows_of_it.order_by("-at").values_list("at", flat=True).first()


def _count(table: str, there: list[str]) -> int:
    return rows([table], ask)[table] if table in there else 0


def has_room(found: Manifest) -> None:
    """Whether the disk takes what is in the backup."""
    place = Path(settings.MEDIA_ROOT)
    while not place.exists():
        place = place.parent
    needed = found.media_size + (found.database["size"] if found.vendor == "sqlite" else 0)
    free = shutil.disk_usage(place).free
    if free < needed:
        raise Refused(
            f"復元する場所の空きが足りません（必要 {_megabytes(needed)}MB、空き {_megabytes(free)}MB）。"
            "広い場所を設定 MEDIA_DIR に指定してください。"
        )
    if not os.access(place, os.W_OK | os.X_OK):
        raise Refused(f"{place} に書き込めません。所有者と権限を確かめてください。")


def _megabytes(size: int) -> int:
    return -(-size // 1024**2)


def ask(question: str) -> list[tuple[Any, ...]]:
    """Put a question to the database that is there."""
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()
