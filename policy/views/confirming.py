"""確認: a member of staff reads what changed and says so; who has not yet, for those who answer for them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.transitions import InvalidTransition
from policy.contrast import Contrast
from policy.models import ConfirmationRound
from policy.progress import Progress
from policy.views.reading import visit


def mine(request: HttpRequest) -> HttpResponse:
    """What changed in the text in force, and 「読んで確認しました」."""
    here = visit(request)
    round_ = ConfirmationRound.objects.current(on=here.today).first()
    person = round_.people(on=here.today).filter(pk=request.user.pk).first() if round_ else None
    context = {
        "round": round_,
        "person": person,
        "due": round_.due_for(person.joined_on) if person else None,
        "page": Contrast(here),
        "may_watch": bool(Progress(request.user, at=here.at).reach),
    }
    return render(request, "policy/confirmation.html", context)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """「読んで確認しました」."""
    round_ = get_object_or_404(ConfirmationRound.objects.select_related("revision"), pk=pk)
    try:
        round_.confirm(by=request.user, at=timezone.now())
    except InvalidTransition as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, f"ポリシー「{round_.revision.name}」の確認を記録しました。ご協力ありがとうございます。")
    return redirect("policy:confirmation")


def _progress(request: HttpRequest) -> Progress:
    """Http404 for who answers for nobody."""
    page = Progress(request.user, at=timezone.now())
    if not page.reach:
        raise Http404
    return page


def progress(request: HttpRequest) -> HttpResponse:
    """Who has not yet: by section, and by name for ?department=."""
    page = _progress(request)
    context = {"page": page, "opened": page.section(request.GET.get("department", ""))}
    return render(request, "policy/confirmation_progress.html", context)


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the staff to confirm a text that was in force before they could be asked: the first one."""
    here = visit(request, pk)
    if here.revision is None:
        raise Http404
    try:
        ConfirmationRound.open(here.revision, by=request.user, at=here.at)
    except InvalidTransition as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "全職員に確認を依頼しました。各自の受信箱に表示されます。")
    return redirect(here.revision)
