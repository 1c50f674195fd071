"""The policy room: contents, clauses, obligations, coverage, glossary, history, search, print view; revisions, confirmation."""

from django.urls import include, path

from policy.views import adopting, comparing, confirming, intake, obligations, reading, reviewing, revisions, searching

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
    path("revisions/<int:pk>/comparison/", comparing.comparison, name="comparison"),
    path("revisions/<int:pk>/comparison/export/<slug:suffix>/", comparing.export, name="comparison_export"),
    path("revisions/<int:pk>/comparison/paper/", comparing.paper, name="comparison_paper"),
    path("revisions/<int:pk>/compare/", comparing.compare, name="compare"),
    path("revisions/<int:pk>/reviews/", reviewing.review_list, name="reviews"),
    path("revisions/<int:pk>/propose/", adopting.propose, name="propose"),
    path("revisions/<int:pk>/discard/", adopting.discard, name="discard"),
    path("revisions/<int:pk>/ask/", confirming.ask, name="ask_confirmation"),
    path("reviews/<int:pk>/", reviewing.review, name="review"),
    path("reviews/<int:pk>/decide/<slug:decision>/", reviewing.decide, name="decide"),
    path("reviews/<int:pk>/keep/", reviewing.keep_all, name="keep_all"),
    path("reviews/<int:pk>/another/", reviewing.add_another, name="add_review"),
    path("confirmation/", confirming.mine, name="confirmation"),
    path("confirmation/<int:pk>/confirm/", confirming.confirm, name="confirm"),
    path("confirmation/progress/", confirming.progress, name="confirmation_progress"),
    path("confirmation/progress/export/<slug:suffix>/", confirming.export, name="confirmation_export"),
    path("revisions/<int:pk>/clauses/<str:number>/", reading.clause, name="revision_clause"),
]
