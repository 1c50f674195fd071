"""What every page of the room needs: the row that the person may see, the tabs, the small page of an act."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from audits.models import Attendance, Course, TrainingSession
from audits.training.hands import Hands
from audits.training.page import tabs_for
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.transitions import InvalidTransition


@dataclass(frozen=True)
class Words:
    """The small page of an act: its title, what happens next, its button, what is said afterwards."""

    title: str
    effect: str
    button: str
    done: str


def hands_of(request: HttpRequest) -> Hands:
    return Hands(request.user, at=timezone.now())


def draw(request: HttpRequest, template: str, context: dict[str, Any], *, here: str, status: int = 200) -> HttpResponse:
    """A page of the room with its tabs; `context` may bring the `hands` that were asked already."""
    hands = context.get("hands") or hands_of(request)
    frame = {"hands": hands, "tabs": tabs_for(hands), "here": here, "now": hands.at}
    return render(request, f"audits/training/{template}.html", {**frame, **context}, status=status)


def session_of(request: HttpRequest, pk: int) -> TrainingSession:
    """A session that the person may see; 404 for anyone else."""
    return get_object_or_404(TrainingSession.objects.visible_to(request.user, at=timezone.now()).for_list(), pk=pk)


def run_session(request: HttpRequest, pk: int) -> TrainingSession:
    """A session that the person runs; 403 for who only sees it."""
    session = session_of(request, pk)
    if not session.can_run(request.user, at=timezone.now()):
        raise PermissionDenied
    return session


def attendance_of(request: HttpRequest, pk: int) -> Attendance:
    """A person's row that the asking person may see; 404 for anyone else."""
    rows = Attendance.objects.visible_to(request.user, at=timezone.now())
    return get_object_or_404(rows.select_related("session__course", "session__department", "person", "department__parent"), pk=pk)


def run_attendance(request: HttpRequest, pk: int) -> Attendance:
    """A person's row in a session that the asking person runs; 403 for who only sees it."""
    row = attendance_of(request, pk)
    if not row.session.can_run(request.user, at=timezone.now()):
        raise PermissionDenied
    return row


def course_of(request: HttpRequest, pk: int) -> Course:
    """A course that the person may see; 404 for anyone else."""
    return get_object_or_404(Course.objects.visible_to(request.user, at=timezone.now()).select_related("department__parent"), pk=pk)


def edited_course(request: HttpRequest, pk: int) -> Course:
    """A course that the person may change; 403 for who only sees it."""
    course = course_of(request, pk)
    if not course.can_edit(request.user, at=timezone.now()):
        raise PermissionDenied
    return course


def tried(request: HttpRequest, form: forms.Form, do: Callable[[], Any], done: str, to: Any, *args: Any) -> HttpResponse | None:
    """Do the act of a valid form and go on; None where the form has something to say, so that what was typed stays."""
    try:
        found = do()
    except ValidationError as error:
        add_errors(form, error)
        return None
    except InvalidTransition as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, done)
        to = to(found) if callable(to) else to
    return redirect(to, *args)


def attached(request: HttpRequest, row: Any, form: forms.Form) -> HttpResponse:
    """Keep the files of a form with the row, all of them or none; what is wrong with them is a message."""
    if form.is_valid():
        with transaction.atomic():
            for upload in form.cleaned_data["uploads"]:
                attach(row, upload, by=request.user)
        messages.success(request, "資料を添付しました。")
    else:
        messages.warning(request, " ".join(message for found in form.errors.values() for message in found))
    return redirect(row)


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """What a model refuses, beside the field where the form has it, else above all."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, found in error.error_dict.items():
        form.add_error(name if name in form.fields else None, found)


def ask(
    request: HttpRequest, row: Any, form: forms.Form, do: Callable[[dict], Any], words: Words, *, here: str = "sessions", to: Any = None
) -> HttpResponse:
    """The small page of an act with its form."""
    target = to or row
    if form.is_bound and form.is_valid():
        answer = tried(request, form, lambda: do(form.cleaned_data), words.done, target)
        if answer:
            return answer
    context = {"row": row, "form": form, "words": words, "back": target if isinstance(target, str) else target.get_absolute_url()}
    return draw(request, "act", context, here=here, status=422 if form.is_bound else 200)
