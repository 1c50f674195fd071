"""Long work: my jobs, how far they are, what came of them."""

from django.urls import path

from . import views

app_name = "jobs"
urlpatterns = [
    path("", views.JobList.as_view(), name="list"),
    path("health/", views.health_page, name="health"),
    path("results/<int:pk>/", views.download, name="download"),
    path("results/<int:pk>/protected/", views.protected, name="protected"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/progress/", views.progress, name="progress"),
    path("<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("<uuid:pk>/repeat/", views.repeat, name="repeat"),
]
