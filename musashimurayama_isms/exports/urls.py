"""/exports/assets.systems.xlsx?department=12"""

from django.urls import re_path

from . import views

app_name = "exports"
urlpatterns = [re_path(r"^(?P<code>[a-z0-9_.-]+)\.(?P<suffix>csv|xlsx)$", views.take, name="take")]
