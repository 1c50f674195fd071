"""Where a restore keeps the attachments until the database holds what belongs to them.

The folder lies in MEDIA_DIR, which may be a disk of its own: so that the files only change their names in the end. They do that
after the database is there; a restore that was killed before that has left nothing but this folder, one killed after it is
finished by the next run.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .refusals import Refused, of_disk

NAME = ".restoring"
PLACE = "添付ファイルの置き場所（設定 MEDIA_DIR）"


class Staging:
    """The folder of one restore at a time; `files` stands in it for as long as there is something to be moved or thrown away."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder, self.files = root, root / NAME, root / NAME / "files"

    @property
    def is_left(self) -> bool:
        """Whether files wait here."""
        return self.files.is_dir()

    @contextmanager
    def held(self) -> Iterator[None]:
        """For one process alone; the kernel lets go of it however that ends. Refused where another one restores here."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise of_disk(error, PLACE) from error
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Refused("この場所への復元が、もう一つ動いています。終わってから、もう一度実行してください。") from None
            try:
                yield
            finally:
                if not self.is_left:
                    shutil.rmtree(self.folder, ignore_errors=True)
        finally:
            os.close(lock)

    def clear(self) -> None:
        """Throw away what waits here: nothing in the database names it."""
        if self.is_left:
            shutil.rmtree(self.files)

    def settle(self) -> None:
        """Give every file its place; as often as it takes. Refused where the disk does not let us."""
        try:
            for folder, folders, names in os.walk(self.files):
                place = self.root / Path(folder).relative_to(self.files)
                for name in folders:
                    (place / name).mkdir(mode=0o700, exist_ok=True)
                for name in names:
                    os.replace(Path(folder, name), place / name)
            self.clear()
        except OSError as error:
            raise Refused(
                f"データベースは復元しましたが、添付ファイルを {self.root} に移しきれませんでした（{error.strerror}）。"
                "直してから、同じコマンドをもう一度実行すると、続きから移します。"
            ) from error
