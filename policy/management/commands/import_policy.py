"""Import the text of the policy."""

from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from musashimurayama_isms.transitions import InvalidTransition
from policy.importer.outline import the_policy
from policy.importer.reading import Reading, read_file
from policy.importer.store import store, stored
from policy.models import Revision

LATER = "2回目からの本文は、義務の見直しと情報化推進委員会の議決のあとに、ポータルから施行します。--publish を付けずに取り込んでください。"


class Command(BaseCommand):
    """Read a text file, print what was found, and store it as a revision, whole or not at all.

    The first text is put in force at once (in place of the outline); a later one is a draft, compared with the text in force,
    and goes its way through the portal: review of the obligations, the committee, the CISO.
    The day of --effective-on defaults to the first day of the month in the title. The same file again changes nothing.
    """

    help = "ポリシー本文のテキストファイルを読み込み、版として取り込みます。最初の本文はそのまま施行し、2回目からは案にします。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="本文のファイル（UTF-8、Shift_JIS、BOM付きUTF-16）")
        parser.add_argument("--dry-run", action="store_true", help="読み込みの報告だけを表示し、何も保存しません")
        parser.add_argument("--publish", action="store_true", help="取り込んだ版を施行します（最初の本文に限ります）")
        parser.add_argument("--effective-on", type=_day, help="施行日（例 2022-08-01）。省略すると表題の年月の1日")

    def handle(self, *, file: Path, dry_run: bool, publish: bool, effective_on: date | None, **options) -> None:
        reading = read_file(file)
        report = "\n".join(reading.sentences())
        if reading.policy is None:
            raise CommandError(report)
        self.stdout.write(report)
        if dry_run:
            self.stdout.write("確認だけのため、何も保存していません（--dry-run）。")
            return
        try:
            self.stdout.write(import_reading(reading, publish=publish, effective_on=effective_on or reading.effective_on))
        except InvalidTransition as error:
            raise CommandError(f"取り込みを中止しました。何も保存していません。{error}") from error


@transaction.atomic
def import_reading(reading: Reading, *, publish: bool, effective_on: date | None) -> str:
    """Store and, where asked or where it is the first text, publish; gives the sentence that says what was done."""
    document = the_policy()
    known = stored(reading, document)
    is_first = not document.revisions.texts().exists()
    wants_publishing = publish or is_first
    if known and (known.status == Revision.Status.PUBLISHED or not wants_publishing):
        return f"このファイルは取り込み済みです（版{known.pk} {known.name}、{known.get_status_display()}）。何も変更していません。"
    if publish and not is_first:
        raise InvalidTransition(LATER)
    if wants_publishing and effective_on is None:
        raise InvalidTransition("表題から施行日が分かりません。--effective-on 2022-08-01 のように施行日を指定してください。")
    now = timezone.now()
    revision = store(reading, document, by=None, at=now)
    if not wants_publishing:
        return f"版{revision.pk}（{revision.name}）を案として取り込み、現行の版と比べました。続きはポータルの「ポリシーの改定」で行います。"
    revision.publish(by=None, effective_on=effective_on, at=now)
    return f"版{revision.pk}（{revision.name}）を取り込み、施行日{effective_on:%Y-%m-%d}で施行しました。"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"施行日「{text}」を読み取れません。2022-08-01 のように指定してください。") from error
