"""From the card of a type to the submitted request: begin, write, look it over, send."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.transitions import InvalidTransition

from ..cards import catalogue
from ..facts import facts_of
from ..forms import RequestForm
from ..ground import guard_ground, missing_ground
from ..history import why_returned
from ..matters import guard_begins_here
from ..models import Request, RequestType
from ..roster import Roster
from ..runs import ahead
from .acting import act
from .reading import get_request

DRAFTS_SHOWN = 5


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """The types one can apply for, as cards in groups; those that are not open yet at the end."""
    drafts = Request.objects.filter(drafter=request.user, status=Request.Status.DRAFT).for_list().order_by("-saved_at")[:DRAFTS_SHOWN]
    return render(request, "approvals/begin.html", {"catalogue": catalogue(request.user, at=timezone.now()), "drafts": drafts})


@require_POST
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Open a draft of a type."""
    type_ = get_object_or_404(RequestType, code=code)
    try:
        guard_begins_here(type_)
        guard_ground(type_, on=timezone.localdate())
        found = Request.draft(type_.code, by=request.user, at=timezone.now())
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect("approvals:begin")
    return redirect("approvals:draft", found.pk)


def form_of(request: HttpRequest, found: Request, data=None, files=None, **kwargs) -> RequestForm:
    """The form of the request's type, filled with what is stored."""
    form = found.matter.form
    known = {"request": found, "user": request.user, "at": timezone.now()}
    return form(data, files, initial=form.initial_of(found.content), **known, **kwargs)


def _sent_back(request: HttpRequest, found: Request) -> RequestForm | None:
    """What is stored, looked at as a whole: the form with its errors, or None where nothing is missing."""
    form = form_of(request, found, found.matter.form.data_of(found.content))
    return None if form.is_valid() else form


def draft(request: HttpRequest, pk) -> HttpResponse:
    """The form of the type: kept as it is typed, then looked over."""
    found = get_request(request, pk)
    if found.status not in Request.EDITABLE or not found.can_edit(request.user, at=timezone.now()):
        return redirect("approvals:detail", pk)
    if request.method != "POST":
        form = (_sent_back(request, found) if "check" in request.GET else None) or form_of(request, found)
        return _form_page(request, found, form)
    is_keeping = "keep" in request.POST
    form = form_of(request, found, request.POST, request.FILES, is_lenient=is_keeping)
    if not form.is_valid():
        if form.asks_more and request.FILES and _kept_so_far(request, found):
            form = form_of(request, found, request.POST)
        return _form_page(request, found, form)
    try:
        _store(request, found, form)
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect("approvals:detail", pk)
    if is_keeping:
        messages.success(request, "下書きを保存しました。続きは「自分の申請」からいつでも書けます。")
    return redirect("approvals:draft" if is_keeping else "approvals:review", pk)


@transaction.atomic
def _store(request: HttpRequest, found: Request, form: RequestForm) -> None:
    """What was typed and the files, together or not at all."""
    found.edit(form.content_so_far(), **form.period(), by=request.user, at=timezone.now())
    for upload in form.uploads():
        attach(found, upload, by=request.user)


def _kept_so_far(request: HttpRequest, found: Request) -> bool:
    """Nothing is wrong yet where more is asked: what was typed and the files are kept, since a page cannot choose files again."""
    form = form_of(request, found, request.POST, request.FILES, is_lenient=True)
    if not form.is_valid():
        return False
    try:
        _store(request, found, form)
    except InvalidTransition:
        return False
    return True


def _form_page(request: HttpRequest, found: Request, form: RequestForm) -> HttpResponse:
    context = {
        "form": form,
        "application": found,
        "files": StoredFile.objects.about(found),
        "came_back": why_returned(found),
        "missing": missing_ground([found.type], on=timezone.localdate()).get(found.type.code, []),
    }
    return render(request, "approvals/draft.html", context, status=422 if form.errors and not form.asks_more else 200)


@require_POST
def autosave(request: HttpRequest, pk) -> HttpResponse:
    """Keep what is valid as it stands, at every pause; the answer is one quiet line.

    A pause may end after it was submitted: then there is nothing left to keep, and nothing is changed. What lies with an
    applicant is kept by the button alone, since each change of it is recorded.
    """
    found = get_request(request, pk)
    if not found.is_kept_quietly:
        return HttpResponse(status=204)
    form = form_of(request, found, request.POST, is_lenient=True)
    form.is_valid()
    try:
        found.edit(form.content_so_far(), **form.period(), by=request.user, at=timezone.now())
    except InvalidTransition:
        return HttpResponse(status=204)
    kept_back = [form[name].label for name in form.errors if name in form.fields]
    return render(request, "approvals/_saved.html", {"at": timezone.now(), "kept_back": kept_back})


@require_safe
def review(request: HttpRequest, pk) -> HttpResponse:
    """What the decider will see, who decides, what happens next, and one act: submit it, or hand it to the applicant."""
    found, now = get_request(request, pk), timezone.now()
    if found.status not in Request.EDITABLE or not found.can_edit(request.user, at=now):
        return redirect("approvals:detail", pk)
    if _sent_back(request, found):
        return _to_the_form(request, found)
    roster, hat = Roster(now), found.applying(request.user, at=now)
    applicants = found.may_submit(roster)
    people = [request.user] if hat else [row.person for row in applicants]
    context = {
        "application": found,
        "facts": facts_of(found, found),
        "files": StoredFile.objects.about(found),
        "hat": hat,
        "applicants": applicants,
        "route": ahead(found, found.barred_with(people), roster),
        "checks": found.matter.checks_for(found),
    }
    return render(request, "approvals/review.html", context)


def _to_the_form(request: HttpRequest, found: Request) -> HttpResponse:
    """The form with what is missing in it."""
    messages.warning(request, "入力が足りないところがあります。赤い印の項目を直してください。")
    answer = redirect("approvals:draft", found.pk)
    answer["Location"] += "?check=1"
    return answer


@require_POST
def submit(request: HttpRequest, pk) -> HttpResponse:
    """申請: what is missing is told on the form, what the matter forbids as a message there."""
    found, now = get_request(request, pk), timezone.now()
    if found.can_edit(request.user, at=now) and _sent_back(request, found):
        return _to_the_form(request, found)
    return act(request, found, lambda: found.submit(by=request.user, at=now), _submitted, otherwise="approvals:draft")


def _submitted(found: Request) -> str:
    if found.is_in_review:
        return f"申請しました（{found.number}）。決定する人に届きました。進み具合は、この画面でいつでも確かめられます。"
    return f"記録しました（{found.number}）。この種別には決定する人を置かないため、手続はこれで済みました。"


@require_POST
def prepare(request: HttpRequest, pk) -> HttpResponse:
    """Hand it to those who may submit it."""
    found, now = get_request(request, pk), timezone.now()
    if found.can_edit(request.user, at=now) and _sent_back(request, found):
        return _to_the_form(request, found)
    done = "申請者に回しました。申請者が確かめて申請すると、決定する人に届きます。"
    return act(request, found, lambda: found.prepare(by=request.user, at=now), done, otherwise="approvals:draft")


@require_POST
def discard(request: HttpRequest, pk) -> HttpResponse:
    """Give up a draft."""
    found = get_request(request, pk)
    done = "下書きを取りやめました。だれにも届いていません。"
    return act(request, found, lambda: found.discard(by=request.user, at=timezone.now()), done, then="approvals:list")
