"""Items: the list, one item, bringing, withdrawing, and who is excluded."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.saving import tried

from ...committee_filters import ItemFilter
from ...committee_forms import ItemForm, RecusalForm
from ...committee_pages import ItemPage, the_committee
from ...committee_people import Insider
from ...forms import ReasonForm
from ...models import Item, Recusal
from .entrance import PAGE_SIZE, entered, show


def get_item(request: HttpRequest, pk: int) -> Item:
    """An item that the person may see."""
    return get_object_or_404(Item.objects.visible_to(request.user, at=timezone.now()).for_list(), pk=pk)


def items(request: HttpRequest) -> HttpResponse:
    reach, now = entered(request), timezone.now()
    filtered = ItemFilter(request.GET, queryset=Item.objects.visible_to(request.user, reach=reach).for_list())
    context = {
        "filter": filtered,
        "page_obj": Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page")),
        "insider": Insider.of(request.user, the_committee(), at=now),
        "now": now,
    }
    return render(request, "approvals/committee/items.html", context)


def item(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    found = get_item(request, pk)
    context = {"page": ItemPage(found, request.user, at=now), "item": found, "now": now}
    return render(request, "approvals/committee/item.html", context)


def bring(request: HttpRequest) -> HttpResponse:
    """付議 (3.4.2.4.2)."""
    entered(request)
    committee, now = the_committee(), timezone.now()
    if not Insider.of(request.user, committee, at=now).may_bring:
        raise PermissionDenied
    form = ItemForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ("kind", "title", "explanation", "clauses")}
        made = tried(request, form, lambda: Item.bring(committee, by=request.user, at=now, **fields))
        if made:
            messages.success(request, "付議しました。事務局が会議の次第に加えます。")
            return redirect(made)
    return show(request, "bring", {}, form)


def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found, now = get_item(request, pk), timezone.now()
    if found.is_live and not found.can_withdraw(request.user, at=now):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return act(request, lambda: found.withdraw(by=request.user, at=now, reason=reason), "取り下げました。", found)
    return show(request, "withdraw", {"item": found}, form)


def recuse(request: HttpRequest, pk: int) -> HttpResponse:
    """除斥 (3.4.3.1)."""
    found, now = get_item(request, pk), timezone.now()
    if not Insider.of(request.user, found.committee, at=now).runs:
        raise PermissionDenied
    form = RecusalForm(request.POST or None, people=Recusal.candidates(found, at=now))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        return act(
            request,
            lambda: Recusal.mark(found, data["person"], reason=data["reason"], by=request.user, at=now),
            f"{data['person'].name}さんを除斥しました。成立の人数にも賛否にも数えません。",
            found,
        )
    return show(request, "recuse", {"item": found}, form)


@require_POST
def lift_recusal(request: HttpRequest, pk: int) -> HttpResponse:
    seen = Item.objects.visible_to(request.user, at=timezone.now())
    recusal = get_object_or_404(Recusal.objects.select_related("item__committee"), pk=pk, item__in=seen)
    return act(request, lambda: recusal.lift(by=request.user, at=timezone.now()), "除斥を取り消しました。", recusal.item)
