"""`manage.py join_keys`: the settings again, from the two sheets of escrow_keys."""

from django.core.management.base import BaseCommand, CommandError

from musashimurayama_isms.backup.halves import Mistyped, env_lines, read


class Command(BaseCommand):
    """Asks neither the database nor the network; the keys are printed once and kept nowhere."""

    help = "escrow_keys の二枚の紙から、鍵の設定の行を表示します。ファイルを指定しないときは、一行ずつ入力します。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser) -> None:
        parser.add_argument("files", nargs="*", metavar="ファイル", help="紙の行を写したテキスト（二枚の分を二つ）。")

    def handle(self, *args, files: list[str], **options) -> None:
        try:
            keys = read(files)
        except Mistyped as error:
            raise CommandError(str(error)) from None
        for line in env_lines(keys):
            self.stdout.write(line)
