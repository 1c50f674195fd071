"""脆弱性."""

from django.urls import path

from incidents.vulnerabilities import views

urlpatterns = [
    path("vulnerabilities/", views.vulnerabilities, name="vulnerabilities"),
    path("vulnerabilities/new/", views.vulnerability_new, name="vulnerability_new"),
    path("vulnerabilities/<int:pk>/", views.vulnerability, name="vulnerability"),
    path("vulnerabilities/<int:pk>/change/", views.vulnerability_change, name="vulnerability_change"),
    path("vulnerabilities/<int:pk>/systems/", views.vulnerability_aim, name="vulnerability_aim"),
    path("vulnerabilities/<int:pk>/close/", views.vulnerability_close, name="vulnerability_close"),
    path("vulnerabilities/<int:pk>/reopen/", views.vulnerability_reopen, name="vulnerability_reopen"),
    path("vulnerability-systems/<int:pk>/answer/", views.target_answer, name="target_answer"),
    path("vulnerability-systems/<int:pk>/decide/", views.target_decide, name="target_decide"),
    path("vulnerability-systems/<int:pk>/ask-again/", views.target_ask_again, name="target_ask_again"),
]
