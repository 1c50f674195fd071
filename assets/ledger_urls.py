"""Ledgers, the taking in of lists, the check for unused IDs."""

from django.urls import path

from assets.views import id_check, ledger, ledger_import

urlpatterns = [
    path("ledgers/", ledger.ledgers, name="ledgers"),
    path("ledgers/<slug:code>/", ledger.ledger_list, name="ledger_list"),
    path("ledgers/<slug:code>/new/", ledger.ledger_new, name="ledger_new"),
    path("ledgers/<slug:code>/import/", ledger_import.import_new, name="ledger_import_new"),
    path("ledgers/<slug:code>/blank/", ledger_import.import_blank, name="ledger_import_blank"),
    path("ledgers/<slug:code>/<int:pk>/", ledger.ledger_entry, name="ledger_entry"),
    path("ledgers/<slug:code>/<int:pk>/correct/", ledger.ledger_correct, name="ledger_correct"),
    path("ledgers/<slug:code>/<int:pk>/acts/<slug:act>/", ledger.ledger_act, name="ledger_act"),
    path("ledger-imports/<int:pk>/", ledger_import.import_preview, name="ledger_import"),
    path("ledger-imports/<int:pk>/apply/", ledger_import.import_apply, name="ledger_import_apply"),
    path("ledger-imports/<int:pk>/discard/", ledger_import.import_discard, name="ledger_import_discard"),
    path("id-checks/", id_check.id_checks, name="id_checks"),
    path("id-checks/new/", id_check.id_check_new, name="id_check_new"),
    path("id-checks/<int:pk>/", id_check.id_check, name="id_check"),
    path("id-checks/<int:pk>/close/", id_check.id_check_close, name="id_check_close"),
    path("id-check-lines/<int:pk>/reply/", id_check.id_reply, name="id_reply"),
]
