"""Addresses of the log-in by the identity provider."""

from django.urls import path

from . import saml

urlpatterns = [
    path("saml/", saml.begin, name="account_saml"),
    path("saml/answer/", saml.take, name="account_saml_answer"),
    path("saml/metadata/", saml.metadata, name="account_saml_metadata"),
]
