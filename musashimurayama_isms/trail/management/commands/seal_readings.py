"""`manage.py seal_readings`: seal the access log of past hours into the chain."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from musashimurayama_isms.trail.reading import seal_readings


class Command(BaseCommand):
    help = "過ぎた時間帯の閲覧記録を証跡の連鎖に封印します。"

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"閲覧記録 {seal_readings(at=timezone.now())} 件を封印しました。")
