"""The addresses of one audit and of the list of all."""

from django.urls import path

from audits.engagements import views, writing

urlpatterns = [
    path("", views.engagements, name="engagements"),
    path("special/", views.engagement_begin, name="engagement_begin"),
    path("<int:pk>/", views.engagement, name="engagement"),
    path("<int:pk>/schedule/", views.schedule, name="schedule"),
    path("<int:pk>/survey/", views.survey, name="survey"),
    path("<int:pk>/checklist/", views.checklist, name="checklist"),
    path("<int:pk>/checklist/take/", writing.takeaway, name="takeaway"),
    path("<int:pk>/checklist/merge/", writing.merge, name="merge"),
    path("<int:pk>/papers/", views.papers, name="papers"),
    path("<int:pk>/evidence/", views.evidence, name="evidence"),
    path("<int:pk>/findings/", views.findings, name="findings"),
    path("<int:pk>/report/", views.report, name="report"),
    path("<int:pk>/do/<slug:act>/", views.engagement_do, name="engagement_do"),
    path("<int:pk>/<slug:kind>/<int:row>/<slug:act>/", views.engagement_row, name="engagement_row"),
    path("items/<int:pk>/save/", writing.item_save, name="item_save"),
    path("questions/<int:pk>/save/", writing.question_save, name="question_save"),
]
