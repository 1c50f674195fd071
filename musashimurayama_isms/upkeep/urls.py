"""The figures, for people and for machines."""

from django.urls import path

from . import views

app_name = "upkeep"
urlpatterns = [path("", views.figures_page, name="figures")]
