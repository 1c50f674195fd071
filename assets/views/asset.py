"""The register: its list, one asset, entering and correcting."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assets.filters.asset import AssetFilter
from assets.forms.asset import AssetForm, sections_of
from assets.models import Asset, StockTakeLine, StockTakeSection
from assets.overview import Overview
from assets.reach import Reach
from musashimurayama_isms.paging import LongList
from musashimurayama_isms.transitions import InvalidTransition

PAGE_SIZE = 50


def get_asset(request: HttpRequest, pk) -> Asset:
    """An asset that the person may see, else 404."""
    rows = Asset.objects.visible_to(request.user, at=timezone.now())
    return get_object_or_404(rows.for_list().select_related("department__parent", "copy_of", "contained_in", "last_checked_by"), pk=pk)


@require_safe
def list_(request: HttpRequest) -> HttpResponse:
    """What of the register the person sees, narrowed by the URL."""
    now = timezone.now()
    reach = Reach.of(request.user, at=now)
    narrowed = AssetFilter(request.GET, queryset=Asset.objects.visible_to(request.user, at=now, reach=reach).for_list())
    context = {
        "filter": narrowed,
        "page_obj": LongList(narrowed.qs, PAGE_SIZE).get_page(request.GET.get("page")),
        "can_add": sections_of(reach, at=now).exists(),
        "sheets": StockTakeSection.objects.open().filter(department__in=reach.staff).for_list(),
        "now": now,
    }
    return render(request, "assets/asset_list.html", context)


@require_safe
def detail(request: HttpRequest, pk) -> HttpResponse:
    """First what one may do with it, then the facts, then the history."""
    asset, now = get_asset(request, pk), timezone.now()
    return render(request, "assets/asset.html", {"asset": asset, "view": Overview(asset, request.user, at=now), "now": now})


def add(request: HttpRequest) -> HttpResponse:
    """Enter an asset with its class and who may handle it (3.5.2.3.2)."""
    now = timezone.now()
    reach = Reach.of(request.user, at=now)
    if not sections_of(reach, at=now).exists():
        raise Http404("情報資産を登録できる課がありません。")
    form = AssetForm(request.POST or None, user=request.user, at=now, reach=reach)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            asset = Asset.register(fields.pop("department"), by=request.user, at=now, **fields)
        except InvalidTransition as error:
            form.add_error(None, str(error))
        else:
            return redirect(asset)
    return render(request, "assets/asset_form.html", {"form": form}, status=422 if form.errors else 200)


def edit(request: HttpRequest, pk) -> HttpResponse:
    """Correct what is written; from a 棚卸 (?line=) the line counts as corrected."""
    asset, now = get_asset(request, pk), timezone.now()
    reach = Reach.of(request.user, at=now)
    if not asset.can_change(request.user, at=now, reach=reach):
        raise PermissionDenied
    line = _line(request, asset)
    form = AssetForm(request.POST or None, instance=asset, user=request.user, at=now, reach=reach)
    if request.method == "POST" and form.is_valid():
        try:
            asset.edit(form.cleaned_data, by=request.user, at=now)
            if line:
                line.correct(by=request.user, at=now)
        except InvalidTransition as error:
            form.add_error(None, str(error))
        else:
            return redirect(line.section if line else asset)
    return render(request, "assets/asset_form.html", {"form": form, "asset": asset, "line": line}, status=422 if form.errors else 200)


def _line(request: HttpRequest, asset: Asset) -> StockTakeLine | None:
    """The waiting line of an open sheet that the correction belongs to."""
    key = request.POST.get("line") or request.GET.get("line") or ""
    if not key.isdecimal():
        return None
    waiting = asset.stock_take_lines.filter(pk=int(key), section__closed_at__isnull=True, outcome=StockTakeLine.Outcome.WAITING)
    return waiting.select_related("section").first()
