"""Sums and archive of a bundle: the same files give the same bytes, wherever and whenever they are packed."""

import gzip
import hashlib
import os
import tarfile
from pathlib import Path

SUMS = "SHA256SUMS"


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_sums(folder: Path) -> None:
    """Writes SHA256SUMS over every file in `folder`, as `sha256sum --check` reads it."""
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    (folder / SUMS).write_text("".join(f"{digest(folder / name)}  {name}\n" for name in files if name != SUMS), encoding="utf-8")


def pack(folder: Path, archive: Path, time: int) -> None:
    """Packs `folder` under its own name into `archive` (.tar.gz): sorted, owned by root, all of `time`; there whole or not at all."""
    half = archive.with_name(archive.name + ".part")
    try:
        with half.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
            for path in [folder, *sorted(folder.rglob("*"))]:
                _add(tar, path, path.relative_to(folder.parent).as_posix(), time)
        os.replace(half, archive)
    finally:
        half.unlink(missing_ok=True)


def _add(tar: tarfile.TarFile, path: Path, name: str, time: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.mtime = time
    entry.mode = 0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644
    if path.is_dir():
        entry.type = tarfile.DIRTYPE
        tar.addfile(entry)
        return
    entry.size = path.stat().st_size
    with path.open("rb") as file:
        tar.addfile(entry, file)
