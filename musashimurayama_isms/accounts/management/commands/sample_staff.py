"""Set up the sample staff."""

import os
from unicodedata import east_asian_width

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from musashimurayama_isms.accounts import sample
from musashimurayama_isms.accounts.models import Post

WORDS = ("利用者ID", "氏名", "職", "役割")


def width_of(text: str) -> int:
    """How many columns of a terminal the text takes: Japanese letters take two."""
    return sum(2 if east_asian_width(letter) in "FWA" else 1 for letter in text)


class Command(BaseCommand):
    """Create the sample persons of a trial installation and print them as a table.

    Run again it adds who is missing and changes nothing else. It refuses in production, and before load_reference.
    The password comes from the environment variable named by --password-env, never from the command line, where the
    list of processes would show it.
    """

    help = "見本の職員を登録し、一覧を表示します。本番では動きません。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("--password-env", help="パスワードを入れた環境変数の名前（例 SAMPLE_PASSWORD）")
        parser.add_argument("--list", action="store_true", dest="only_list", help="登録せず、一覧だけを表示します。")

    def handle(self, *, password_env: str | None = None, only_list: bool = False, **options) -> None:
        if not settings.IS_TRIAL:
            raise CommandError("本番では見本の職員を登録できません（設定 PORTAL_MODE が production です）。")
        if not only_list:
            self._set_up(password_env)
        rows = [WORDS, *sample.table()]
        widths = [max(width_of(row[column]) for row in rows) for column in range(len(WORDS))]
        for row in rows:
            self.stdout.write("  ".join(text + " " * (width - width_of(text)) for text, width in zip(row, widths, strict=True)).rstrip())

    def _set_up(self, password_env: str | None) -> None:
        password = os.environ.get(password_env) if password_env else None
        if password_env and not password:
            raise CommandError(f"環境変数 {password_env} が空です。見本の職員のパスワードを入れてください。")
        if not Post.objects.exists():
            raise CommandError("組織がまだ登録されていません。先に manage.py load_reference を実行してください。")
        try:
            sample.set_up(password)
        except ValueError as error:
            raise CommandError(str(error)) from error
