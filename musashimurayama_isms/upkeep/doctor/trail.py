"""The trail: its triggers, its head, its last entries, and the head that the portal keeps elsewhere."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.rounds.models import TaskRun
from musashimurayama_isms.trail import keeping
from musashimurayama_isms.trail.verification import Broken, verify, verify_tail

from .finding import Finding, Look, about, bad, fine, notice

LAST = 500
KEEPING, TASK = "証跡の先頭の控え", "trail.keep_head"
KEPT_FOR = timedelta(days=1)  # kept each hour; a server may be off for a night
ADVICE = "何も消さず、動いているものもそのままにして、中央電子計算組織管理者に知らせてください。verify_trail で全体を確かめます。"
AT_FIRST = (
    "設定したばかりなら、「システムの状態」の「証跡の先頭の控え」で「今すぐ実行」を押すか、1時間待ってください。"
    "前はあったのなら、だれが消したか、書き換えたかを調べてください。"
)
AFTER_A_RESTORE = "控えから復元したあとなら、このファイルの名前を変えて残してください。1時間以内に新しく控えます。"


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


@about(KEEPING)
def kept_head(look: Look) -> Iterator[Finding]:
    """The head that the portal keeps outside the database: still in the trail, written each hour, not too old."""
    if not settings.TRAIL_HEAD_FILE:
        words = "先頭をデータベースの外に控える設定がありません。"
        advice = "設定 TRAIL_HEAD_FILE に、別の機械にあるファイルを指定してください。1時間ごとに控えます。"
        yield (fine(KEEPING, words) if settings.IS_TRIAL else notice(KEEPING, words, advice))
        return
    path = Path(settings.TRAIL_HEAD_FILE)
    try:
        kept = keeping.read(path)
        written = datetime.fromtimestamp(path.stat().st_mtime, TOKYO)
    except (OSError, ValueError, IndexError) as error:
        yield bad(KEEPING, f"控え {path} を読めません（{type(error).__name__}）。", AT_FIRST)
        return
    if not keeping.is_in_trail(kept):
        yield bad(KEEPING, f"控えにある {kept.number} 番が、いまの証跡にありません。", f"{ADVICE}{AFTER_A_RESTORE}")
    elif (last := _last_run()) and last.status == TaskRun.Status.FAILED:
        advice = "ワーカーの利用者が、ファイルのあるフォルダに書けるかを確かめ、「システムの状態」で「今すぐ実行」を押してください。"
        yield bad(KEEPING, f"先頭を {path} に控えられませんでした（{last.error}）。", advice)
    elif look.at - written > KEPT_FOR:
        hours = int((look.at - written).total_seconds() // 3600)
        yield notice(
            KEEPING, f"控えは{hours}時間前のものです。", "ワーカーとスケジューラが動いているかを確かめてください。1時間ごとに控えます。"
        )
    else:
        yield fine(KEEPING, f"控えにある {kept.number} 番は、いまの証跡と一致します。")


def _last_run() -> TaskRun | None:
    """The last time the portal tried; a run that is under way says nothing yet."""
    return TaskRun.objects.filter(name=TASK, ended_at__isnull=False).order_by("-pk").first()
