"""The room 監査・点検."""

from django.urls import include, path

app_name = "audits"

urlpatterns = [
    path("inspections/", include("audits.inspections.urls")),
    path("reviews/", include("audits.review.urls")),
]
