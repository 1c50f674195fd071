"""A person's own training: what is to be done, the test, the certificate, what was done."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from audits.models import Attendance
from audits.training.forms import TestForm
from audits.training.jobs import CERTIFICATE, may_have
from audits.training.page import PAGE_SIZE
from audits.training.views.frame import attendance_of, draw, session_of, tried
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.jobs.queue import enqueue


def mine(request: HttpRequest) -> HttpResponse:
    """What the person has still to do, then what was done."""
    rows = Attendance.objects.filter(person=request.user).select_related("session__course", "session__department")
    to_do = list(rows.waiting_for(request.user))
    others = rows.exclude(pk__in=[row.pk for row in to_do]).exclude(session__status="draft").order_by("-due_on", "-pk")
    page_obj = Paginator(others, PAGE_SIZE).get_page(request.GET.get("page"))
    return draw(request, "mine", {"to_do": to_do, "page_obj": page_obj}, here="mine")


def _own(request: HttpRequest, pk: int) -> Attendance:
    """The person's own row of a session; 403 for who sees the session and was not asked."""
    session = session_of(request, pk)
    row = session.attendances.select_related("session__course", "person").filter(person=request.user).first()
    if row is None:
        raise PermissionDenied("この回の対象ではありません。")
    return row


@require_POST
def attend(request: HttpRequest, pk: int) -> HttpResponse:
    """「受講しました」."""
    row = _own(request, pk)
    done = "受講を記録しました。続けてテストを受けてください。" if row.session.questions else "受講を記録しました。これで修了です。"
    return act(request, lambda: row.attend(by=request.user, at=timezone.now()), done, row.session)


def test(request: HttpRequest, pk: int) -> HttpResponse:
    """The short test; after each try what was right and why."""
    row = _own(request, pk)
    questions = row.session.test
    form = TestForm(request.POST or None, questions=questions)
    if request.method == "GET" and not (row.status == Attendance.Status.ATTENDED and row.tries_left and row.session.is_open):
        messages.info(request, "いま受けられるテストはありません。")
        return redirect(row.session)
    if form.is_bound and form.is_valid():
        answer = tried(
            request,
            form,
            lambda: row.take_test(form.answers, by=request.user, at=timezone.now()),
            "テストの結果を表示しました。",
            row.session,
        )
        if answer:
            return answer
    return draw(request, "test", {"row": row, "session": row.session, "form": form}, here="mine", status=422 if form.is_bound else 200)


@require_POST
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the certificate made; the page of the job offers it."""
    row = attendance_of(request, pk)
    if not may_have(row, request.user, at=timezone.now()):
        raise PermissionDenied
    if row.status != Attendance.Status.COMPLETED:
        messages.warning(request, "修了していないため、修了証は作れません。")
        return redirect(row.session)
    return redirect(enqueue(CERTIFICATE, by=request.user, subject=row, attendance=row.pk))
