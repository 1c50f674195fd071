"""注意喚起."""

from django.urls import path

from incidents.bulletins import views

urlpatterns = [
    path("bulletins/", views.bulletins, name="bulletins"),
    path("bulletins/new/", views.bulletin_new, name="bulletin_new"),
    path("bulletins/<int:pk>/", views.bulletin, name="bulletin"),
    path("bulletins/<int:pk>/correct/", views.bulletin_correct, name="bulletin_correct"),
    path("bulletins/<int:pk>/withdraw/", views.bulletin_withdraw, name="bulletin_withdraw"),
    path("bulletins/<int:pk>/read/", views.bulletin_read, name="bulletin_read"),
    path("bulletins/<int:pk>/readers/", views.bulletin_readers, name="bulletin_readers"),
]
