"""Write the policy in force as JSON."""

import json

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from policy.export import as_data
from policy.models import Revision


class Command(BaseCommand):
    """Print one JSON object in UTF-8: `clauses` in the order of the document, `glossary`, `history`."""

    help = "施行中のポリシー（または指定した版）をJSONで出力します。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--revision", type=int, help="版の番号。省略すると施行中の版")

    def handle(self, *, revision: int | None, **options) -> None:
        self.stdout.write(json.dumps(as_data(_revision(revision)), ensure_ascii=False, indent=2))


def _revision(key: int | None) -> Revision:
    rows = Revision.objects.of_the_policy().filter(is_outline=False)
    found = rows.in_force(timezone.localdate()).first() if key is None else rows.filter(pk=key).first()
    if found is None and key is None:
        raise CommandError("本文がまだ取り込まれていません。先に manage.py import_policy ファイル名 を実行してください。")
    if found is None:
        raise CommandError(f"版{key}はありません。")
    return found
