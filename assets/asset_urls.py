"""The register itself, bulk entry, and 棚卸."""

from django.urls import path

from assets.views import asset

urlpatterns = [
    path("<uuid:pk>/", asset.detail, name="asset"),
    path("imports/<int:pk>/", asset.detail, name="import"),
    path("stock-takes/<int:pk>/", asset.detail, name="stock_take"),
    path("stock-takes/sections/<int:pk>/", asset.detail, name="stock_take_section"),
]
