"""Log-in, organisation, personnel changes."""

from django.urls import include, path

urlpatterns = [
    path("", include("musashimurayama_isms.accounts.entrance.urls")),
    path("organisation/", include("musashimurayama_isms.accounts.organisation_urls")),
]
