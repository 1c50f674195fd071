"""The addresses of the plans and of the naming of the audit head."""

from django.urls import path

from audits.programme import views

urlpatterns = [
    path("plans/", views.programmes, name="programmes"),
    path("plans/begin/", views.programme_begin, name="programme_begin"),
    path("plans/head/", views.name_head, name="name_head"),
    path("plans/medium-term/", views.medium_term, name="medium_term"),
    path("plans/medium-term/<int:pk>/<slug:act>/", views.medium_term_do, name="medium_term_do"),
    path("plans/<int:pk>/", views.programme, name="programme"),
    path("plans/<int:pk>/do/<slug:act>/", views.programme_do, name="programme_do"),
    path("plans/<int:pk>/<slug:kind>/<int:row>/<slug:act>/", views.programme_row, name="programme_row"),
]
