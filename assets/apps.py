"""Information assets and their classification (3.5), systems, devices and ledgers beside them."""

from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "assets"
    verbose_name = "情報資産"

    def ready(self) -> None:
        from assets import figures_registers, verbs_registers
        from assets.ledgers import declared, holdings  # noqa: F401  the ledgers make themselves known
        from musashimurayama_isms.accounts.handover import register_holdings
        from musashimurayama_isms.trail.verbs import register_names, register_verbs
        from policy import mechanisms

        register_verbs(verbs_registers.VERBS)
        register_names(verbs_registers.NAMES)
        register_holdings(holdings.held)
        mechanisms.register_together([f"ledger:{code}" for code in figures_registers.KEPT], figures_registers.ledgers)
        for code, keeper in figures_registers.KEEPERS.items():
            mechanisms.register(code, keeper)
