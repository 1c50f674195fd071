"""Load the reference data."""

from django.core.management.base import BaseCommand, CommandError

from musashimurayama_isms.accounts import reference


class Command(BaseCommand):
    """Set up roles, organisation, committees and what the other apps list in `accounts.reference.FIXTURES`.

    The first run creates every row. A later run (each upgrade does one) only adds rows whose natural key is not there
    yet: what the city has edited or ended stays as it is, and a row is closed by its last day, never deleted, so it does
    not come back. All or nothing: one transaction.
    """

    help = "基準データ（役割・組織・職・委員会など）を登録します。市が直した内容は上書きしません。"

    def handle(self, **options) -> None:
        try:
            loaded = reference.load()
        except FileNotFoundError as error:
            raise CommandError(f"基準データのファイルがありません: {error.filename}") from error
        for file in loaded:
            self.stdout.write(f"{file.name}: 追加 {file.created}件、そのまま {file.kept}件")
