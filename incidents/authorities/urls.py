"""The addresses of step 7, inside the incidents room."""

from django.urls import path

from .views import lists, publications, register, reports

urlpatterns = [
    path("<uuid:pk>/authorities/", reports.authorities, name="authorities"),
    path("<uuid:pk>/authorities/assess/", reports.assess, name="assess"),
    path("<uuid:pk>/authorities/finish/", reports.finish, name="finish_external"),
    path("<uuid:pk>/publication/", publications.propose, name="propose_publication"),
    path("publications/<int:pk>/decide/", publications.decide, name="decide_publication"),
    path("publications/<int:pk>/published/", publications.published, name="published"),
    path("authorities/", register.authorities, name="authority_register"),
    path("authorities/<slug:code>/", register.authority, name="authority"),
    path("authority-reports/", lists.reports, name="authority_reports"),
    path("authority-reports/<int:pk>/", reports.report, name="authority_report"),
    path("authority-reports/<int:pk>/write/", reports.write, name="write_report"),
    path("authority-reports/<int:pk>/send/", reports.send, name="send_report"),
    path("authority-reports/<int:pk>/waive/", reports.waive, name="waive_report"),
    path("authority-reports/<int:pk>/take-up/", reports.take_up, name="take_up_report"),
    path("authority-reports/<int:pk>/text/", reports.text, name="report_text"),
    path("authority-reports/<int:pk>/paper/", reports.paper, name="report_paper"),
    path("sendings/<int:pk>/", reports.sending, name="sending"),
    path("sendings/<int:pk>/paper/", reports.sending_paper, name="sending_paper"),
    path("sendings/<int:pk>/retract/", reports.retract, name="retract_sending"),
    path("half-years/", lists.half_years, name="half_years"),
    path("half-years/<int:year>/<int:part>/", lists.half_year, name="half_year"),
    path("half-years/<int:year>/<int:part>/paper/", lists.half_year_paper, name="half_year_paper"),
    path("half-years/<int:year>/<int:part>/issue/", lists.issue, name="issue_half_year"),
]
