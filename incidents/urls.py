"""The incidents room."""

from django.urls import include, path

from incidents.views import acting, reading, reporting

app_name = "incidents"

urlpatterns = [
    path("", reading.rooms, name="rooms"),
    path("start/", reporting.start, name="start"),
    path("desk/<slug:scope>/", reading.desk, name="desk"),
    path("paper-form/", reading.paper_form, name="paper_form"),
    path("", include("incidents.bulletins.urls")),
    path("", include("incidents.vulnerabilities.urls")),
    path("", include("incidents.inquiries.urls")),
    path("<uuid:pk>/", reading.detail, name="detail"),
    path("<uuid:pk>/draft/", reporting.draft, name="draft"),
    path("<uuid:pk>/autosave/", reporting.autosave, name="autosave"),
    path("<uuid:pk>/discard/", reporting.discard, name="discard"),
    path("<uuid:pk>/sheet/", reading.sheet, name="sheet"),
    path("<uuid:pk>/notes/", acting.add_note, name="add_note"),
    path("<uuid:pk>/raise/", acting.raise_gravity, name="raise"),
    path("receipts/<int:pk>/acknowledge/", acting.acknowledge, name="acknowledge"),
    path("receipts/<int:pk>/oral/", acting.oral_receipt, name="oral_receipt"),
    path("steps/<int:pk>/pass-on/", acting.pass_on, name="pass_on"),
    path("steps/<int:pk>/oral/", acting.oral_step, name="oral_step"),
    path("", include("incidents.calls.urls")),
    path("", include("incidents.continuity.urls")),
    path("drills/", include("incidents.drills.urls")),
    path("oral/<int:pk>/confirm/", acting.confirm_oral, name="confirm_oral"),
    path("oral/<int:pk>/deny/", acting.deny_oral, name="deny_oral"),
    path("", include("incidents.response.urls")),
    path("", include("incidents.authorities.urls")),
]
