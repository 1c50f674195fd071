"""What leaves the house, and what is done away with."""

from django.urls import path

from assets.views import disposal, move

urlpatterns = [
    path("begin/<slug:code>/", move.begin, name="things_begin"),
    path("outside/", move.outside, name="outside"),
    path("moves/", move.list_, name="move_list"),
    path("moves/<int:pk>/", move.detail, name="move"),
    path("moves/<int:pk>/arrived/", move.arrive, name="move_arrive"),
    path("moves/<int:pk>/settle/", move.settle, name="move_settle"),
    path("moves/<int:pk>/<slug:act_code>/", move.act_, name="move_act"),
    path("disposals/", disposal.list_, name="disposal_list"),
    path("disposals/<int:pk>/", disposal.detail, name="disposal"),
    path("disposals/<int:pk>/record/", disposal.record, name="disposal_record"),
    path("disposals/<int:pk>/give-up/", disposal.give_up, name="disposal_give_up"),
]
