"""Meetings: calling, agenda, attendance, 議決, minutes."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.saving import tried
from musashimurayama_isms.parameters.values import value

from ...committee_filters import MeetingFilter
from ...committee_forms import AttendanceForm, CallForm, MinutesForm, MinutesNoteForm, PlaceForm, PlanForm, ResolutionForm
from ...committee_pages import MeetingPage, the_committee
from ...committee_people import Insider
from ...forms import ReasonForm
from ...models import AgendaItem, Item, Meeting, MinutesNote, Resolution
from .entrance import PAGE_SIZE, entered, show


def get_meeting(request: HttpRequest, pk: int) -> Meeting:
    """A meeting that the person may see."""
    return get_object_or_404(
        Meeting.objects.visible_to(request.user, at=timezone.now()).select_related(
            "committee__secretariat__parent", "called_by", "minuted_by"
        ),
        pk=pk,
    )


def run_meeting(request: HttpRequest, pk: int) -> Meeting:
    """A meeting that the person may run; 403 for those who only see it."""
    meeting = get_meeting(request, pk)
    if not meeting.can_run(request.user, at=timezone.now()):
        raise PermissionDenied
    return meeting


def meetings(request: HttpRequest) -> HttpResponse:
    reach = entered(request)
    filtered = MeetingFilter(request.GET, queryset=Meeting.objects.visible_to(request.user, reach=reach).for_list())
    context = {
        "filter": filtered,
        "page_obj": Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page")),
        "kinds": _callable(request),
    }
    return render(request, "approvals/committee/meetings.html", context)


def _callable(request: HttpRequest) -> list[str]:
    """The kinds of meeting that the person may call."""
    insider = Insider.of(request.user, the_committee(), at=timezone.now())
    return [kind for kind, roles in Meeting.CALLERS.items() if insider.may_call(*roles)]


def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: what is still to be done, then agenda, attendance, minutes."""
    now = timezone.now()
    page = MeetingPage(get_meeting(request, pk), request.user, at=now)
    return render(request, "approvals/committee/meeting.html", {"page": page, "meeting": page.meeting, "now": now})


def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """会議次第 for the printer."""
    page = MeetingPage(get_meeting(request, pk), request.user, at=timezone.now())
    return render(request, "approvals/committee/agenda.html", {"page": page, "meeting": page.meeting})


def call(request: HttpRequest) -> HttpResponse:
    """招集."""
    entered(request)
    kinds, now, committee = _callable(request), timezone.now(), the_committee()
    if not kinds:
        raise PermissionDenied
    waiting = Item.objects.filter(committee=committee).waiting()
    choices = {"kinds": kinds, "waiting": waiting, "written": value("committee.written_allowed"), "at": now}
    form = CallForm(request.POST or None, initial={"items": request.GET.getlist("item")}, **choices)
    if request.method == "POST" and form.is_valid():
        made = tried(request, form, lambda: Meeting.call(committee, by=request.user, at=now, **form.cleaned_data))
        if made:
            messages.success(request, "招集しました。委員に知らせました。")
            return redirect(made)
    return show(request, "call", {}, form)


def replan(request: HttpRequest, pk: int) -> HttpResponse:
    found = run_meeting(request, pk)
    form = PlanForm(request.POST or None, initial={"planned_at": found.planned_at, "place": found.place})
    if request.method == "POST" and form.is_valid():
        return act(
            request,
            lambda: found.replan(by=request.user, at=timezone.now(), **form.cleaned_data),
            "日時と場所を変更しました。委員に知らせました。",
            found,
        )
    return show(request, "replan", {"meeting": found}, form)


def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    found = run_meeting(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return act(
            request,
            lambda: found.cancel(by=request.user, at=timezone.now(), reason=reason),
            "中止にしました。案件は次の会議を待ちます。",
            found,
        )
    return show(request, "cancel", {"meeting": found}, form)


def place(request: HttpRequest, pk: int) -> HttpResponse:
    """More items for the agenda."""
    found = run_meeting(request, pk)
    form = PlaceForm(request.POST or None, waiting=found.committee.items.waiting())
    if request.method == "POST" and form.is_valid():
        items = form.cleaned_data["items"]
        return act(request, lambda: found.place_items(items, by=request.user, at=timezone.now()), "次第に加えました。", found)
    return show(request, "place", {"meeting": found}, form)


@require_POST
def take_off(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_agenda_item(request, pk)
    return act(request, lambda: row.take_off(by=request.user, at=timezone.now()), "次第から外しました。", row.meeting)


def get_agenda_item(request: HttpRequest, pk: int) -> AgendaItem:
    """An agenda item of a meeting that the person may see."""
    seen = Meeting.objects.visible_to(request.user, at=timezone.now())
    rows = AgendaItem.objects.select_related("meeting__committee__secretariat", "item__committee", "item__request__type")
    return get_object_or_404(rows, pk=pk, meeting__in=seen)


def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that it was held, and who was there."""
    found, now = run_meeting(request, pk), timezone.now()
    form = AttendanceForm(request.POST or None, meeting=found, at=now)
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("held_at", "members", "guests")}
        if tried(request, form, lambda: found.hold(by=request.user, at=now, **data) or found):
            messages.success(request, "開催と出席を記録しました。案件ごとに結果を記録してください。")
            return redirect(found)
    return show(request, "hold", {"meeting": found}, form)


def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """議決 of one item."""
    row, now = get_agenda_item(request, pk), timezone.now()
    if not Resolution.can_record(request.user, row.item, at=now):
        raise PermissionDenied
    page = MeetingPage(row.meeting, request.user, at=now)
    found = next(one for one in page.agenda if one.row.pk == row.pk)
    form = ResolutionForm(request.POST or None, item=row.item, is_quorate=found.quorum.is_met or not row.meeting.has_seats)
    if request.method == "POST" and form.is_valid():
        made = tried(request, form, lambda: Resolution.enter(row, by=request.user, at=now, **form.cleaned_data))
        if made:
            messages.success(request, f"{row.item}の結果を記録しました。")
            return redirect(row.meeting)
    return show(request, "resolve", {"found": found, "meeting": row.meeting}, form)


def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """議事録: kept as often as one likes, closed once."""
    found = run_meeting(request, pk)
    form = MinutesForm(request.POST or None, request.FILES or None, meeting=found, initial={"minutes": found.minutes})
    if request.method == "POST" and form.is_valid():
        closes = "close" in request.POST
        write = found.close_minutes if closes else found.write_minutes
        if tried(request, form, lambda: write(form.cleaned_data["minutes"], by=request.user, at=timezone.now()) or found):
            messages.success(request, "議事録を確定しました。委員に知らせました。" if closes else "議事録を保存しました。")
            return redirect(found)
    return show(request, "minutes", {"meeting": found}, form)


def add_note(request: HttpRequest, pk: int) -> HttpResponse:
    """A correction beside closed minutes."""
    found = run_meeting(request, pk)
    form = MinutesNoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        return act(request, lambda: MinutesNote.add(found, text=text, by=request.user, at=timezone.now()), "追記しました。", found)
    return show(request, "note", {"meeting": found}, form)
