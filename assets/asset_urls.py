"""The register itself, bulk entry, and 棚卸."""

from django.urls import path

from assets.views import asset, asset_acts, asset_import, stock_take

urlpatterns = [
    path("", asset.list_, name="asset_list"),
    path("add/", asset.add, name="asset_add"),
    path("together/", asset_acts.edit_together, name="asset_together"),
    path("labels/", asset_acts.labels, name="asset_labels"),
    path("<uuid:pk>/", asset.detail, name="asset"),
    path("<uuid:pk>/edit/", asset.edit, name="asset_edit"),
    path("<uuid:pk>/class/", asset_acts.reclassify, name="asset_reclassify"),
    path("<uuid:pk>/permit/", asset_acts.permit, name="asset_permit"),
    path("<uuid:pk>/lost/", asset_acts.lose, name="asset_lost"),
    path("<uuid:pk>/found/", asset_acts.find, name="asset_found"),
    path("<uuid:pk>/begin/<slug:code>/", asset_acts.begin, name="asset_begin"),
    path("permissions/<int:pk>/end/", asset_acts.end_permission, name="asset_permission_end"),
    path("imports/", asset_import.list_, name="import_list"),
    path("imports/start/", asset_import.start, name="import_start"),
    path("imports/<int:pk>/", asset_import.detail, name="import"),
    path("imports/<int:pk>/columns/", asset_import.map_, name="import_map"),
    path("imports/<int:pk>/apply/", asset_import.apply, name="import_apply"),
    path("imports/<int:pk>/errors/", asset_import.errors, name="import_errors"),
    path("imports/<int:pk>/undo/", asset_import.undo, name="import_undo"),
    path("imports/<int:pk>/discard/", asset_import.discard, name="import_discard"),
    path("stock-takes/", stock_take.list_, name="stock_take_list"),
    path("stock-takes/open/", stock_take.open_, name="stock_take_open"),
    path("stock-takes/<int:pk>/", stock_take.detail, name="stock_take"),
    path("stock-takes/sections/<int:pk>/", stock_take.section, name="stock_take_section"),
    path("stock-takes/sections/<int:pk>/confirm/", stock_take.confirm, name="stock_take_confirm"),
    path("stock-takes/sections/<int:pk>/close/", stock_take.close, name="stock_take_close"),
    path("stock-takes/lines/<int:pk>/lost/", stock_take.lose, name="stock_take_lost"),
]
