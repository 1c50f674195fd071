"""The committee's room: what waits, items, meetings, circulations."""

from django.urls import path

from .views.committee import circulations, entrance, items, meetings

app_name = "committee"
urlpatterns = [
    path("", entrance.room, name="room"),
    path("items/", items.items, name="items"),
    path("items/bring/", items.bring, name="bring"),
    path("items/<int:pk>/", items.item, name="item"),
    path("items/<int:pk>/withdraw/", items.withdraw, name="withdraw"),
    path("items/<int:pk>/recuse/", items.recuse, name="recuse"),
    path("recusals/<int:pk>/lift/", items.lift_recusal, name="lift_recusal"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/call/", meetings.call, name="call"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/agenda/", meetings.agenda, name="agenda"),
    path("meetings/<int:pk>/replan/", meetings.replan, name="replan"),
    path("meetings/<int:pk>/cancel/", meetings.cancel, name="cancel"),
    path("meetings/<int:pk>/place/", meetings.place, name="place"),
    path("meetings/<int:pk>/hold/", meetings.hold, name="hold"),
    path("meetings/<int:pk>/minutes/", meetings.minutes, name="minutes"),
    path("meetings/<int:pk>/note/", meetings.add_note, name="add_note"),
    path("agenda/<int:pk>/resolve/", meetings.resolve, name="resolve"),
    path("agenda/<int:pk>/take-off/", meetings.take_off, name="take_off"),
    path("circulations/", circulations.circulations, name="circulations"),
    path("circulations/send/<slug:kind>/", circulations.send, name="send"),
    path("circulations/<int:pk>/", circulations.circulation, name="circulation"),
    path("circulations/<int:pk>/close/", circulations.close, name="close"),
    path("replies/<int:pk>/answer/", circulations.answer, name="answer"),
]
