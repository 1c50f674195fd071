"""What a kind of report asks at once; each takes the incident's key."""

from django.urls import path

from incidents.direct import views

urlpatterns = [
    path("card-stop/", views.card_stop, name="card_stop"),
    path("fault-record/", views.fault_record, name="fault_record"),
]
