"""The policy itself: documents, revisions, clauses, glossary; the programme that everything else hangs on."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "policy"
    verbose_name = "ポリシー"

    def ready(self) -> None:
        from musashimurayama_isms.accounts.reference import register_loader
        from musashimurayama_isms.trail.verbs import register_names, register_verbs

        from .importer.outline import load_outline

        register_verbs({"policy.revision.imported": "ポリシーの版を取り込み", "policy.revision.published": "ポリシーの版を施行"})
        register_names({"clauses": "条項の数"})
        register_loader(load_outline)
