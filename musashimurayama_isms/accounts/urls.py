"""Log-in, organisation, personnel changes."""

from django.urls import include, path

urlpatterns = [
    path("", include("musashimurayama_isms.accounts.entrance.urls")),
]
