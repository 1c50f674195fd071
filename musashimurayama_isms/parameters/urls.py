"""Addresses of 未定事項; a code holds dots, so no word of the addresses is one."""

from django.urls import path

from . import views

app_name = "parameters"
urlpatterns = [
    path("", views.overview, name="list"),
    path("<str:code>/", views.detail, name="detail"),
    path("<str:code>/choose/", views.choose, name="choose"),
]
