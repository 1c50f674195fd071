"""The room of information assets, one file a noun."""

from django.urls import include, path

app_name = "assets"

urlpatterns = [
    path("", include("assets.system_urls")),
    path("", include("assets.ledger_urls")),
]
