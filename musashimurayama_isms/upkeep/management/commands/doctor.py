"""`manage.py doctor`: what is wrong with this installation, and what to do."""

import json
import sys
from dataclasses import asdict

from django.core.management.base import BaseCommand
from django.utils import timezone

from musashimurayama_isms.upkeep.doctor import Grade, Look, examine


class Command(BaseCommand):
    """Looks at everything and changes nothing. Exit code 1 where something is 異常, 0 otherwise."""

    help = "この環境の具合を調べ、「OK」「注意」「異常」と、することを表示します。異常があると終了コードが 1 になります。"
    requires_system_checks: list[str] = []  # they are one of the checks

    def add_arguments(self, parser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="結果を JSON で表示します。")
        parser.add_argument("--full", action="store_true", help="証跡の全体を検証します（時間がかかります）。")
        parser.add_argument("--quiet", action="store_true", help="OK の行を省きます。")
        parser.add_argument("--before-migrate", action="store_true", help="更新の前に、新しい版から調べます。")

    def handle(self, *, as_json: bool, full: bool, quiet: bool, before_migrate: bool, **options) -> None:
        found = examine(Look(timezone.now(), is_full=full, is_before_migrate=before_migrate))
        if as_json:
            self.stdout.write(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2))
        else:
            self._tell([each for each in found if not quiet or each.grade != Grade.OK], found)
        if any(each.grade == Grade.BAD for each in found):
            sys.exit(1)

    def _tell(self, shown, found) -> None:
        for each in shown:
            self.stdout.write(f"{each.grade.value:<2} {each.subject}: {each.words}")
            if each.advice:
                self.stdout.write(f"     → {each.advice}")
        count = {grade: sum(each.grade == grade for each in found) for grade in Grade}
        self.stdout.write(f"異常 {count[Grade.BAD]}件、注意 {count[Grade.LOOK]}件、OK {count[Grade.OK]}件")
