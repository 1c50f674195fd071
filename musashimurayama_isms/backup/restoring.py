"""A backup into an empty installation: looked at first, then loaded, compared, brought up to this release and proved.

All that concerns the database is one transaction (on SQLite: one file that takes the place of the empty one), and the attachments
wait in a folder of their own until it is over. So whatever ends it, at whatever moment, either nothing is there or everything; the
only thing that may be left to do is to move the attachments, and the same command does that when it is called again.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail import verification
from musashimurayama_isms.trail.models import Head
from musashimurayama_isms.trail.verification import Broken, Kept
from musashimurayama_isms.trail.verification import Proof as TrailProof

from . import databases, media
from .archive import Archive, opened
from .keys import fingerprint
from .looking import ask, has_room, is_empty, look_at, restored_at
from .making import applied, rows, the_key
from .manifest import Manifest
from .models import Backup, Proof
from .refusals import Damaged, Refused, of_disk
from .staging import Staging

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

    Where a restore of the same backup was killed after the database had been restored, it is brought to its end.
    `kept` is a head that was noted elsewhere before the backup; `throw_away` leaves the place empty in the end, for a proof.
    Refused, in words, for whatever stands against it.
    """
    staging = Staging(Path(settings.MEDIA_ROOT))
    with opened(path, the_key()) as archive:
        look_at(archive.manifest, kept)
        with staging.held():
            if staging.is_left and restored_at(archive):
                tell("前に途中で終わった復元の続きを行います。")
                staging.settle()
                with _told():
                    return _facts(archive, verification.verify(kept))
            is_empty(archive, staging)
            staging.clear()
            has_room(archive.manifest)
            try:
                with _told():
                    found = _restored(archive, path.name, kept, staging, at=at, keep=not throw_away, tell=tell)
            except BaseException:
                _tidy(staging, tell)
                raise
            if throw_away:
                staging.clear()
            else:
                staging.settle()
    return found


@contextmanager
def _told() -> Iterator[None]:
    """What may go wrong with disk, database and trail, in words."""
    try:
        yield
    except OSError as error:
        raise of_disk(error, "復元する場所") from error
    except (DatabaseError, CommandError) as error:
        raise Refused(f"データベースへの復元に失敗しました（{type(error).__name__}: {str(error).strip()[:200]}）。") from error
    except Broken as error:
        raise Refused(f"復元した証跡を検証できませんでした。{error}") from error


def _restored(archive: Archive, name: str, kept: Kept | None, staging: Staging, *, at: datetime, keep: bool, tell: Tell) -> Restored:
    found = archive.manifest
    tell("データベースを復元しています。")
    with archive.database() as stream, databases.of(connection).loaded(connection, stream, keep=keep):
        _compare_rows(found)
        tell(f"添付ファイル {len(found.files)} 個を復元しています。")
        _bring_back(archive, staging)
        tell("この版に合わせ、証跡を検証しています。")
        call_command("migrate", interactive=False, verbosity=0)
        ContentType.objects.clear_cache()
        proof = verification.verify(kept)
        _go_on(archive, name, at=at)
        return _facts(archive, proof)


def _bring_back(archive: Archive, staging: Staging) -> None:
    """Every file beside its place, and on the disk before the database says that it is there."""
    for file, expected in archive.manifest.files.items():
        with archive.media(file) as stream:
            media.bring_back(file, stream, expected, staging.files)
    os.sync()


def _facts(archive: Archive, proof: TrailProof) -> Restored:
    found = archive.manifest
    return Restored(
        sha256=archive.sha256,
        made_at=found.made_at,
        rows=found.row_count,
        files=len(found.files),
        head=found.head,
        entries=proof.entries,
        readings=proof.readings,
        migrated=len(set(applied(ask)) - set(found.migrations)),
        lacking=found.lacking,
        warnings=list(_warnings(found)),
    )


def _compare_rows(found: Manifest) -> None:
    """The counts and the head, as they were at the moment of the dump."""
    there = rows(databases.of(connection).tables(connection), ask)
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


def _tidy(staging: Staging, tell: Tell) -> None:
    """Nothing stays of what failed. Files wait where the database cannot say that it is empty: the next run asks it again."""
    try:
        if not databases.of(connection).tables(connection):
            staging.clear()
    except (OSError, DatabaseError) as error:
        tell(f"途中まで復元したものを片付けられませんでした（{type(error).__name__}）。もう一度実行すると片付けます。")
