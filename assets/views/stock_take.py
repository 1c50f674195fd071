"""棚卸: the campaigns, one campaign by sections, and the sheet of a section."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assets.forms.stock_take import StockTakeForm
from assets.models import StockTake, StockTakeLine, StockTakeSection
from assets.reach import Reach
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.transitions import InvalidTransition

PAGE_SIZE = 50


def _section(request: HttpRequest, pk: int) -> StockTakeSection:
    rows = StockTakeSection.objects.visible_to(request.user, at=timezone.now()).for_list()
    return get_object_or_404(rows, pk=pk)


@require_safe
def list_(request: HttpRequest) -> HttpResponse:
    """The sheets the person sees, the newest campaign first; the whole city for the wide roles."""
    now = timezone.now()
    reach = Reach.of(request.user, at=now)
    rows = StockTakeSection.objects.visible_to(request.user, at=now, reach=reach).for_list()
    campaigns = StockTake.objects.all()[:10] if reach.is_wide else []
    context = {
        "page_obj": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "campaigns": campaigns,
        "can_open": reach.is_central,
        "now": now,
    }
    return render(request, "assets/stock_take_list.html", context)


def open_(request: HttpRequest) -> HttpResponse:
    """Begin a campaign by hand; the portal begins one by itself in the month the city has chosen."""
    now = timezone.now()
    if not Reach.of(request.user, at=now).is_central:
        raise PermissionDenied
    form = StockTakeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = StockTake.open(due_on=form.cleaned_data["due_on"], by=request.user, at=now)
        except InvalidTransition as error:
            form.add_error("due_on", str(error))
        else:
            messages.success(request, "棚卸を始めました。各課の情報セキュリティ担当者に知らせました。")
            return redirect(found)
    return render(request, "assets/stock_take_open.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far each section is, those the person sees."""
    found, now = get_object_or_404(StockTake, pk=pk), timezone.now()
    rows = StockTakeSection.objects.visible_to(request.user, at=now).filter(stock_take=found).for_list()
    totals = rows.aggregate(assets=Sum("total"), left=Sum("waiting"), missing=Sum("lost"))
    page_obj = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"stock_take": found, "page_obj": page_obj, "totals": totals, "open": rows.open().count(), "now": now}
    return render(request, "assets/stock_take.html", context)


@require_safe
def section(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet: what waits first, or everything with ?rows=all."""
    found, now = _section(request, pk), timezone.now()
    reach = Reach.of(request.user, at=now)
    shows_all = request.GET.get("rows") == "all" or not found.waiting
    lines = found.shown_lines(everything=shows_all)
    context = {
        "section": found,
        "shows_all": shows_all,
        "page_obj": Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page")),
        "can_fill": found.can_fill(request.user, at=now, reach=reach),
        "can_close": found.can_close(request.user, at=now, reach=reach) and not found.waiting,
        "now": now,
    }
    return render(request, "assets/stock_take_section.html", context)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The ticked lines are right."""
    found = _section(request, pk)
    keys = [int(key) for key in request.POST.getlist("line") if key.isdecimal()]
    try:
        count = found.confirm(keys, by=request.user, at=timezone.now())
    except InvalidTransition as error:
        messages.warning(request, str(error))
    else:
        done, none = f"{count}件を確認しました。", "確認する行が選ばれていません。左の欄に印を付けてください。"
        messages.add_message(request, messages.SUCCESS if count else messages.WARNING, done if count else none)
    return redirect(found)


@require_POST
def lose(request: HttpRequest, pk: int) -> HttpResponse:
    """One line cannot be found: on to the asset's page, where the report begins."""
    seen = StockTakeSection.objects.visible_to(request.user, at=timezone.now())
    line = get_object_or_404(StockTakeLine.objects.select_related("section", "asset"), pk=pk, section__in=seen)
    done = "所在不明としました。続けて、紛失のインシデントを報告してください。"
    return act(request, lambda: line.lose(by=request.user, at=timezone.now()), done, line.asset)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found = _section(request, pk)
    return act(request, lambda: found.close(by=request.user, at=timezone.now()), "この課の棚卸を終えました。", found)
