"""The risk assessment."""

from django.urls import path, re_path

from assets.views import risk

urlpatterns = [
    path("risk/", risk.assessments, name="risks"),
    path("risk/table/", risk.table, name="risk_table"),
    path("risk/begin/<int:pk>/", risk.begin, name="risk_begin"),
    path("risk/<int:pk>/", risk.assessment, name="risk"),
    path("risk/<int:pk>/close/", risk.close, name="risk_close"),
    path("risk/<int:pk>/reopen/", risk.reopen, name="risk_reopen"),
    path("risk/<int:pk>/<slug:code>/", risk.threat, name="risk_threat"),
    path("risk/lines/<int:pk>/improve/", risk.add_improvement, name="improvement_add"),
    path("improvements/", risk.improvements, name="improvements"),
    re_path(r"^improvements/(?P<pk>\d+)/(?P<status>done|dropped)/$", risk.end_improvement, name="improvement_end"),
]
