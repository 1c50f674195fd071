"""The room 申請・許可: lists, one request with its acts, and the types with their routes."""

from django.urls import path

from .views import deciding, drafting, following, permits, reading, routes, together

app_name = "approvals"
urlpatterns = [
    path("", reading.room, name="list"),
    path("desk/<slug:scope>/", reading.desk, name="desk"),
    path("together/", together.together, name="together"),
    path("begin/", drafting.begin, name="begin"),
    path("begin/<slug:code>/", drafting.start, name="start"),
    path("types/", routes.types, name="types"),
    path("types/<slug:code>/", routes.type_, name="type"),
    path("types/<slug:code>/propose/", routes.propose, name="propose"),
    path("routes/<int:pk>/confirm/", routes.confirm, name="confirm_route"),
    path("routes/<int:pk>/reject/", routes.reject, name="reject_route"),
    path("verify/", permits.verify, name="verify"),
    path("<uuid:pk>/", reading.detail, name="detail"),
    path("<uuid:pk>/draft/", drafting.draft, name="draft"),
    path("<uuid:pk>/autosave/", drafting.autosave, name="autosave"),
    path("<uuid:pk>/review/", drafting.review, name="review"),
    path("<uuid:pk>/submit/", drafting.submit, name="submit"),
    path("<uuid:pk>/prepare/", drafting.prepare, name="prepare"),
    path("<uuid:pk>/discard/", drafting.discard, name="discard"),
    path("<uuid:pk>/decide/", deciding.decide, name="decide"),
    path("<uuid:pk>/oral/", deciding.oral, name="oral"),
    path("<uuid:pk>/waiver/", deciding.ask_waiver, name="ask_waiver"),
    path("<uuid:pk>/hand-back/", following.hand_back, name="hand_back"),
    path("<uuid:pk>/withdraw/", following.withdraw, name="withdraw"),
    path("<uuid:pk>/recall/", following.recall, name="recall"),
    path("<uuid:pk>/complete/", following.complete, name="complete"),
    path("<uuid:pk>/permit/", permits.paper, name="permit"),
    path("<uuid:pk>/comments/", following.comment, name="comment"),
    path("decisions/<int:pk>/confirm/", deciding.confirm_oral, name="confirm_oral"),
    path("decisions/<int:pk>/deny/", deciding.deny_oral, name="deny_oral"),
    path("decisions/<int:pk>/read/", deciding.read_afterwards, name="read_afterwards"),
    path("waivers/<int:pk>/answer/", deciding.answer_waiver, name="answer_waiver"),
    path("waivers/<int:pk>/see/", deciding.see_waiver, name="see_waiver"),
]
