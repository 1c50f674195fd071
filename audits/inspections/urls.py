"""/audits/inspections/"""

from django.urls import path

from .views import answering, running, summing_up

urlpatterns = [
    path("", running.inspections, name="inspections"),
    path("new/", running.new_campaign, name="new_campaign"),
    path("paper/", answering.paper_sheets, name="paper_sheets"),
    path("<int:pk>/", running.campaign, name="campaign"),
    path("<int:pk>/edit/", running.edit_campaign, name="edit_campaign"),
    path("<int:pk>/questions/<str:bearer>/", running.questions, name="inspection_questions"),
    path("<int:pk>/blank/<str:bearer>/", answering.blank_sheet, name="blank_sheet"),
    path("<int:pk>/open/", running.open_campaign, name="open_campaign"),
    path("<int:pk>/close/", running.close_campaign, name="close_campaign"),
    path("<int:pk>/reopen/", running.reopen_campaign, name="reopen_campaign"),
    path("<int:pk>/drop/", running.drop_campaign, name="drop_campaign"),
    path("<int:pk>/report/", running.report_campaign, name="report_campaign"),
    path("<int:pk>/paper-report/", running.report_paper, name="inspection_paper"),
    path("sheets/<int:pk>/", answering.sheet, name="sheet"),
    path("sheets/<int:pk>/keep/", answering.keep_sheet, name="keep_sheet"),
    path("sheets/<int:pk>/submit/", answering.submit_sheet, name="submit_sheet"),
    path("sheets/<int:pk>/take-back/", answering.take_back_sheet, name="take_back_sheet"),
    path("results/<int:pk>/", summing_up.section_result, name="section_result"),
    path("results/<int:pk>/improvements/", summing_up.plan_improvement, name="plan_improvement"),
    path("improvements/<int:pk>/done/", summing_up.finish_improvement, name="finish_improvement"),
]
