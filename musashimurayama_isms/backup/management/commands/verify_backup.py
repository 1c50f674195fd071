"""`manage.py verify_backup`: prove that a backup can be restored, by restoring it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from musashimurayama_isms.backup.proving import prove
from musashimurayama_isms.backup.refusals import Refused

from .restore import kept_head


class Command(BaseCommand):
    """Exit code 0 when everything was as it should be, 1 with the reason otherwise; either way the result is kept."""

    help = "控えを一時の空の場所に復元し、行数・添付ファイルのSHA-256・証跡の連鎖を確かめ、結果を記録します。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", metavar="ファイル")
        parser.add_argument("--head", default="", metavar="番号:連鎖値", help="ポータルの外に控えておいた、控えより前の証跡の先頭。")
        parser.add_argument("--database", default="", metavar="URL", help="一時のデータベースを作れないときに使う、空のデータベース。")

    def handle(self, *args, file: str, head: str = "", database: str = "", **options) -> None:
        kept_head(head)
        try:
            found = prove(Path(file), at=timezone.now(), head=head, database=database)
        except Refused as error:
            raise CommandError(f"確かめられませんでした。{error}") from None
        if found.problem:
            raise CommandError(f"この控えからは復元できません。{found.problem}")
        facts = found.facts
        self.stdout.write(f"{found.name} から復元できることを確かめました。")
        counts = f"データベース {facts['rows']:,} 行、添付ファイル {facts['files']:,} 個、証跡 {facts['entries']:,} 件"
        self.stdout.write(f"{counts}が、目録と一致します。")
        for warning in facts["warnings"]:
            self.stdout.write(f"注意: {warning}")
        self.stdout.write("「管理」の「控えと復元」の画面で、中央電子計算組織管理者が復元の訓練として記録できます。")
