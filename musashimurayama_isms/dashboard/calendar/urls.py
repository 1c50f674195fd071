"""/calendar/"""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.month, name="calendar"),
    path("<int:year>/<int:month>/", views.month, name="calendar_month"),
    path("year/<int:year>/", views.year, name="calendar_year"),
    path("year/<int:year>/paper/", views.paper, name="calendar_paper"),
    path("feed/", views.feed_page, name="calendar_feed_page"),
    path("feed/make/", views.make_feed, name="calendar_feed_make"),
    path("feed/<int:pk>/revoke/", views.revoke_feed, name="calendar_feed_revoke"),
    path("ics/<str:secret>.ics", views.ics, name="calendar_feed"),
]
