"""/overview/"""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.overview, name="overview"),
    path("coverage/", views.coverage, name="overview_coverage"),
    path("overrides/", views.overrides, name="overview_overrides"),
    path("paper/", views.paper, name="overview_paper"),
]
