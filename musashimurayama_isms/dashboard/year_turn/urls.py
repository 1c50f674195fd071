"""年度替, under /year-turn/."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.entrance, name="year_turn"),
    path("<int:year>/", views.year, name="year_turn_year"),
    path("<int:year>/list/<slug:room>/", views.carried, name="year_turn_list"),
    path("<int:year>/do/<slug:act>/", views.do, name="year_turn_do"),
    path("<int:year>/paper/", views.paper, name="year_turn_paper"),
]
