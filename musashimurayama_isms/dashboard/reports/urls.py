"""/reports/"""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.room, name="reports"),
    path("history/", views.history, name="reports_history"),
    path("<slug:slug>/", views.report, name="report"),
]
