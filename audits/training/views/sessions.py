"""Sessions: the list, one session, and what its organiser does with it."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from audits.models import TrainingSession
from audits.training.filters import SessionFilter
from audits.training.forms import CancelForm, NoteForm, SessionForm, UploadForm, WhenForm
from audits.training.kinds import Kind
from audits.training.page import PAGE_SIZE, SessionPage, with_counts
from audits.training.views.frame import Words, ask, attached, course_of, draw, hands_of, run_session, session_of, tried
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.views.acts import act


def sessions(request: HttpRequest) -> HttpResponse:
    """The sessions that the person runs or oversees, the newest first; 404 for who does neither."""
    hands = hands_of(request)
    if not (hands.is_organiser or hands.is_wide or hands.is_chief):
        raise Http404
    rows = TrainingSession.objects.visible_to(request.user, at=hands.at, hands=hands).for_list()
    filtered = SessionFilter(request.GET, queryset=rows)
    page_obj = Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"filter": filtered, "page_obj": page_obj, "lines": with_counts(page_obj.object_list, hands), "hands": hands}
    return draw(request, "sessions", context, here="sessions")


def session(request: HttpRequest, pk: int) -> HttpResponse:
    """One session: what it wants from the person, then what it is, then how far it is."""
    found = session_of(request, pk)
    page = SessionPage(found, request.user, at=timezone.now())
    form = UploadForm(subject=found) if page.can_run else None
    here = "sessions" if page.sees_people or page.can_run else "mine"
    return draw(request, "session", {"page": page, "session": found, "upload_form": form, "hands": page.hands}, here=here)


def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """A new session of a course; ?department= where a section holds it."""
    now, course = timezone.now(), course_of(request, pk)
    hands = hands_of(request)
    section = _section(request, course, hands)
    if not hands.runs(course.kind, section.pk if section else None):
        raise PermissionDenied
    form = SessionForm(request.POST or None, section=section, at=now)
    if form.is_bound and form.is_valid():
        facts = {"department": section, "audiences": form.audiences, **form.facts}
        answer = tried(
            request,
            form,
            lambda: TrainingSession.prepare(course, by=request.user, at=now, **facts),
            "回を準備しました。資料を添付し、内容を確かめてから案内してください。",
            lambda made: made,
        )
        if answer:
            return answer
    context = {"form": form, "course": course, "section": section, "hands": hands}
    return draw(request, "session_form", context, here="sessions", status=422 if form.is_bound else 200)


def _section(request: HttpRequest, course, hands) -> Department | None:
    """The section that holds a session of 職場での指導: that of the course, the one asked for, or the only one the person leads."""
    if course.kind != Kind.WORKPLACE:
        return None
    wanted = course.department_id or request.GET.get("department") or next(iter(sorted(hands.led)), None)
    if not str(wanted or "").isdecimal():
        raise PermissionDenied("職場での指導の回は、課の情報セキュリティ担当者と情報化推進員が作ります。")
    return get_object_or_404(Department, pk=wanted)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft right."""
    found, now = run_session(request, pk), timezone.now()
    if not found.is_draft:
        return reschedule(request, pk)
    is_follow_up = found.follow_up_of_id is not None
    form = SessionForm(request.POST or None, section=found.department, is_follow_up=is_follow_up, at=now, initial=SessionForm.of(found))
    if form.is_bound and form.is_valid():
        answer = tried(
            request,
            form,
            lambda: found.edit(by=request.user, at=now, audiences=form.audiences, **form.facts),
            "回の内容を変えました。",
            found,
        )
        if answer:
            return answer
    context = {"form": form, "course": found.course, "session": found, "section": found.department}
    return draw(request, "session_form", context, here="sessions", status=422 if form.is_bound else 200)


def reschedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Another day or place once it is announced."""
    found, now = run_session(request, pk), timezone.now()
    form = WhenForm(request.POST or None, initial={name: getattr(found, name) for name in ("starts_at", "place", "due_on")})
    del form.fields["due_on" if not found.is_reading else "starts_at"]
    if found.is_reading:
        del form.fields["place"]

    def do(data: dict) -> None:
        facts = {"starts_at": data.get("starts_at"), "place": data.get("place", ""), "due_on": data.get("due_on") or found.due_on}
        if facts["starts_at"]:
            facts["due_on"] = timezone.localtime(facts["starts_at"]).date()
        found.reschedule(by=request.user, at=now, **facts)

    words = Words(
        "日時・場所を変える", "まだ受けていない方に、変わったことを知らせます。", "変える", "日時・場所を変え、対象の方に知らせました。"
    )
    return ask(request, found, form, do, words)


@require_POST
def open_(request: HttpRequest, pk: int) -> HttpResponse:
    found = run_session(request, pk)
    return act(
        request, lambda: found.open(by=request.user, at=timezone.now()), "対象の方に案内しました。各自の受信箱に表示されます。", found
    )


def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End it, with a look back."""
    found, now = run_session(request, pk), timezone.now()
    words = Words("回を終える", "受講の記録が確定し、この研修の定期業務が済みになります。", "終える", "回を終えました。")
    return ask(request, found, NoteForm(request.POST or None), lambda data: found.close(by=request.user, at=now, **data), words)


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    found = run_session(request, pk)
    return act(request, lambda: found.reopen(by=request.user, at=timezone.now()), "案内中に戻しました。", found)


def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """It is not held."""
    found, now = run_session(request, pk), timezone.now()
    words = Words("回を中止する", "まだ受けていない方に、中止を知らせます。後から戻せません。", "中止する", "回を中止しました。")
    return ask(request, found, CancelForm(request.POST or None), lambda data: found.cancel(by=request.user, at=now, **data), words)


def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """A session for those who are missing in this one."""
    found, now = run_session(request, pk), timezone.now()
    form = SessionForm(request.POST or None, is_follow_up=True, section=found.department, at=now, initial={"name": f"{found.name}の補講"})
    if form.is_bound and form.is_valid():
        facts = {name: fact for name, fact in form.facts.items() if name != "with_fixed_term"}
        answer = tried(
            request,
            form,
            lambda: found.follow_up(by=request.user, at=now, **facts),
            "補講を準備しました。内容を確かめてから案内してください。",
            lambda made: made,
        )
        if answer:
            return answer
    context = {"form": form, "course": found.course, "origin": found, "section": found.department}
    return draw(request, "session_form", context, here="sessions", status=422 if form.is_bound else 200)


@require_POST
def material(request: HttpRequest, pk: int) -> HttpResponse:
    """Files to read."""
    found = run_session(request, pk)
    form = UploadForm(request.POST, request.FILES, subject=found)
    return attached(request, found, form)
