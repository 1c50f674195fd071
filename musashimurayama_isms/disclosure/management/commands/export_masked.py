"""`manage.py export_masked --to FILE`: a copy for a test environment, with nobody and nothing of the city in it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from musashimurayama_isms.disclosure.trial_copy.register import Unregistered, columns
from musashimurayama_isms.disclosure.trial_copy.writer import write


class Command(BaseCommand):
    """Reads this installation and writes one file; the rows stay as they are. Recorded in the trail."""

    help = "試験環境用の写しを書き出します。氏名・連絡先・文章・添付ファイルなどは、番号付きの見本に替わります。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("--to", metavar="ファイル", help="書き出すファイル（例 masked.jsonl.gz）。既にあるファイルには書きません。")
        parser.add_argument("--register", action="store_true", help="書き出さず、列ごとに残すか替えるかの一覧を表示します。")

    def handle(self, *args, to: str | None = None, register: bool = False, **options) -> None:
        if register:
            for model, column, kind in columns():
                self.stdout.write(f"{model}\t{column}\t{kind}")
            return
        if not to:
            raise CommandError("--to でファイルを指定してください。")
        try:
            written = write(Path(to), at=timezone.now())
        except FileExistsError:
            raise CommandError(f"{to} はすでにあります。別の名前を指定してください。") from None
        except OSError as error:
            raise CommandError(f"{to} に書けませんでした（{error.strerror}）。") from None
        except Unregistered as error:
            raise CommandError(f"残すか替えるかが決まっていない列があるため、書き出しませんでした：{error}") from None
        self.stdout.write(f"{written.rows} 件を書き出しました。SHA-256 {written.digest}")
