"""The room 申請・許可: lists, one request with its acts, and the types with their routes."""

from django.urls import path

from .views import permits, reading

app_name = "approvals"
urlpatterns = [
    path("verify/", permits.verify, name="verify"),
    path("<uuid:pk>/permit/", permits.paper, name="permit"),
    path("types/<slug:code>/", reading.type_, name="type"),
    path("<uuid:pk>/", reading.detail, name="detail"),
]
