"""The policy itself: documents, revisions, clauses, obligations, glossary; the programme that everything else hangs on."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "policy"
    verbose_name = "ポリシー"

    def ready(self) -> None:
        """Register the verbs, the reference data, and the mechanisms that the floors below keep already."""
        from musashimurayama_isms.accounts.reference import register_loader
        from musashimurayama_isms.parameters import citing
        from musashimurayama_isms.trail.verbs import register_names, register_verbs

        from . import checks, keepers, mechanisms, requests_keepers  # noqa: F401  (the checks register themselves)
        from .catalogue import load_exemptions, load_obligations
        from .importer.outline import load_outline
        from .numbers import printed
        from .verbs import NAMES, VERBS

        register_verbs(VERBS)
        register_names(NAMES)
        citing.register(printed)
        for loader in (load_outline, load_obligations, load_exemptions):
            register_loader(loader)
        for code, keeper in {**keepers.KEEPERS, **requests_keepers.keepers()}.items():
            mechanisms.register(code, keeper)
