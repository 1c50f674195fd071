"""The door of the room, and what its views share: who is let in, and how a form is answered."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from ...committee_pages import the_committee
from ...committee_people import Insider
from ...models import Circulation, Item, Meeting, Reply
from ...models.request_set import Reach

PAGE_SIZE = 50


def entered(request: HttpRequest) -> Reach:
    """The person's reach, for the rooms that the committee's people and the wide roles enter; 404 for others."""
    reach = Reach.of(request.user, at=timezone.now())
    if not reach.sees_committee:
        raise Http404("委員会の画面は、委員と事務局が開けます。")
    return reach


def show(request: HttpRequest, template: str, context: dict, form: forms.Form) -> HttpResponse:
    """A page with a form: 422 where it was refused, with what was typed."""
    return render(request, f"approvals/committee/{template}.html", {"form": form, **context}, status=422 if form.errors else 200)


def room(request: HttpRequest) -> HttpResponse:
    """What waits in the committee; whoever is not of it goes to what was sent to the own department."""
    now = timezone.now()
    reach = Reach.of(request.user, at=now)
    if not reach.sees_committee:
        return redirect("committee:circulations")
    committee = the_committee()
    meetings = Meeting.objects.filter(committee=committee)
    context = {
        "committee": committee,
        "insider": Insider.of(request.user, committee, at=now),
        "items": Item.objects.filter(committee=committee).waiting().for_list().order_by("brought_at"),
        "called": meetings.called().for_list().order_by("planned_at"),
        "held": meetings.without_minutes().for_list().order_by("held_at"),
        "circulations": Circulation.objects.filter(committee=committee).open().for_list().order_by("due_on"),
        "replies": Reply.objects.waiting_for(request.user, at=now, reach=reach),
        "now": now,
    }
    return render(request, "approvals/committee/room.html", context)
