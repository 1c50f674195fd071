"""検索."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.search, name="search"),
    path("<slug:kind>/", views.kind, name="search_kind"),
]
