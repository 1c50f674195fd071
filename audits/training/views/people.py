"""The people of a session: the list, entering who was there, putting entries right."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from audits.models import Attendance
from audits.training.attendance_file import read_list
from audits.training.forms import EntryForm, ImportForm, ReasonForm
from audits.training.page import PeoplePage, SessionPage
from audits.training.views.frame import Words, add_errors, ask, draw, run_attendance, run_session, session_of
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.transitions import InvalidTransition


def _page(request: HttpRequest, pk: int) -> PeoplePage:
    """404 for who sees nobody of the session but the own row."""
    found = SessionPage(session_of(request, pk), request.user, at=timezone.now())
    if not found.sees_people:
        raise Http404
    return PeoplePage(found, request.GET)


def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was asked, and how each stands; a chief sees the own people, and done or not."""
    return _draw(request, _page(request, pk), EntryForm(initial={"on": _first_day(request, pk)}))


def _first_day(request: HttpRequest, pk: int):
    """The day that is likely meant: that of the gathering, else today."""
    found, today = session_of(request, pk), timezone.localdate()
    return min(found.due_on, today) if found.starts_at else today


def _draw(request: HttpRequest, page: PeoplePage, form: EntryForm, *, status: int = 200) -> HttpResponse:
    context = {
        "people": page,
        "page": page.page,
        "session": page.page.session,
        "page_obj": page.page_obj,
        "entry_form": form,
        "hands": page.page.hands,
    }
    return draw(request, "people", context, here="sessions", status=status)


@require_POST
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Those who are ticked were there."""
    found, now = run_session(request, pk), timezone.now()
    form, keys = EntryForm(request.POST), [int(key) for key in request.POST.getlist("person") if key.isdecimal()]
    if form.is_valid():
        try:
            count = found.enter(keys, on=form.cleaned_data["on"], by=request.user, at=now)
        except ValidationError as error:
            add_errors(form, error)
        except InvalidTransition as error:
            messages.warning(request, str(error))
            return redirect("audits:training_people", found.pk)
        else:
            done, none = f"{count}人の出席を記録しました。", "出席した人が選ばれていません。左の欄に印を付けてください。"
            messages.add_message(request, messages.SUCCESS if count else messages.WARNING, done if count else none)
            return redirect("audits:training_people", found.pk)
    return _draw(request, _page(request, pk), form, status=422)


def import_(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter who was there from a list; all rows or none."""
    found, now = run_session(request, pk), timezone.now()
    form = ImportForm(request.POST or None, request.FILES or None, initial={"on": _first_day(request, pk)})
    if form.is_bound and form.is_valid():
        try:
            count = _take_in(found, form, by=request.user, at=now)
        except ValidationError as error:
            form.add_error("file", ValidationError(error.messages))
        except InvalidTransition as error:
            messages.warning(request, str(error))
            return redirect("audits:training_people", found.pk)
        else:
            messages.success(request, f"{count}人の出席を記録しました。すでに記録のある人は、そのままにしました。")
            return redirect("audits:training_people", found.pk)
    return draw(request, "import", {"form": form, "session": found}, here="sessions", status=422 if form.is_bound else 200)


@transaction.atomic
def _take_in(session, form: ImportForm, *, by, at) -> int:
    upload = form.cleaned_data["file"]
    present = read_list(session, upload.read(), upload.name, on=form.cleaned_data["on"], today=day_of(at))
    by_day: dict = {}
    for row in present:
        by_day.setdefault(row.on, []).append(row.person)
    how = Attendance.How.LIST
    return sum(session.enter(people, on=on, by=by, at=at, how=how) for on, people in sorted(by_day.items()))


def excuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Not asked of this person."""
    row, now = run_attendance(request, pk), timezone.now()
    words = Words("対象外とする", "この方は集計から外れ、督促も止まります。本人に知らせます。", "対象外とする", "対象外としました。")
    form = ReasonForm(request.POST or None)
    return ask(request, row, form, lambda data: row.excuse(by=request.user, at=now, **data), words)


def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    """An entry was wrong."""
    row, now = run_attendance(request, pk), timezone.now()
    words = Words("未受講に戻す", "受講とテストの記録を未受講に戻します。本人に知らせます。", "未受講に戻す", "未受講に戻しました。")
    form = ReasonForm(request.POST or None)
    return ask(request, row, form, lambda data: row.put_back(by=request.user, at=now, **data), words)


@require_POST
def grant_try(request: HttpRequest, pk: int) -> HttpResponse:
    row = run_attendance(request, pk)
    done = "テストをもう1回受けられるようにしました。"
    return act(request, lambda: row.grant_try(by=request.user, at=timezone.now()), done, "audits:training_people", row.session_id)
