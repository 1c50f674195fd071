"""The keys on paper: two sheets for two holders, kept apart from the data and from each other."""

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.pdf import render_pdf
from musashimurayama_isms.trail.record import record

from .halves import Half, Secret, split
from .keys import fingerprint
from .making import the_key
from .refusals import of_disk

WORDS = {"T": "証跡の鍵（TRAIL_KEYS）", "B": "控えの鍵（BACKUP_KEY）", "S": "署名の鍵（SECRET_KEY）"}


def keys() -> list[Secret]:
    """What is kept: without SECRET_KEY the second factors in a restored database could not be read. Refused without a key of backups."""
    trail = [Secret("T", name, value) for name, value in settings.TRAIL_KEYS.items()]
    return [*trail, Secret("B", "backup", the_key()), Secret("S", "secret", settings.SECRET_KEY.encode())]


def write(folder: Path, *, at: datetime) -> tuple[str, list[Path]]:
    """Write the two sheets as PDF, readable by their owner alone, and record it; gives the number of the sheet and the files.

    Refused where the folder cannot be written; nothing is left behind then.
    """
    wanted = keys()
    halves = split(wanted, day=f"{day_of(at):%Y%m%d}")
    paths = [folder / f"portal-keys-{half.sheet}-{half.half}.pdf" for half in halves]
    try:
        with transaction.atomic():
            names = {f"{key.kind}.{key.name}": fingerprint(key.value) for key in wanted}
            record(None, "backup.keys.escrowed", None, at=at, sheet=halves[0].sheet, keys=names)
            for path, half in zip(paths, halves, strict=True):
                _put(path, _paper(half, wanted, at=at))
    except BaseException as error:
        for path in paths:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise of_disk(error, f"{folder} ") from error
        raise
    return halves[0].sheet, paths


def _paper(half: Half, wanted: list[Secret], *, at: datetime) -> bytes:
    rows = [(WORDS[key.kind], key.name if key.kind == "T" else "", fingerprint(key.value)) for key in wanted]
    first, *lines = half.lines()
    context = {"half": half, "first": first, "lines": lines, "keys": rows, "on": day_of(at)}
    return render_pdf("pdf/key_sheet.html", context)


def _put(path: Path, content: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
