"""Every address of the portal, one line a room. tests/test_urls.py has a row for each."""

from django.urls import include, path

from musashimurayama_isms.upkeep.views import metrics

urlpatterns = [
    path("", include("musashimurayama_isms.dashboard.urls")),
    path("", include("musashimurayama_isms.accounts.urls")),
    path("inbox/", include("musashimurayama_isms.notifications.urls")),
    path("rounds/", include("musashimurayama_isms.rounds.urls")),
    path("jobs/", include("musashimurayama_isms.jobs.urls")),
    path("figures/", include("musashimurayama_isms.upkeep.urls")),
    path("metrics", metrics, name="metrics"),
    path("exports/", include("musashimurayama_isms.exports.urls")),
    path("files/", include("musashimurayama_isms.files.urls")),
    path("trail/", include("musashimurayama_isms.trail.urls")),
    path("duties/", include("musashimurayama_isms.duties.urls")),
    path("policy/", include("policy.urls")),
    path("requests/", include("musashimurayama_isms.approvals.urls")),
    path("committee/", include("musashimurayama_isms.approvals.committee_urls")),
    path("undecided/", include("musashimurayama_isms.parameters.urls")),
    path("assets/", include("assets.urls")),
    path("incidents/", include("incidents.urls")),
    path("audits/", include("audits.urls")),
    path("backups/", include("musashimurayama_isms.backup.urls")),
    path("disclosures/", include("musashimurayama_isms.disclosure.urls")),
    path("retention/", include("musashimurayama_isms.retention.urls")),
]

handler400 = "musashimurayama_isms.dashboard.errors.bad_request"
handler403 = "musashimurayama_isms.dashboard.errors.permission_denied"
handler404 = "musashimurayama_isms.dashboard.errors.page_not_found"
handler500 = "musashimurayama_isms.dashboard.errors.server_error"
