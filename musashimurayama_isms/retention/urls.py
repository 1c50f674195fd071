"""保存年限と廃棄, under /retention/."""

from django.urls import path

from . import views

app_name = "retention"
urlpatterns = [
    path("", views.due, name="due"),
    path("due/<slug:kind>/<int:year>/", views.batch, name="batch"),
    path("disposals/", views.disposals, name="disposals"),
    path("disposals/<int:pk>/", views.disposal, name="disposal"),
    path("disposals/<int:pk>/permit/", views.permit, name="permit"),
    path("disposals/<int:pk>/refuse/", views.refuse, name="refuse"),
    path("disposals/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("disposals/<int:pk>/witness/", views.witness, name="witness"),
    path("disposals/<int:pk>/carry-out/", views.carry_out, name="carry_out"),
    path("disposals/<int:pk>/go-on/", views.go_on, name="go_on"),
    path("disposals/<int:pk>/record/", views.paper, name="paper"),
    path("holds/", views.holds, name="holds"),
    path("holds/new/", views.hold, name="hold"),
    path("holds/<int:pk>/lift/", views.lift, name="lift"),
]
