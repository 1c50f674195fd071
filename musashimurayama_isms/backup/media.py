"""The contents of MEDIA_DIR: found, put into a backup, and brought back."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from . import staging
from .databases import pieces
from .refusals import Damaged, of_disk


def names(root: Path) -> Iterator[str]:
    """Every file, as its path below the root; links are not followed, and what a restore has not brought to its place is none."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if Path(folder, name) != root / staging.NAME)
        for name in sorted(files):
            path = Path(folder, name)
            if not path.is_symlink():
                yield path.relative_to(root).as_posix()


def copy(stream: BinaryIO, to: Any) -> dict[str, Any]:
    """Write a stream on; gives size and sha256 of what it held."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces(stream):
        to.write(piece)
        digest.update(piece)
        size += len(piece)
    return {"size": size, "sha256": digest.hexdigest()}


def bring_back(name: str, stream: BinaryIO, expected: dict[str, Any], root: Path) -> None:
    """Write one file below the root as its owner alone may read it; Damaged where it is not what the manifest says."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or PurePosixPath(name).is_absolute():
        raise Damaged("控えの中に、置き場所の外を指す名前があります。別の控えを使ってください。")
    path = root.joinpath(*parts)
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(1, len(parts)):
            root.joinpath(*parts[:number]).mkdir(mode=0o700, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            found = copy(stream, file)
    except OSError as error:
        raise of_disk(error, staging.PLACE) from error
    if found != expected:
        raise Damaged("控えの中の添付ファイルが、目録の SHA-256 と一致しません。別の控えを使ってください。")
