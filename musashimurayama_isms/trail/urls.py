"""The trail."""

from django.urls import path

from . import views

app_name = "trail"

urlpatterns = [path("", views.EntryList.as_view(), name="list")]
