"""The trail: its triggers, its head, its last entries, and the head that is kept elsewhere."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.trail.models import Entry, Head
from musashimurayama_isms.trail.verification import Broken, Kept, verify, verify_tail

from .finding import Finding, Look, about, bad, fine, notice

LAST = 500
KEPT_FOR = timedelta(days=35)  # kept once a month, with some days of grace
ADVICE = "何も消さず、動いているものもそのままにして、中央電子計算組織管理者に知らせてください。verify_trail で全体を確かめます。"


@about("証跡")
def chain(look: Look) -> Iterator[Finding]:
    """Triggers, head and the last entries; all of them with --full."""
    try:
        if look.is_full:
            yield fine("証跡", f"{verify().entries}件のすべてを検証しました。書換えや欠落はありません。")
        else:
            yield fine("証跡", f"終わりの{verify_tail(LAST)}件を検証しました。全体は --full で確かめます。")
    except Broken as broken:
        yield bad("証跡", str(broken), ADVICE)


@about("証跡の先頭の控え")
def kept_head(look: Look) -> Iterator[Finding]:
    """The head that somebody has kept outside the database: still in the trail, and not too old."""
    if not settings.TRAIL_HEAD_FILE:
        words = "先頭をデータベースの外に控える設定がありません。"
        advice = "verify_trail の「先頭（控え用）」をほかの機械に控え、設定 TRAIL_HEAD_FILE にそのファイルを指定してください。"
        yield (fine("証跡の先頭の控え", words) if settings.IS_TRIAL else notice("証跡の先頭の控え", words, advice))
        return
    path = Path(settings.TRAIL_HEAD_FILE)
    try:
        kept = read_kept(path)
        written = datetime.fromtimestamp(path.stat().st_mtime, TOKYO)
    except (OSError, ValueError, IndexError):
        yield bad(
            "証跡の先頭の控え", f"控え {path} を読めません。", "verify_trail の「番号:連鎖値」を一行で書いてください（TRAIL_HEAD_FILE）。"
        )
        return
    if not is_in_trail(kept):
        yield bad("証跡の先頭の控え", f"控えにある {kept.number} 番が、いまの証跡にありません。", ADVICE)
    elif look.at - written > KEPT_FOR:
        yield notice(
            "証跡の先頭の控え", f"控えは{(look.at - written).days}日前のものです。", "verify_trail を実行し、新しい先頭を控えてください。"
        )
    else:
        yield fine("証跡の先頭の控え", f"控えにある {kept.number} 番は、いまの証跡と一致します。")


def read_kept(path: Path) -> Kept:
    """The last line of the file; OSError, ValueError or IndexError where there is none that can be read."""
    return Kept.read(path.read_text(encoding="utf-8").split()[-1])


def is_in_trail(kept: Kept) -> bool:
    """Whether the trail still holds the entry that was its head then."""
    if not kept.number:
        return Head.objects.exists()
    return Entry.objects.filter(number=kept.number, digest=kept.digest).exists()
