"""横展開."""

from django.urls import path

from incidents.inquiries import views

urlpatterns = [
    path("inquiries/", views.inquiries, name="inquiries"),
    path("inquiries/new/", views.inquiry_new, name="inquiry_new"),
    path("inquiries/<int:pk>/", views.inquiry, name="inquiry"),
    path("inquiries/<int:pk>/widen/", views.inquiry_widen, name="inquiry_widen"),
    path("inquiries/<int:pk>/postpone/", views.inquiry_postpone, name="inquiry_postpone"),
    path("inquiries/<int:pk>/close/", views.inquiry_close, name="inquiry_close"),
    path("inquiry-answers/<int:pk>/", views.place_answer, name="place_answer"),
    path("inquiry-answers/<int:pk>/finish/", views.place_finish, name="place_finish"),
    path("inquiry-answers/<int:pk>/incident/", views.place_link, name="place_link"),
    path("<uuid:pk>/inquiries/", views.incident_inquiries, name="incident_inquiries"),
]
