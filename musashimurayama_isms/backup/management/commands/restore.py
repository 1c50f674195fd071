"""`manage.py restore`: a backup into an empty installation."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from musashimurayama_isms.backup.refusals import Refused
from musashimurayama_isms.backup.restoring import Restored, restore
from musashimurayama_isms.trail.verification import Kept


def kept_head(text: str) -> Kept | None:
    """The head that somebody typed; CommandError for what is none."""
    try:
        return Kept.read(text) if text else None
    except ValueError:
        raise CommandError("--head には、verify_trail か backup が表示した「番号:連鎖値」をそのまま指定してください。") from None


class Command(BaseCommand):
    """All or nothing; refuses where anything is already."""

    help = "manage.py backup で作った控えを、空のデータベースと空の MEDIA_DIR に復元し、この版に合わせ、証跡を検証します。"
    requires_system_checks: list[str] = []  # there is no table yet that a check could look at
    requires_migrations_checks = False

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", metavar="ファイル")
        parser.add_argument("--yes", action="store_true", help="確かめずに復元します。")
        parser.add_argument("--head", default="", metavar="番号:連鎖値", help="ポータルの外に控えておいた、控えより前の証跡の先頭。")
        parser.add_argument("--report", metavar="ファイル", help="結果をJSONでも書き出します。")
        parser.add_argument("--throw-away", action="store_true", help="確かめたあと、復元したものを消します（verify_backup が使います）。")

    def handle(self, *args, file: str, yes: bool, head: str = "", report: str | None = None, throw_away: bool = False, **options) -> None:
        kept = kept_head(head)
        if not yes:
            raise CommandError("web・worker・beat を止め、空のデータベースを用意してから、--yes を付けて実行してください。")
        try:
            found = restore(Path(file), at=timezone.now(), kept=kept, throw_away=throw_away, tell=self.stdout.write)
        except Refused as error:
            if report:
                self._report(report, {"problem": str(error)})
            raise CommandError(f"復元できませんでした。{error}") from None
        if report:
            self._report(report, found.facts())
        self._tell(found)

    @staticmethod
    def _report(path: str, facts: dict) -> None:
        Path(path).write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")

    def _tell(self, found: Restored) -> None:
        self.stdout.write(f"復元しました。データベース {found.rows:,} 行、添付ファイル {found.files:,} 個は、目録と一致しています。")
        self.stdout.write(f"証跡 {found.entries:,} 件を検証しました。書換えや欠落はありません（控えの先頭 {found.head}）。")
        if found.migrated:
            self.stdout.write(
                f"前の版の控えのため、データベースをこの版に合わせました（{found.migrated} 件）。load_reference も実行してください。"
            )
        for warning in found.warnings:
            self.stdout.write(f"注意: {warning}")
        self.stdout.write("全員がログインし直しになります。途中だった処理は、worker を起動すると続きます。")
