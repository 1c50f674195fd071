"""緊急連絡網 and 業務継続計画（ICT編）."""

from django.urls import path

from incidents.continuity import net_views, plan_views

urlpatterns = [
    path("net/", net_views.net, name="net"),
    path("net/number/", net_views.my_number, name="my_number"),
    path("net/paper/", net_views.paper, name="net_paper"),
    path("net/check/", net_views.check, name="net_check"),
    path("net/outside/new/", net_views.new_outside, name="outside_new"),
    path("net/outside/<int:pk>/", net_views.outside, name="outside_contact"),
    path("plan/", plan_views.plan, name="plan"),
    path("plan/begin/", plan_views.begin, name="plan_begin"),
    path("plan/review/", plan_views.review, name="plan_review"),
    path("plan/<int:pk>/", plan_views.version, name="plan_version"),
    path("plan/<int:pk>/write/", plan_views.write, name="plan_write"),
    path("plan/<int:pk>/approve/", plan_views.approve, name="plan_approve"),
    path("plan/<int:pk>/return/", plan_views.send_back, name="plan_return"),
    path("plan/<int:pk>/discard/", plan_views.discard, name="plan_discard"),
    path("plan/<int:pk>/sheet/", plan_views.sheet, name="plan_sheet"),
]
