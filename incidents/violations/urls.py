"""The violations."""

from django.urls import path

from incidents.violations import views

urlpatterns = [
    path("", views.listing, name="violations"),
    path("new/", views.new, name="violation_new"),
    path("words/<int:pk>/acknowledge/", views.acknowledge, name="violation_acknowledge"),
    path("<uuid:pk>/", views.detail, name="violation"),
    path("<uuid:pk>/suspension/", views.begin_suspension, name="violation_suspension"),
    path("<uuid:pk>/terminal-ban/", views.begin_ban, name="violation_ban"),
    path("<uuid:pk>/incident/", views.begin_incident, name="violation_incident"),
    path("<uuid:pk>/act/<slug:slug>/", views.act, name="violation_act"),
]
