"""The room 申請・許可: lists, one request with its acts, and the types with their routes."""

from django.urls import path

from .views import reading

app_name = "approvals"
urlpatterns = [
    path("types/<slug:code>/", reading.type_, name="type"),
    path("<uuid:pk>/", reading.detail, name="detail"),
]
