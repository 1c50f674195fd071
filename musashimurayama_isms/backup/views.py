"""The page of backups, and the recording of a proof as the restore drill."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from musashimurayama_isms.transitions import InvalidTransition

from .forms import DrillForm
from .models import Backup, Proof
from .readers import may_drill, may_read
from .state import State

PAGE_SIZE, PROOFS_SHOWN = 50, 20


@require_GET
def backups(request: HttpRequest) -> HttpResponse:
    """The last backups, when each was proved, and what is wrong; strangers meet 404."""
    now = timezone.now()
    if not may_read(request.user, at=now):
        raise Http404
    rows = Backup.objects.visible_to(request.user, at=now).with_proofs()
    can_drill = may_drill(request.user, at=now)
    context = {
        "page_obj": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "proofs": Proof.objects.visible_to(request.user, at=now).select_related("drilled_by")[:PROOFS_SHOWN],
        "for_drill": set(Proof.objects.for_drill(at=now).values_list("pk", flat=True)) if can_drill else set(),
        "state": State.now(at=now),
    }
    return render(request, "backup/list.html", context)


def drill(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a proof as the restore drill; who reads of backups but does not answer for the drill meets 403."""
    now = timezone.now()
    proof = get_object_or_404(Proof.objects.visible_to(request.user, at=now), pk=pk)
    if not may_drill(request.user, at=now):
        raise PermissionDenied
    form = DrillForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            done = proof.record_drill(note=form.cleaned_data["note"], by=request.user, at=now)
        except InvalidTransition as error:
            messages.warning(request, str(error))
        else:
            words = "定期業務「復元の訓練」は済みになりました。" if done else "待っている定期業務「復元の訓練」はありませんでした。"
            messages.success(request, f"復元の訓練を記録しました。{words}")
        return redirect("backup:list")
    return render(request, "backup/drill.html", {"proof": proof, "form": form}, status=422 if form.errors else 200)
