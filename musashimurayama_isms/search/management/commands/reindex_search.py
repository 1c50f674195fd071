"""manage.py reindex_search: make the folded words of search again; once after an update, harmless when run again."""

from django.core.management.base import BaseCommand

from musashimurayama_isms.search.reindexing import reindex


class Command(BaseCommand):
    help = "検索用の言葉を、いまの登録内容に合わせて作り直します。何度実行しても構いません。"

    def handle(self, *args, **options) -> None:
        changed = reindex()
        for kind, count in changed.items():
            if count:
                self.stdout.write(f"{kind}: {count}件")
        self.stdout.write(self.style.SUCCESS(f"検索用の言葉を整えました（変更 {sum(changed.values())}件）。"))
