"""Making a backup: one file, whole or not there at all, of the database at one moment and the files after it."""

import hashlib
import logging
import os
import re
import time
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from musashimurayama_isms import VERSION
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.transitions import InvalidTransition

from . import databases, manifest, media
from .databases import Snapshot
from .keys import fingerprint
from .manifest import Manifest
from .models import Backup
from .refusals import Refused, of_disk
from .sealed import SealedWriter

NAME = re.compile(r"portal-\d{8}-\d{4}\.backup")
PART = ".part"
PART_DEAD_AFTER = 24 * 3600
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Made:
    """What was made, and how many old ones went for it."""

    path: Path
    backup: Backup
    manifest: Manifest
    removed: int


def the_key() -> bytes:
    """The key of backups; Refused where none is set."""
    if not settings.BACKUP_KEY:
        raise Refused("設定 BACKUP_KEY か BACKUP_KEY_FILE がありません。16進数64桁の鍵を指定してください。")
    return settings.BACKUP_KEY


def make(folder: Path, *, at: datetime, keep: int | None = None, is_scheduled: bool = False) -> Made:
    """Write a backup into a folder, then remove all but the newest `keep`. Refused in words; nothing is left behind then.

    InvalidTransition while another one is being made. A failure is kept as a row, in the trail, and administrators are told.
    """
    key = the_key()
    _look_at(folder)
    name = at.astimezone(TOKYO).strftime("portal-%Y%m%d-%H%M.backup")
    path, part = folder / name, folder / f".{name}{PART}"
    if path.exists():
        raise Refused(f"{name} はすでにあります。一分たってから、もう一度実行してください。")
    backup = Backup.begin(name, at=at, is_scheduled=is_scheduled)
    try:
        written = _written(part, path, key, backup, at=at)
    except Exception as error:
        problem = _in_words(error)
        backup.fail(str(problem), type(error).__name__, at=timezone.now())
        raise problem from error
    finally:
        part.unlink(missing_ok=True)
    return Made(path, backup, written, _prune(folder, keep, at=at))


def _look_at(folder: Path) -> None:
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise Refused(f"{folder} がないか、書き込めません。控えの置き場所を作り、書き込めるようにしてください。")
    if folder.resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve()):
        raise Refused("控えの置き場所が、添付ファイルの置き場所（MEDIA_DIR）の中にあります。別の場所を指定してください。")


def _in_words(error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, OSError):
        return of_disk(error, "控えの置き場所")
    logger.error("The backup failed", exc_info=error)
    kind = "データベースを読めませんでした" if isinstance(error, DatabaseError) else "予期しない問題が起きました"
    return Refused(f"{kind}（{type(error).__name__}）。サーバの記録を確かめてください。")


def _written(part: Path, path: Path, key: bytes, backup: Backup, *, at: datetime) -> Manifest:
    """Write all, have the disk keep it, and let row, trail entry and file come into being together."""
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        sealed = SealedWriter(file, key)
        written = _fill(sealed, backup, at=at)
        digest = sealed.finish()
        file.flush()
        os.fsync(file.fileno())
    try:
        with transaction.atomic():
            backup.finish(written, size=sealed.size, sha256=digest, at=timezone.now())
            part.replace(path)
            _settle_on_disk(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return written


def _fill(sealed: SealedWriter, backup: Backup, *, at: datetime) -> Manifest:
    """The database first, the files after it: each row's file was there before the row. The manifest comes last."""
    with zipfile.ZipFile(sealed, "w", zipfile.ZIP_STORED) as archive:
        with databases.of(connection).snapshot(connection) as moment:
            found = _facts(moment, backup, at=at)
            with archive.open(manifest.DATABASE, "w", force_zip64=True) as member:
                found.database = _poured(moment, member)
            wanted = [name for (name,) in moment.ask(_contents())]
        _add_files(archive, found)
        found.lacking = sum(name not in found.files for name in wanted)
        archive.writestr(manifest.NAME, found.write())
    return found


def _poured(moment: Snapshot, member: Any) -> dict[str, Any]:
    """Hand the dump on; gives its size and digest."""
    digest, size = hashlib.sha256(), 0

    def put(piece: bytes) -> None:
        nonlocal size
        member.write(piece)
        digest.update(piece)
        size += len(piece)

    moment.pour(put)
    return {"size": size, "sha256": digest.hexdigest()}


def _facts(moment: Snapshot, backup: Backup, *, at: datetime) -> Manifest:
    ((number, digest),) = moment.ask("SELECT number, digest FROM trail_head") or [(0, "")]
    return Manifest(
        made_at=at.isoformat(),
        release=VERSION,
        vendor=connection.vendor,
        migrations=applied(moment.ask),
        rows=rows(moment.tables, moment.ask),
        head=f"{number}:{digest}",
        trail_keys={name: fingerprint(secret) for name, secret in settings.TRAIL_KEYS.items()},
        secret_key=fingerprint(settings.SECRET_KEY.encode()),
        backup=backup.pk,
    )


def rows(tables: list[str], ask: databases.Ask) -> dict[str, int]:
    """Table → how many rows; the names are those that the database itself has given."""
    quote = connection.ops.quote_name
    return {name: ask(f"SELECT COUNT(*) FROM {quote(name)}")[0][0] for name in tables}  # noqa: S608  # nosec B608


def applied(ask: databases.Ask) -> list[str]:
    """Every migration that a database has gone through, app.name."""
    return sorted(f"{app}.{name}" for app, name in ask("SELECT app, name FROM django_migrations"))


def _contents() -> str:
    """The question for the files that attachments name."""
    quote, meta = connection.ops.quote_name, StoredFile._meta
    column = quote(str(meta.get_field("content").column))
    return f"SELECT {column} FROM {quote(meta.db_table)} WHERE {column} <> ''"  # noqa: S608  # nosec B608


def _add_files(archive: zipfile.ZipFile, found: Manifest) -> None:
    root = Path(settings.MEDIA_ROOT)
    for name in media.names(root):
        try:
            stream: BinaryIO = (root / name).open("rb")
        except FileNotFoundError:  # removed since its name was read
            found.gone += 1
            continue
        with stream, archive.open(manifest.MEDIA + name, "w", force_zip64=True) as member:
            found.files[name] = media.copy(stream, member)


def _settle_on_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _prune(folder: Path, keep: int | None, *, at: datetime) -> int:
    """Remove what is older than the newest `keep`, and parts that a killed process left; gives how many backups went."""
    for part in folder.glob(f".portal-*.backup{PART}"):
        if part.stat().st_mtime < time.time() - PART_DEAD_AFTER:
            part.unlink(missing_ok=True)
    if keep is None:
        return 0
    old = sorted((path for path in folder.iterdir() if NAME.fullmatch(path.name)), reverse=True)[keep:]
    for path in old:
        path.unlink(missing_ok=True)
    if old:
        Backup.note_removed([path.name for path in old], at=at)
    return len(old)


def make_due(*, at: datetime) -> int:
    """The backup of the night, where BACKUP_DIR is set and this day has none yet; gives how many were made. Refused where it fails."""
    today = at.astimezone(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)
    if not settings.BACKUP_DIR or Backup.objects.made().filter(is_scheduled=True, begun_at__gte=today).exists():
        return 0
    try:
        make(Path(settings.BACKUP_DIR), at=at, keep=settings.BACKUP_KEEP, is_scheduled=True)
    except InvalidTransition:  # one is under way: the next hour looks again
        return 0
    return 1
