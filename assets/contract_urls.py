"""Contractors, contracts and their reports."""

from django.urls import path

from assets.views import contract, contractor

urlpatterns = [
    path("contractors/", contractor.listing, name="contractor_list"),
    path("contractors/new/", contractor.new, name="contractor_new"),
    path("contractors/<int:pk>/", contractor.detail, name="contractor"),
    path("contractors/<int:pk>/edit/", contractor.edit, name="contractor_edit"),
    path("contracts/", contract.listing, name="contract_list"),
    path("contracts/new/", contract.new, name="contract_new"),
    path("contracts/<uuid:pk>/", contract.detail, name="contract"),
    path("contracts/<uuid:pk>/concluded/", contract.conclude, name="contract_concluded"),
    path("contracts/<uuid:pk>/report/", contract.report, name="contract_report"),
    path("contracts/<uuid:pk>/subcontract/", contract.subcontract, name="contract_subcontract"),
    path("contracts/<uuid:pk>/drop/", contract.drop, name="contract_drop"),
    path("contracts/<uuid:pk>/end/", contract.end, name="contract_end"),
]
