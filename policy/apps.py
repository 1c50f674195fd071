"""The policy itself: documents, revisions, clauses, obligations, glossary; the programme that everything else hangs on."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "policy"
    verbose_name = "ポリシー"

    def ready(self) -> None:
        """Register the verbs, the reference data, and the mechanisms that the floors below keep already."""
        from musashimurayama_isms.accounts.handover import register_holdings
        from musashimurayama_isms.accounts.reference import register_loader
        from musashimurayama_isms.parameters import citing
        from musashimurayama_isms.trail.verbs import register_names, register_verbs

        from . import (  # noqa: F401  (what is not used below registers itself)
            checks,
            document_clauses,
            document_panel,
            document_reviews,
            exception_clauses,
            exception_panel,
            keepers,
            mechanisms,
            requests_keepers,
        )
        from .catalogue import load_exemptions, load_laws, load_obligations, load_regulations
        from .document_figures import DOCUMENT_KEEPERS
        from .document_verbs import DOCUMENT_NAMES, DOCUMENT_VERBS
        from .exception_figures import EXCEPTION_KEEPERS
        from .exception_verbs import EXCEPTION_NAMES, EXCEPTION_VERBS
        from .importer.outline import load_outline
        from .measures import figures as measure_figures
        from .measures import load_duty
        from .numbers import printed
        from .readers import granted_to
        from .verbs import NAMES, VERBS

        register_verbs(VERBS | DOCUMENT_VERBS | EXCEPTION_VERBS)
        register_names(NAMES | DOCUMENT_NAMES | EXCEPTION_NAMES)
        citing.register(printed)
        register_holdings(granted_to)
        for loader in (load_outline, load_obligations, load_exemptions, load_regulations, load_laws, load_duty):
            register_loader(loader)
        mechanisms.register_together(requests_keepers.codes(), requests_keepers.of_types)
        kept = {**keepers.KEEPERS, **DOCUMENT_KEEPERS, **EXCEPTION_KEEPERS, **requests_keepers.KEEPERS}
        kept |= {"outside": measure_figures, "duty:confirmation": measure_figures}
        for code, keeper in kept.items():
            mechanisms.register(code, keeper)
