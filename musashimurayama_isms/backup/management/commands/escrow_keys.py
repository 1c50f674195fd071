"""`manage.py escrow_keys`: the keys on two sheets of paper for two holders."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from musashimurayama_isms.backup.escrow import write
from musashimurayama_isms.backup.refusals import Refused


class Command(BaseCommand):
    """Writes two PDF files, to be printed and then removed; recorded in the trail without the keys."""

    help = "証跡の鍵・控えの鍵・署名の鍵を、二枚の紙（PDF）に分けて書き出します。片方だけでは役に立ちません。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("--to", required=True, metavar="フォルダ", help="PDFの置き場所。印刷したら消してください。")

    def handle(self, *args, to: str, **options) -> None:
        try:
            sheet, paths = write(Path(to), at=timezone.now())
        except Refused as error:
            raise CommandError(f"鍵の控えを作れませんでした。{error}") from None
        self.stdout.write(f"用紙の番号 {sheet}")
        for path in paths:
            self.stdout.write(str(path))
        self.stdout.write("二枚を別々に印刷し、別の人が別の場所に封をして保管してください。印刷したら、二つのファイルを消してください。")
