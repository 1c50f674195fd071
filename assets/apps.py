"""Information assets and their classification (3.5), systems, devices and ledgers beside them."""

from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "assets"
    verbose_name = "情報資産"

    def ready(self) -> None:
        from musashimurayama_isms.accounts.handover import register_holdings
        from musashimurayama_isms.trail.verbs import register_names, register_verbs
        from policy import mechanisms

        from . import figures, figures_moves, figures_registers, holdings, panels  # noqa: F401  the panels register themselves
        from .ledgers import declared  # noqa: F401  the ledgers make themselves known
        from .verbs import NAMES, VERBS

        register_verbs(VERBS)
        register_names(NAMES)
        mechanisms.register("duty:risk-assessment", figures.risk)
        register_holdings(holdings.asset_permissions)
        register_holdings(holdings.carried)
        mechanisms.register("ledger:asset", figures.register)
        for code, keeper in (figures_registers.KEEPERS | figures_moves.KEEPERS).items():
            mechanisms.register(code, keeper)
