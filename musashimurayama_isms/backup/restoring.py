"""A backup into an empty installation: looked at first, then loaded, compared, brought up to this release and proved.

Whatever fails on the way, the place is empty again afterwards.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail import verification
from musashimurayama_isms.trail.models import Head
from musashimurayama_isms.trail.verification import Broken, Kept

from . import databases, media
from .archive import Archive, opened
from .keys import fingerprint
from .making import applied, rows, the_key
from .manifest import Manifest
from .models import Backup, Proof
from .refusals import Damaged, Refused, of_disk

Tell = Callable[[str], object]


@dataclass
class Restored:
    """What was restored, for who runs the command and for the proof."""

    sha256: str
    made_at: str
    rows: int
    files: int
    head: str
    entries: int
    readings: int
    migrated: int  # migrations that the backup lacked
    lacking: int
    warnings: list[str] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def restore(path: Path, *, at: datetime, kept: Kept | None = None, throw_away: bool = False, tell: Tell = lambda words: None) -> Restored:
    """Restore a backup into this installation, which must be empty; all of it, or nothing is left of it.

    `kept` is a head that was noted elsewhere before the backup; `throw_away` empties the place again at the end, for a proof.
    Refused, in words, for whatever stands against it.
    """
    with opened(path, the_key()) as archive:
        _look_at(archive.manifest, kept)
        _is_empty()
        _has_room(archive.manifest)
        try:
            found = _restored(archive, path.name, kept, at=at, tell=tell)
        except BaseException as error:
            _take_away(tell)
            if isinstance(error, OSError):
                raise of_disk(error, "復元する場所") from error
            if isinstance(error, DatabaseError | CommandError):
                raise Refused(f"データベースへの復元に失敗しました（{type(error).__name__}: {str(error).strip()[:200]}）。") from error
            if isinstance(error, Broken):
                raise Refused(f"復元した証跡を検証できませんでした。{error}") from error
            raise
    if throw_away:
        _take_away(tell)
    return found


# -- before anything is written --------------------------------------------------------------------------------------------
def _look_at(found: Manifest, kept: Kept | None) -> None:
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


def _is_empty() -> None:
    kind = databases.of(connection)
    there = kind.tables(connection)
    if there:
        people = _count("accounts_user", there)
        entries = _count("trail_entry", there)
        raise Refused(
            f"復元する先のデータベースが空ではありません（表 {len(there)}個、利用者 {people}人、証跡 {entries}件）。"
            "新しい空のデータベースを作って、設定 DATABASE_URL に指定してください。"
        )
    root = Path(settings.MEDIA_ROOT)
    if root.is_dir() and any(root.iterdir()):
        count = sum(1 for _ in media.names(root))
        where = f"添付ファイルの置き場所（{root}）が空ではありません（ファイル {count}個）。"
        raise Refused(f"{where}空の場所を設定 MEDIA_DIR に指定してください。")


def _count(table: str, there: list[str]) -> int:
    return rows([table], _ask)[table] if table in there else 0


def _ask(question: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def _has_room(found: Manifest) -> None:
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


# -- then ------------------------------------------------------------------------------------------------------------------
def _restored(archive: Archive, name: str, kept: Kept | None, *, at: datetime, tell: Tell) -> Restored:
    found = archive.manifest
    tell("データベースを復元しています。")
    with archive.database() as stream:
        databases.of(connection).load(connection, stream)
    _compare_rows(found)
    tell(f"添付ファイル {len(found.files)} 個を復元しています。")
    for file, expected in found.files.items():
        with archive.media(file) as stream:
            media.bring_back(file, stream, expected, Path(settings.MEDIA_ROOT))
    tell("この版に合わせ、証跡を検証しています。")
    call_command("migrate", interactive=False, verbosity=0)
    ContentType.objects.clear_cache()
    proof = verification.verify(kept)
    _go_on(archive, name, at=at)
    return Restored(
        sha256=archive.sha256,
        made_at=found.made_at,
        rows=found.row_count,
        files=len(found.files),
        head=found.head,
        entries=proof.entries,
        readings=proof.readings,
        migrated=len(set(applied(_ask)) - set(found.migrations)),
        lacking=found.lacking,
        warnings=list(_warnings(found)),
    )


def _compare_rows(found: Manifest) -> None:
    """The counts and the head, as they were at the moment of the dump."""
    there = rows(databases.of(connection).tables(connection), _ask)
    other = sorted(name for name in there.keys() | found.rows.keys() if there.get(name) != found.rows.get(name))
    if other:
        raise Damaged(f"復元した行数が目録と一致しません（{other[0]}: 目録 {found.rows.get(other[0])}、復元 {there.get(other[0])}）。")
    head = str(Head.objects.only("number", "digest").first() or "0:")
    if head != found.head:
        raise Damaged("復元した証跡の先頭が目録と一致しません。別の控えを使ってください。")


def _go_on(archive: Archive, name: str, *, at: datetime) -> None:
    """Everybody logs in anew; the row of this backup is completed. Running jobs are taken up again when their lease is over."""
    with transaction.atomic():
        Session.objects.all().delete()
        User.objects.all().end_sessions()
        found, size = archive.manifest, archive.size
        Backup.found_in_itself(found, name=name, size=size, sha256=archive.sha256, at=at)
        facts = {"rows": found.row_count, "files": len(found.files), "head": found.head}
        Proof.note_result(name=name, sha256=archive.sha256, at=at, kind=Proof.Kind.RESTORED, **facts)


def _warnings(found: Manifest) -> Any:
    if found.secret_key != fingerprint(settings.SECRET_KEY.encode()):
        yield (
            "設定 SECRET_KEY が、控えたときと違います。確認アプリと回復コードは登録し直しになり、緊急連絡網の紙の照合符号が変わります。"
            "控えたときの値があれば、設定してから復元し直してください。"
        )
    if found.lacking:
        yield f"控えたときに中身のなかった添付ファイルが {found.lacking} 件あります。"
    for warning in run_checks(databases=["default"]):
        if warning.id and warning.id.startswith(("trail.", "search.")):
            yield f"{warning.msg} {warning.hint or ''}".strip()


def _take_away(tell: Tell) -> None:
    """The place as it was found: empty."""
    try:
        connection.close()
        databases.of(connection).empty(connection)
        media.empty(Path(settings.MEDIA_ROOT))
    except (OSError, DatabaseError) as error:
        tell(f"途中まで復元したものを消せませんでした（{type(error).__name__}）。データベースと MEDIA_DIR を、手で空にしてください。")
