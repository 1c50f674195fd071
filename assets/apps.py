"""Information assets and their classification (3.5), systems, devices and ledgers beside them."""

from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "assets"
    verbose_name = "情報資産"

    def ready(self) -> None:
        from assets.ledgers import declared  # noqa: F401  the ledgers make themselves known
        from assets.ledgers import holdings as ledger_holdings
        from musashimurayama_isms.accounts.handover import register_holdings
        from musashimurayama_isms.trail.verbs import register_names, register_verbs
        from policy import mechanisms

        from . import figures, figures_moves, figures_registers, holdings, holdings_service, notices_service, panels, service_figures  # noqa: F401  they register themselves
        from .verbs import NAMES, VERBS

        register_verbs(VERBS)
        register_names(NAMES)
        for code, keeper in service_figures.KEEPERS.items():
            mechanisms.register(code, keeper)
        register_holdings(holdings.asset_permissions)
        register_holdings(holdings.carried)
        register_holdings(holdings_service.named_persons)
        register_holdings(ledger_holdings.held)
        mechanisms.register("ledger:asset", figures.register)
        mechanisms.register("duty:risk-assessment", figures.risk)
        mechanisms.register_together([f"ledger:{code}" for code in figures_registers.KEPT], figures_registers.ledgers)
        mechanisms.register("duty:off-site-equipment-check", figures.off_site_checks)
        mechanisms.register_together(figures_moves.WAYS, figures_moves.leaving)
        for code, keeper in (figures_registers.KEEPERS | figures_moves.KEEPERS).items():
            mechanisms.register(code, keeper)
