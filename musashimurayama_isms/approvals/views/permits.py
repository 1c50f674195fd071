"""A permit on paper, and the page that says whether a code counts."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from musashimurayama_isms.jobs.queue import enqueue

from ..jobs import PERMIT
from ..models import Request
from ..models.request_set import Reach
from ..permits import Verification
from ..scopes import scopes_of


@require_POST
def paper(request: HttpRequest, pk) -> HttpResponse:
    """Have the permit made as a PDF."""
    found = get_object_or_404(Request.objects.visible_to(request.user, at=timezone.now()), pk=pk)
    if found.permit_code is None:
        raise Http404
    return redirect(enqueue(PERMIT, by=request.user, subject=found, request=str(found.pk)))


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """?code=: whether the permit with this code counts today; any member of staff may ask."""
    code = request.GET.get("code", "").strip()
    now = timezone.now()
    found = Verification.of(code, user=request.user, at=now) if code else None
    scopes = scopes_of(Reach.of(request.user, at=now))
    return render(request, "approvals/verify.html", {"code": code, "found": found, "scopes": scopes})
