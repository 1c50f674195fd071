"""The desk, help, the parts of the screens, and the pulse."""

from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("overview/", include("musashimurayama_isms.dashboard.overview.urls")),
    path("calendar/", include("musashimurayama_isms.dashboard.calendar.urls")),
    path("year-turn/", include("musashimurayama_isms.dashboard.year_turn.urls")),
    path("administration/", views.administration, name="administration"),
    path("components/", views.components, name="components"),
    path("help/", views.help_contents, name="help"),
    path("help/<slug:page>/", views.help_page, name="help_page"),
    path("healthz/", views.healthz, name="healthz"),
]
