"""The room 監査・点検: each of its rooms keeps its own addresses."""

from django.urls import include, path

app_name = "audits"

urlpatterns = [
    path("", include("audits.programme.urls")),
    path("", include("audits.engagements.urls")),
]
