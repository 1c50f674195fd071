"""/inbox/ beside the notices: what I have sent, what I may begin, the acts of the list."""

from django.urls import path

from . import views

urlpatterns = [
    path("sent/", views.sent, name="desk_sent"),
    path("begin/", views.begin, name="desk_begin"),
    path("act/", views.act, name="desk_act"),
    path("look/<slug:slug>/<str:key>/", views.look, name="desk_look"),
]
