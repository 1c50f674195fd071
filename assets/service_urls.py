"""External services and the lists that are checked at their stages."""

from django.urls import path

from assets.views import checklist, service, service_acts

urlpatterns = [
    path("services/", service.listing, name="service_list"),
    path("services/new/", service.new, name="service_new"),
    path("services/<uuid:pk>/", service.detail, name="service"),
    path("services/<uuid:pk>/apply/", service_acts.apply, name="service_apply"),
    path("services/<uuid:pk>/subcontract/", service_acts.subcontract, name="service_subcontract"),
    path("services/<uuid:pk>/contracted/", service_acts.contracted, name="service_contracted"),
    path("services/<uuid:pk>/use/", service_acts.start_use, name="service_use"),
    path("services/<uuid:pk>/confirm/", service_acts.confirm, name="service_confirm"),
    path("services/<uuid:pk>/ending/", service_acts.begin_end, name="service_ending"),
    path("services/<uuid:pk>/end/", service_acts.end, name="service_end"),
    path("services/<uuid:pk>/drop/", service_acts.drop, name="service_drop"),
    path("services/<uuid:pk>/manager/", service_acts.name_manager, name="service_manager"),
    path("checklists/<int:pk>/", checklist.detail, name="checklist"),
    path("checklists/items/<int:pk>/", checklist.respond, name="checklist_item"),
    path("checklists/items/<int:pk>/autosave/", checklist.pause, name="checklist_pause"),
]
