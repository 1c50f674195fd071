"""The policy room: contents, clauses, obligations, coverage, glossary, history, search, print view; revisions and the import."""

from django.urls import include, path

from policy.views import intake, obligations, reading, revisions, searching

app_name = "policy"
urlpatterns = [
    path("", reading.contents, name="toc"),
    path("clauses/<str:number>/", reading.clause, name="clause"),
    path("coverage/", obligations.coverage, name="coverage"),
    path("coverage/export/<slug:suffix>/", obligations.export, name="coverage_export"),
    path("exceptions/", include("policy.exception_urls")),
    path("roles/", obligations.roles, name="roles"),
    path("roles/<slug:code>/", obligations.role, name="role"),
    path("roles/<slug:code>/guide/", obligations.guide, name="guide"),
    path("glossary/", reading.glossary, name="glossary"),
    path("history/", reading.history, name="history"),
    path("search/", searching.search, name="search"),
    path("print/", reading.printing, name="print"),
    path("revisions/", revisions.revision_list, name="revisions"),
    path("revisions/import/", intake.upload, name="import"),
    path("revisions/import/<uuid:job>/", intake.preview, name="import_preview"),
    path("revisions/import/<uuid:job>/store/", intake.store, name="import_store"),
    path("revisions/<int:pk>/", revisions.revision, name="revision"),
    path("revisions/<int:pk>/publish/", intake.publish, name="publish"),
    path("revisions/<int:pk>/corrections/", revisions.corrections, name="corrections"),
    path("revisions/<int:pk>/print/", reading.printing, name="revision_print"),
    path("revisions/<int:pk>/clauses/<str:number>/", reading.clause, name="revision_clause"),
]
