"""`manage.py record_digest KIND NUMBER`: the digest of a record as it stands here, to prove or disprove a copy kept elsewhere."""

from django.core.management.base import BaseCommand, CommandError

from musashimurayama_isms.retention.content import contents, key_of
from musashimurayama_isms.retention.finding import find
from musashimurayama_isms.retention.models import DisposalRow
from musashimurayama_isms.retention.registry import KINDS


class Command(BaseCommand):
    """Reads one record – of a restored backup, as a rule – and compares it with the 廃棄記録. Changes nothing."""

    help = "記録の内容のSHA-256を表示します。廃棄記録の値と比べると、別の所に残った写しが同じ内容かどうかが分かります。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("kind", metavar="種類", help="、".join(f"{code}（{kind.word}）" for code, kind in KINDS.items()))
        parser.add_argument("number", metavar="番号", help="記録の番号か鍵（例 R3-012）")
        parser.add_argument("--expect", metavar="SHA-256", help="廃棄記録にある値。違うときは失敗して終わります。")

    def handle(self, *args, kind: str, number: str, expect: str | None = None, **options) -> None:
        if kind not in KINDS:
            raise CommandError(f"{kind} という種類はありません。--help で一覧を確かめてください。")
        declared = KINDS[kind]
        try:
            row = find(declared, number)
        except LookupError as error:
            raise CommandError(str(error)) from None
        if destroyed := DisposalRow.objects.destroyed().of(row, declared).first():
            raise CommandError(f"この記録は、ここでは廃棄されています。廃棄記録の値は {destroyed.digest} です。")
        content = contents(declared, [key_of(row)])[key_of(row)]
        self.stdout.write(f"{declared.word} {declared.number(row)}")
        self.stdout.write(f"項目 {content.columns}、ファイル {len(content.files)}")
        self.stdout.write(f"SHA-256 {content.digest}")
        if expect is None:
            return
        if expect.strip().lower() != content.digest:
            raise CommandError("廃棄記録の値と違います。この写しの内容は、廃棄した記録と同じではありません。")
        self.stdout.write("廃棄記録の値と同じです。")
