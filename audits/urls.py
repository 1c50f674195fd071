"""The room 監査・点検: each of its rooms keeps its own addresses."""

from django.urls import include, path

app_name = "audits"

urlpatterns = [
    path("", include("audits.programme.urls")),
    path("", include("audits.engagements.urls")),
    path("", include("audits.follow_up.urls")),
    path("inspections/", include("audits.inspections.urls")),
    path("training/", include("audits.training.urls")),
    path("reviews/", include("audits.review.urls")),
]
