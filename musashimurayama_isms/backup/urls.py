"""Backups and their proofs, under /backups/."""

from django.urls import path

from . import views

app_name = "backup"
urlpatterns = [
    path("", views.backups, name="list"),
    path("proofs/<int:pk>/drill/", views.drill, name="drill"),
]
