"""How backups stand at a moment, in a few questions: for the page, the checks and whoever looks after the server."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from .models import Backup, Proof

OLD_AFTER, UNPROVED_AFTER = timedelta(days=2), timedelta(days=400)  # a drill comes round once a year

MAKE = "manage.py backup を実行してください。"
AGAIN = "直してから、「今すぐ実行」か manage.py backup を実行してください。"
LOOK = "「システムの状態」の定時の処理と、置き場所の空きを確かめてください。"
PROVE = "manage.py verify_backup を実行してください。"


@dataclass(frozen=True)
class State:
    """The last good backup, the last one tried, the last good proof; `problems` are (id, sentence, what to do)."""

    last: Backup | None
    tried: Backup | None
    proof: Proof | None
    at: datetime

    @classmethod
    def now(cls, *, at: datetime) -> "State":
        """Three questions."""
        return cls(Backup.objects.made().first(), Backup.objects.first(), Proof.objects.good().first(), at)

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """What is wrong with settings and backups; empty when all is well."""
        return [*settings_problems(), *self.row_problems()]

    def row_problems(self) -> list[tuple[str, str, str]]:
        """What the rows say."""
        found = []
        if self.last is None:
            found.append(("W003", "控え（バックアップ）がまだありません。", MAKE))
        elif self.last.begun_at < self.at - OLD_AFTER:
            days = (self.at - self.last.begun_at).days
            found.append(("W003", f"控え（バックアップ）が{days}日間、取れていません。", LOOK))
        if self.tried is not None and self.tried.status == Backup.Status.FAILED:
            found.append(("W005", f"最後の控えを作れませんでした。{self.tried.problem}", AGAIN))
        if self.proof is None:
            found.append(("W004", "控えから復元できることを、まだ確かめていません。", PROVE))
        elif self.proof.at < self.at - UNPROVED_AFTER:
            found.append(("W004", "控えから復元できることを、一年以上確かめていません。", PROVE))
        return found


def settings_problems() -> list[tuple[str, str, str]]:
    """What the settings lack; a trial needs neither."""
    found = []
    if not settings.IS_TRIAL and not settings.BACKUP_DIR:
        found.append(("W001", "設定 BACKUP_DIR がないため、控え（バックアップ）が自動で作られません。", "置き場所を指定してください。"))
    if not settings.BACKUP_KEY and (settings.BACKUP_DIR or not settings.IS_TRIAL):
        found.append(("W002", "設定 BACKUP_KEY がないため、控え（バックアップ）を作れません。", "16進数64桁の鍵を指定してください。"))
    return found
