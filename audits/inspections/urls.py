"""/audits/inspections/"""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.inspections, name="inspections"),
    path("new/", views.new_campaign, name="new_campaign"),
    path("paper/", views.paper_sheets, name="paper_sheets"),
    path("<int:pk>/", views.campaign, name="campaign"),
    path("<int:pk>/edit/", views.edit_campaign, name="edit_campaign"),
    path("<int:pk>/questions/<str:bearer>/", views.questions, name="inspection_questions"),
    path("<int:pk>/blank/<str:bearer>/", views.blank_sheet, name="blank_sheet"),
    path("<int:pk>/open/", views.open_campaign, name="open_campaign"),
    path("<int:pk>/close/", views.close_campaign, name="close_campaign"),
    path("<int:pk>/reopen/", views.reopen_campaign, name="reopen_campaign"),
    path("<int:pk>/drop/", views.drop_campaign, name="drop_campaign"),
    path("<int:pk>/report/", views.report_campaign, name="report_campaign"),
    path("<int:pk>/paper-report/", views.report_paper, name="inspection_paper"),
    path("sheets/<int:pk>/", views.sheet, name="sheet"),
    path("sheets/<int:pk>/keep/", views.keep_sheet, name="keep_sheet"),
    path("sheets/<int:pk>/submit/", views.submit_sheet, name="submit_sheet"),
    path("sheets/<int:pk>/take-back/", views.take_back_sheet, name="take_back_sheet"),
    path("results/<int:pk>/", views.section_result, name="section_result"),
    path("results/<int:pk>/improvements/", views.plan_improvement, name="plan_improvement"),
    path("improvements/<int:pk>/done/", views.finish_improvement, name="finish_improvement"),
]
