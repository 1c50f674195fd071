"""One act on a request and where it leads: a state that has moved on is a message, not an error page."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from musashimurayama_isms.transitions import InvalidTransition

from ..models import Decision, Request
from ..waiting import DECIDE, waiting_for

Words = str | Callable[[Request], str]


def act(
    request: HttpRequest, found: Request, do: Callable[[], object], done: Words, *, then: str = "", otherwise: str = "approvals:detail"
) -> HttpResponse:
    """Do one act, say what was done, and go to the request or to the page named `then`; `otherwise` is for what cannot be done."""
    try:
        do()
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect(otherwise, found.pk)
    found.refresh_from_db()
    messages.success(request, done(found) if callable(done) else done)
    return redirect(then) if then else redirect("approvals:detail", found.pk)


def to_the_next(request: HttpRequest, found: Request, done: str) -> HttpResponse:
    """After a decision the next one that waits follows by itself; where none is left, the desk with the other work."""
    rows = waiting_for(request.user, at=timezone.now())
    after = next((row.request for row in rows if row.act == DECIDE and row.request.pk != found.pk), None)
    if after is None:
        messages.success(request, f"{done}決定を待っている申請は、ほかにありません。")
        return redirect("desk")
    messages.success(request, f"{done}続けて、次に待っている申請を開きました。")
    return redirect("approvals:detail", after.pk)


def what_happened(found: Request) -> str:
    """For the late one of two: who decided meanwhile, and what; nothing where nobody has."""
    last = Decision.objects.filter(request=found).select_related("person").last()
    if last is None:
        return ""
    return f"{last.person.name}さん（{last.decided_as}）が「{last.get_outcome_display()}」と決定しています。"
