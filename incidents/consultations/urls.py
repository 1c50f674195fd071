"""The consultations."""

from django.urls import path

from incidents.consultations import views

urlpatterns = [
    path("", views.listing, name="consultations"),
    path("new/", views.new, name="consultation_new"),
    path("<uuid:pk>/", views.detail, name="consultation"),
    path("<uuid:pk>/answer/", views.answer, name="consultation_answer"),
    path("<uuid:pk>/ask/", views.ask_more, name="consultation_ask"),
    path("<uuid:pk>/close/", views.close, name="consultation_close"),
    path("<uuid:pk>/share/", views.share, name="consultation_share"),
    path("<uuid:pk>/exception/", views.begin_exception, name="consultation_exception"),
    path("<uuid:pk>/incident/", views.begin_incident, name="consultation_incident"),
]
