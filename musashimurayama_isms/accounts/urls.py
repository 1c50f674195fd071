"""Log-in, organisation, personnel changes."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("musashimurayama_isms.accounts.entrance.urls")),
    path("organisation/", include("musashimurayama_isms.accounts.organisation_urls")),
]

if settings.SAML:  # the package for it is there, settings have made sure
    urlpatterns += [path("", include("musashimurayama_isms.accounts.entrance.saml_urls"))]
