"""The addresses of the floor, a line a room."""

from django.urls import include, path

app_name = "audits"
urlpatterns = [
    path("training/", include("audits.training.urls")),
]
