"""The problems of compliance."""

from django.urls import path

from incidents.compliance import views

urlpatterns = [
    path("", views.listing, name="compliance_list"),
    path("new/", views.new, name="compliance_new"),
    path("words/<int:pk>/acknowledge/", views.acknowledge, name="compliance_acknowledge"),
    path("<uuid:pk>/", views.detail, name="compliance"),
    path("<uuid:pk>/order/", views.order, name="compliance_order"),
    path("<uuid:pk>/done/", views.tell_done, name="compliance_done"),
    path("<uuid:pk>/confirm/", views.confirm, name="compliance_confirm"),
]
