"""Uploads: content check, digest, custody, download."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "musashimurayama_isms.files"
    verbose_name = "添付ファイル"

    def ready(self) -> None:
        from musashimurayama_isms.trail.verbs import register_names, register_verbs

        register_verbs(
            {
                "files.file.attached": "ファイルを添付",
                "files.file.found_altered": "添付ファイルの内容の不一致を検出",
                "files.file.restored": "添付ファイルの復元を確認",
            }
        )
        register_names({"file": "ファイルの番号", "size": "大きさ（バイト）", "sha256": "内容のSHA-256"})
