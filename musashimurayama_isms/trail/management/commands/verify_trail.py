"""`manage.py verify_trail`: prove that the trail is what was written, and print its head for keeping elsewhere."""

from django.core.management.base import BaseCommand, CommandError

from musashimurayama_isms.trail.verification import Broken, Kept, Proof, verify


class Command(BaseCommand):
    """Exit code 0 when everything is proved, 1 with the first bad entry otherwise."""

    help = "証跡の連鎖・先頭・閲覧記録の封印を検証し、先頭の「番号:連鎖値」を表示します。表示はこのサーバの外に控えてください。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("--head", metavar="番号:連鎖値", help="以前に控えた先頭。末尾が切り取られていないことも検証します。")

    def handle(self, *args, head: str | None = None, **options) -> None:
        try:
            kept = Kept.read(head) if head else None
        except ValueError:
            raise CommandError("--head には、以前この命令が表示した「番号:連鎖値」をそのまま指定してください。") from None
        try:
            self._report(verify(kept))
        except Broken as broken:
            raise CommandError(f"証跡の検証に失敗しました。{broken}") from broken

    def _report(self, proof: Proof) -> None:
        self.stdout.write(f"証跡 {proof.entries} 件を検証しました。書換えや欠落はありません。")
        self.stdout.write(f"鍵の区間: {proof.segments}（{'、'.join(proof.keys) or 'なし'}）")
        self.stdout.write(f"封印済みの閲覧記録: {proof.readings} 件、封印待ち: {proof.unsealed} 件")
        self.stdout.write(f"先頭（控え用）: {proof.head}")
