"""What is given back on a move: the own list, and the lists that one confirms."""

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from ..forms import SettleForm
from ..models import HandoverItem
from .acts import act

PAGE_SIZE = 50


def items(request: HttpRequest) -> HttpResponse:
    """My list, and what waits for my word as chief of the former section."""
    now = timezone.now()
    waiting = HandoverItem.objects.to_settle_by(request.user, at=now).select_related("person", "department__parent")
    others = HandoverItem.objects.visible_to(request.user, at=now).exclude(person=request.user).settled()
    context = {
        "mine": HandoverItem.objects.filter(person=request.user)
        .select_related("department__parent", "confirmed_by")
        .order_by("-leaves_on", "position"),
        "page_obj": Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page")),
        "settled_count": others.count(),
        "settled": others.select_related("person", "department__parent", "confirmed_by").order_by("-returned_on", "person", "position")[
            :PAGE_SIZE
        ],
    }
    return render(request, "accounts/handover.html", context)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(HandoverItem.objects.visible_to(request.user, at=timezone.now()).select_related("person", "department"), pk=pk)
    form = SettleForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    status = form.cleaned_data["status"]
    return act(request, lambda: item.settle(status, by=request.user, at=timezone.now()), "記録しました。", "accounts:handover")
