"""Masked copies, under /disclosures/."""

from django.urls import path

from . import views

app_name = "disclosure"
urlpatterns = [
    path("", views.disclosures, name="list"),
    path("new/", views.choose, name="new"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/mask/", views.mask, name="mask"),
    path("<int:pk>/spans/<int:span>/lift/", views.lift, name="lift"),
    path("<int:pk>/submit/", views.submit, name="submit"),
    path("<int:pk>/send-back/", views.send_back, name="send_back"),
    path("<int:pk>/approve/", views.approve, name="approve"),
    path("<int:pk>/drop/", views.drop, name="drop"),
]
