"""`manage.py backup`: the whole portal as one sealed file."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from musashimurayama_isms.backup.making import Made, make
from musashimurayama_isms.backup.refusals import Refused
from musashimurayama_isms.transitions import InvalidTransition


class Command(BaseCommand):
    """Database, attachments and the head of the trail; recorded in the trail."""

    help = "データベース・添付ファイル・証跡の先頭を、暗号化した一つのファイルに控えます。鍵は設定 BACKUP_KEY です。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("--to", metavar="フォルダ", help="控えの置き場所（指定がないときは設定 BACKUP_DIR）。")
        parser.add_argument("--keep", metavar="個数", type=int, help="新しいものから、この個数を残して古い控えを消します。")

    def handle(self, *args, to: str | None = None, keep: int | None = None, **options) -> None:
        folder = to or settings.BACKUP_DIR
        if not folder:
            raise CommandError("--to で控えの置き場所を指定してください。")
        if keep is not None and keep < 1:
            raise CommandError("--keep は1以上にしてください。")
        try:
            self._tell(make(Path(folder), at=timezone.now(), keep=keep))
        except (Refused, InvalidTransition) as error:
            raise CommandError(f"控えを作れませんでした。{error}") from None

    def _tell(self, made: Made) -> None:
        found = made.manifest
        self.stdout.write(f"{made.path} を作りました（{made.backup.size:,} バイト）。")
        self.stdout.write(f"データベース {found.row_count:,} 行、添付ファイル {len(found.files):,} 個")
        self.stdout.write(f"SHA-256: {made.backup.sha256}")
        self.stdout.write(f"証跡の先頭（控え用）: {found.head}")
        if found.gone:
            self.stdout.write(f"作成中に消された添付ファイルが {found.gone} 個あり、控えに入っていません。")
        if found.lacking:
            self.stdout.write(f"中身のない添付ファイルの記録が {found.lacking} 件あります。置き場所 MEDIA_DIR を確かめてください。")
        if made.removed:
            self.stdout.write(f"古い控えを {made.removed} 個消しました。")
