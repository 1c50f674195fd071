"""What comes round."""

from django.urls import path

from . import views

app_name = "rounds"
urlpatterns = [path("<str:name>/run/", views.run, name="run")]
