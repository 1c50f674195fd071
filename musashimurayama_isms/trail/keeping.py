"""The head of the trail in a file outside the database: whoever shortens or forges the trail there cannot make it fit this file.

The file should lie where who may write the database may not; TRAIL_HEAD_FILE names it. It is never written over while the trail
does not fit it: then it is what proves that something was lost.
"""

import os
from pathlib import Path

from .models import Entry, Head
from .verification import Broken, Kept, verify, verify_tail


def read(path: Path) -> Kept:
    """The last line of the file; OSError, ValueError or IndexError where there is none that can be read."""
    return Kept.read(path.read_text(encoding="utf-8").split()[-1])


def is_in_trail(kept: Kept) -> bool:
    """Whether the trail still holds the entry that was its head then."""
    if not kept.number:
        return Head.objects.exists()
    return Entry.objects.filter(number=kept.number, digest=kept.digest).exists()


def keep(path: Path) -> Kept:
    """Prove what was written since the last time, the first time all of it, and put the head into the file.

    Broken where the trail is not what it was, ValueError or IndexError where the file holds something else, OSError where it
    cannot be written: it is left as it is then.
    """
    head = Kept.read(str(Head.objects.get()))
    if not path.exists():
        verify()
    else:
        before = read(path)
        if not is_in_trail(before):
            raise Broken(f"控えにある {before.number} 番が、いまの証跡にありません。", before.number)
        verify_tail(head.number - before.number)
    _write(path, f"{head.number}:{head.digest}\n")
    return head


def _write(path: Path, line: str) -> None:
    """Whole or not at all: whoever reads it meanwhile reads the one before."""
    new = path.with_name(f".{path.name}.new")
    with new.open("w", encoding="ascii") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
