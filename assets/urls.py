"""The room 情報資産: one file of addresses a noun, their names prefixed by it."""

from django.urls import include, path

app_name = "assets"

urlpatterns = [
    path("", include("assets.asset_urls")),
    path("", include("assets.move_urls")),
    path("", include("assets.risk_urls")),
    path("", include("assets.service_urls")),
    path("", include("assets.contract_urls")),
    path("", include("assets.social_urls")),
    path("", include("assets.system_urls")),
    path("", include("assets.ledger_urls")),
]
