"""The call list of an incident."""

from django.urls import path

from incidents.calls import views

urlpatterns = [
    path("<uuid:pk>/calls/", views.calls, name="calls"),
    path("<uuid:pk>/calls/new/", views.new_call, name="new_call"),
    path("<uuid:pk>/calls/no-answer/", views.no_answer, name="no_answer"),
]
