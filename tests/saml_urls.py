"""The addresses of a portal that knows an identity provider."""

from musashimurayama_isms.accounts.entrance import saml_urls
from musashimurayama_isms.urls import *  # noqa: F403
from musashimurayama_isms.urls import urlpatterns as plain

urlpatterns = [*plain, *saml_urls.urlpatterns]
