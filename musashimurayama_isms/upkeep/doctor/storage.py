"""Disks: whether there is room, and whether this process may write there."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from .finding import Finding, Look, about, bad, fine, notice

GIGABYTE = 1024**3
MEDIA_FEW, MEDIA_NONE = 2 * GIGABYTE, GIGABYTE // 4
TEMPORARY_FEW, TEMPORARY_NONE = GIGABYTE // 4, GIGABYTE // 16  # often a small one in memory


@about("添付ファイルの置き場所")
def media(look: Look) -> Iterator[Finding]:
    """MEDIA_DIR: attachments and what jobs make."""
    place = Path(settings.MEDIA_ROOT)
    if settings.IS_TRIAL:  # made with the first attachment; in production a missing folder is a disk that is not mounted
        place = next(each for each in (place, *place.parents) if each.exists())
    yield _look("添付ファイルの置き場所", place, "設定 MEDIA_DIR", MEDIA_FEW, MEDIA_NONE)


@about("一時ファイルの置き場所")
def temporary(look: Look) -> Iterator[Finding]:
    """Uploads and papers pass through it."""
    yield _look("一時ファイルの置き場所", Path(tempfile.gettempdir()), "環境変数 TMPDIR", TEMPORARY_FEW, TEMPORARY_NONE)


def _look(subject: str, place: Path, setting: str, few: int, none: int) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"portal")
            file.flush()
        free = shutil.disk_usage(place).free
    except OSError as error:
        words = f"{place} に書き込めません（{type(error).__name__}）。"
        return bad(subject, words, f"フォルダの有無と、portal の利用者が書けるか、空き容量があるかを確かめてください（{setting}）。")
    words = f"{place} の空きは {free / GIGABYTE:.1f} GB です。"
    advice = "古い控えや記録をほかへ移すか、ディスクを足してください。いっぱいになると、添付と報告書の作成ができません。"
    if free < none:
        return bad(subject, words, advice)
    return notice(subject, words, advice) if free < few else fine(subject, words)
