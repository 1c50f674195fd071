"""`manage.py make_scale`: a trial installation with the rows of ten years, for measuring."""

from dataclasses import fields, replace

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from musashimurayama_isms.accounts.models import Post, User
from musashimurayama_isms.dashboard.scale.amount import Amount
from musashimurayama_isms.dashboard.scale.years import Filled, Years
from musashimurayama_isms.trail.verification import Broken, verify

WORDS = {
    "staff": "職員の数",
    "years": "年数",
    "assets": "情報資産の数",
    "requests": "申請の数",
    "incidents": "インシデントの数",
    "questions": "自己点検で職員に尋ねる質問の数",
    "entries": "証跡の数（おおよそ）",
}


class Command(BaseCommand):
    """Fills an empty trial database. Refuses in production, before load_reference and sample_staff, and where rows stand already.

    The same seed makes the same data on the same day. At the end the chain of the trail is proved (not with --no-proof).
    """

    help = "測定のために、見本のデータを大量に作ります。試用の空のデータベースでだけ動きます。"

    def add_arguments(self, parser: CommandParser) -> None:
        for field in fields(Amount):
            parser.add_argument(f"--{field.name}", type=int, default=field.default, help=f"{WORDS[field.name]}（既定 {field.default:,}）")
        parser.add_argument("--share", type=float, default=1.0, help="上の数の何割を作るか（例 0.1）。職員、年数、質問の数は変わりません。")
        parser.add_argument("--seed", type=int, default=1, help="同じ値なら、同じ日には同じデータになります。")
        parser.add_argument("--no-proof", action="store_true", help="終わりに証跡の連鎖を検証しません。")

    def handle(self, *, share: float, seed: int, no_proof: bool, **options) -> None:
        self._guard()
        amount = self._amount(share, options)
        years = Years(amount, at=timezone.localtime(), seed=seed, say=self.stdout.write)
        try:
            years.make()
        except Filled as filled:
            raise CommandError(
                f"{filled}測定用のデータは、空のデータベースにだけ作れます。新しいデータベースを用意してください。"
            ) from None
        except LookupError as missing:
            raise CommandError(str(missing)) from missing
        for name, count in years.counts():
            self.stdout.write(f"{name}: {count:,} 件")
        if not no_proof:
            self._prove()

    def _guard(self) -> None:
        if not settings.IS_TRIAL:
            raise CommandError("本番では測定用のデータを作れません（設定 PORTAL_MODE が production です）。")
        if not Post.objects.exists() or not User.objects.filter(is_sample=True).exists():
            raise CommandError("組織か見本の職員がありません。先に manage.py load_reference と manage.py sample_staff を実行してください。")

    def _amount(self, share: float, options: dict) -> Amount:
        numbers = {field.name: options[field.name] for field in fields(Amount)}
        if wrong := [f"--{name}" for name, number in numbers.items() if number < 1]:
            raise CommandError(f"{'、'.join(wrong)} は1以上にしてください。")
        try:
            return replace(Amount(), **numbers).part(share)
        except ValueError:
            raise CommandError("--share は0より大きく1以下にしてください。") from None

    def _prove(self) -> None:
        try:
            proof = verify()
        except Broken as broken:
            raise CommandError(f"証跡の検証に失敗しました。{broken}") from broken
        self.stdout.write(f"証跡 {proof.entries:,} 件の連鎖を検証しました。")
