"""`manage.py import_masked FILE`: read a masked copy into an empty trial installation."""

import gzip
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from musashimurayama_isms.disclosure.trial_copy.reader import Refused, read
from musashimurayama_isms.search.reindexing import reindex


class Command(BaseCommand):
    """All or nothing. Refuses in production, where anybody is already, and a copy of another release."""

    help = "export_masked で書き出した写しを、migrate を終えたばかりの空の試用環境に読み込みます。本番では動きません。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", metavar="ファイル")

    def handle(self, *args, file: str, **options) -> None:
        try:
            count = read(Path(file), at=timezone.now())
        except Refused as error:
            raise CommandError(str(error)) from None
        except FileNotFoundError:
            raise CommandError(f"{file} がありません。") from None
        except (gzip.BadGzipFile, UnicodeDecodeError, ValueError):
            raise CommandError(f"{file} を読めませんでした。途中で切れているか、写しではありません。") from None
        reindex()  # the words of search do not travel: they are made of what was read
        self.stdout.write(f"{count} 件を読み込みました。証跡は、この環境の鍵で連鎖し直しました（verify_trail で確かめられます）。")
        self.stdout.write("パスワードは写していません。changepassword で、使う利用者（sample00001 など）のパスワードを設定してください。")
