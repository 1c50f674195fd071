"""Information assets and their classification (3.5)."""

from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "assets"
    verbose_name = "情報資産"
