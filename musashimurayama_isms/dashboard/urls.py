"""The desk, help, the parts of the screens, and the pulse."""

from django.urls import include, path

from . import views
from .inbox.views import desk

urlpatterns = [
    path("", desk, name="desk"),
    path("inbox/", include("musashimurayama_isms.dashboard.inbox.urls")),
    path("overview/", include("musashimurayama_isms.dashboard.overview.urls")),
    path("calendar/", include("musashimurayama_isms.dashboard.calendar.urls")),
    path("search/", include("musashimurayama_isms.dashboard.search.urls")),
    path("reports/", include("musashimurayama_isms.dashboard.reports.urls")),
    path("year-turn/", include("musashimurayama_isms.dashboard.year_turn.urls")),
    path("administration/", views.administration, name="administration"),
    path("components/", views.components, name="components"),
    path("help/", views.help_contents, name="help"),
    path("help/<slug:page>/", views.help_page, name="help_page"),
    path("healthz/", views.healthz, name="healthz"),
]
