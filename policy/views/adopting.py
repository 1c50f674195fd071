"""Putting a changed policy to the committee, or giving its draft up."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.transitions import InvalidTransition
from policy import intake
from policy.models import Revision
from policy.revision_requests import ProposalForm
from policy.revision_requests import propose as propose_to
from policy.views.reading import visit


def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """審議にかける: the 施行日 and the reason; what stands in the way is said before anything is typed."""
    here, now = visit(request, pk), timezone.now()
    draft = here.revision
    if draft is None or draft.status == Revision.Status.PUBLISHED:
        raise Http404
    if not here.hands.prepares:
        raise PermissionDenied
    if not draft.can_propose(request.user, at=now):
        messages.warning(request, f"「{draft.name}」は「{draft.get_status_display()}」のため、いまは審議にかけられません。")
        return redirect(draft)
    form = ProposalForm(request.POST or None, initial={"effective_on": intake.proposed_day(draft)})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                sent = propose_to(draft, form.content(), by=request.user, at=now)
        except InvalidTransition as error:
            form.add_error(None, str(error))
        else:
            words = "審議にかけました。委員会の議決とCISOの決裁のあと、施行日に施行されます。"
            messages.success(request, words if sent.is_in_review else "中央電子計算組織管理者に回しました。申請されると審議が始まります。")
            return redirect(draft)
    context = {"form": form, "revision": draft, "obstacles": draft.obstacles(at=now)}
    return render(request, "policy/propose.html", context, status=422 if form.errors else 200)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a draft up."""
    here = visit(request, pk)
    if here.revision is None:
        raise Http404
    try:
        here.revision.discard(by=request.user, at=here.at)
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect(here.revision)
    messages.success(request, f"案「{here.revision.name}」を取りやめました。同じファイルを、もう一度取り込めます。")
    return redirect("policy:revisions")
