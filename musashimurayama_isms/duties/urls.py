"""The room of what comes round."""

from django.urls import path

from .views import acting, reading, rules

app_name = "duties"
urlpatterns = [
    path("", reading.listing, name="list"),
    path("tab/<slug:tab>/", reading.listing, name="tab"),
    path("month/<slug:month>/", reading.listing, name="month"),
    path("<int:pk>/", reading.occurrence, name="occurrence"),
    path("<int:pk>/complete/", acting.complete, name="complete"),
    path("<int:pk>/move/", acting.move, name="move"),
    path("<int:pk>/skip/", acting.skip, name="skip"),
    path("<int:pk>/reopen/", acting.reopen, name="reopen"),
    path("<int:pk>/hand-over/", acting.hand_over, name="hand_over"),
    path("<int:pk>/take-back/", acting.take_back, name="take_back"),
    path("rules/", rules.duties, name="duties"),
    path("rules/new/", rules.set_up, name="set_up"),
    path("rules/<int:pk>/", rules.duty, name="duty"),
    path("rules/<int:pk>/change/", rules.change, name="change"),
    path("rules/<int:pk>/stop/", rules.stop, name="stop"),
    path("rules/<int:pk>/resume/", rules.resume, name="resume"),
]
