"""Uploads: content check, digest, custody, download."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "musashimurayama_isms.files"
    verbose_name = "添付ファイル"
