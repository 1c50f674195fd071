"""指摘への対処: /audits/actions/"""

from django.urls import path

from . import views

urlpatterns = [
    path("actions/", views.actions, name="actions"),
    path("actions/unordered/", views.unordered_findings, name="unordered"),
    path("actions/for/<int:pk>/", views.order, name="order_action"),
    path("actions/<int:pk>/", views.action, name="action"),
    path("actions/<int:pk>/plan/", views.plan, name="plan_action"),
    path("actions/<int:pk>/done/", views.done, name="finish_action"),
    path("actions/<int:pk>/check/", views.check, name="check_action"),
]
