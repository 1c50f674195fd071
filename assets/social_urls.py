"""The city's accounts on social media services."""

from django.urls import path

from assets.views import social

urlpatterns = [
    path("social/", social.listing, name="social_list"),
    path("social/<uuid:pk>/", social.detail, name="social"),
    path("social/<uuid:pk>/owner/", social.name_owner, name="social_owner"),
    path("social/<uuid:pk>/hijacked/", social.tell_hijack, name="social_hijacked"),
    path("social/<uuid:pk>/recovered/", social.recover, name="social_recovered"),
    path("social/<uuid:pk>/ending/", social.end, name="social_ending"),
]
