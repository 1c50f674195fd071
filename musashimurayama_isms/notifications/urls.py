"""My notices, below inbox/."""

from django.urls import path

from . import views

app_name = "notifications"

urlpatterns = [
    path("notices/", views.NotificationList.as_view(), name="list"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/choices/", views.choices, name="choices"),
    path("notices/<int:pk>/open/", views.open_notice, name="open"),
    path("notices/<int:pk>/read/", views.read_notice, name="read"),
]
