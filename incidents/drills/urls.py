"""緊急時対応訓練."""

from django.urls import path

from incidents.drills import evaluation_views, views

urlpatterns = [
    path("", views.drills, name="drills"),
    path("new/", views.new, name="drill_new"),
    path("of/<uuid:pk>/", views.drill_of, name="drill_of"),
    path("<int:pk>/", views.drill, name="drill"),
    path("<int:pk>/change/", views.change, name="drill_change"),
    path("<int:pk>/start/", views.start, name="drill_start"),
    path("<int:pk>/end/", views.end, name="drill_end"),
    path("<int:pk>/cancel/", views.cancel, name="drill_cancel"),
    path("<int:pk>/report/", views.report, name="drill_report"),
    path("<int:pk>/sheet/", views.sheet, name="drill_sheet"),
    path("<int:pk>/conclude/", evaluation_views.conclude, name="drill_conclude"),
    path("<int:pk>/tasks/new/", evaluation_views.new_task, name="drill_task_new"),
    path("steps/<int:pk>/", evaluation_views.evaluate, name="drill_step"),
    path("tasks/<int:pk>/", evaluation_views.task, name="drill_task"),
]
