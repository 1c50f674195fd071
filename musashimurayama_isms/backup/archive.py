"""A backup opened for reading: every byte proved first, then its manifest, its dump and its files."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from . import manifest
from .manifest import Manifest
from .refusals import Damaged, Refused, of_disk
from .sealed import SealedReader


class Archive:
    """The content of a backup whose every chunk has been proved."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        sealed = SealedReader(file, key)
        sealed.check()
        self.size = file.seek(0, io.SEEK_END)
        file.seek(0)
        self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        try:
            self._zip = zipfile.ZipFile(io.BufferedReader(sealed, 256 * 1024))
            self.manifest = Manifest.read(self._zip.read(manifest.NAME))
        except (zipfile.BadZipFile, KeyError):
            raise Damaged("控えの中身を読めません。別の控えを使ってください。") from None
        self._compare_names()

    def _compare_names(self) -> None:
        inside = {name for name in self._zip.namelist() if name.startswith(manifest.MEDIA)}
        if inside != {manifest.MEDIA + name for name in self.manifest.files} or manifest.DATABASE not in self._zip.namelist():
            raise Damaged("控えの中身が目録（manifest.json）と一致しません。別の控えを使ってください。")

    @contextmanager
    def database(self) -> Iterator[BinaryIO]:
        """The dump."""
        with self._zip.open(manifest.DATABASE) as stream:
            yield stream  # type: ignore[misc]

    @contextmanager
    def media(self, name: str) -> Iterator[BinaryIO]:
        """One file."""
        with self._zip.open(manifest.MEDIA + name) as stream:
            yield stream  # type: ignore[misc]


@contextmanager
def opened(path: Path, key: bytes) -> Iterator[Archive]:
    """Open a backup; Refused, in words, for a file that is not there, has another key or form, or is damaged."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise Refused(f"{path} がありません。控えのファイルを指定してください。") from None
    except OSError as error:
        raise of_disk(error, f"{path} ") from error
    with file:
        yield Archive(file, key)
