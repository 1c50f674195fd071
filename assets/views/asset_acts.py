"""The acts on assets: class, 権限, loss, requests, and what is done to several at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from assets import jobs_asset
from assets.filters.asset import AssetFilter
from assets.forms.asset import PermissionForm, ReclassifyForm, TogetherForm
from assets.handling import ACTS
from assets.models import Asset, AssetPermission
from assets.requests.beginning import begin_about
from assets.things import Thing
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.transitions import InvalidTransition

from .asset import get_asset

REQUESTS = {rule.request for one in ACTS for rule in one.rules if rule.request}
AT_ONCE = 2000


def reclassify(request: HttpRequest, pk) -> HttpResponse:
    """Another class with a reason; lower ones are the officer's."""
    asset, now = get_asset(request, pk), timezone.now()
    if not asset.can_change(request.user, at=now):
        raise PermissionDenied
    form = ReclassifyForm(request.POST or None, initial={"to": asset.asset_class})
    if request.method == "POST" and form.is_valid():
        to, reason = form.cleaned_data["to"], form.cleaned_data["reason"]
        try:
            asset.reclassify(to, reason=reason, by=request.user, at=now)
        except (InvalidTransition, PermissionDenied) as error:
            form.add_error("to", str(error))
        else:
            messages.success(request, f"{asset.get_asset_class_display()}に変えました。ラベルやファイル名の表示も直してください。")
            return redirect(asset)
    context = {"asset": asset, "form": form, "can_decide": asset.can_decide(request.user, at=now), "copies": asset.copies.kept().count()}
    return render(request, "assets/asset_reclassify.html", context, status=422 if form.errors else 200)


def permit(request: HttpRequest, pk) -> HttpResponse:
    """Let a section or a person beyond the own section handle it, until a day."""
    asset, now = get_asset(request, pk), timezone.now()
    if not asset.can_decide(request.user, at=now):
        raise PermissionDenied
    form = PermissionForm(request.POST or None, at=now)
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data.get(name) for name in ("department", "person", "until", "reason")}
        try:
            AssetPermission.give(asset, by=request.user, at=now, **fields)
        except InvalidTransition as error:
            form.add_error("until", str(error))
        else:
            messages.success(request, "権限を定めました。終わりの日を過ぎると、自動で見られなくなります。")
            return redirect(asset)
    return render(request, "assets/asset_permit.html", {"asset": asset, "form": form}, status=422 if form.errors else 200)


@require_POST
def end_permission(request: HttpRequest, pk: int) -> HttpResponse:
    seen = Asset.objects.visible_to(request.user, at=timezone.now())
    found = get_object_or_404(AssetPermission.objects.select_related("asset"), pk=pk, asset__in=seen)
    return act(request, lambda: found.end(by=request.user, at=timezone.now()), "権限を取りやめました。", found.asset)


@require_POST
def lose(request: HttpRequest, pk) -> HttpResponse:
    asset = get_asset(request, pk)
    done = "所在不明としました。続けて、紛失のインシデントを報告してください。"
    return act(request, lambda: asset.report_lost(by=request.user, at=timezone.now()), done, asset)


@require_POST
def find(request: HttpRequest, pk) -> HttpResponse:
    asset = get_asset(request, pk)
    return act(request, lambda: asset.find(by=request.user, at=timezone.now()), "見つかったことを記録しました。", asset)


@require_POST
def begin(request: HttpRequest, pk, code: str) -> HttpResponse:
    """Open the draft of a request about this asset: この情報を持ち出す. What leaves is applied for by the one errand."""
    asset = get_asset(request, pk)
    if code not in REQUESTS:
        raise Http404
    try:
        found = begin_about([Thing(asset)], code, by=request.user, at=timezone.now())
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect(asset)
    return redirect(found)


# -- several at once -------------------------------------------------------------------------------------------------
def chosen(request: HttpRequest):
    """The assets ticked on the list, or everything that fits its filter; as far as the person sees them."""
    rows = Asset.objects.visible_to(request.user, at=timezone.now())
    if request.POST.get("all"):
        return AssetFilter(request.GET, queryset=rows).qs[:AT_ONCE]
    return rows.filter(pk__in=[key for key in request.POST.getlist("asset") if _is_key(key)][:AT_ONCE])


def _is_key(text: str) -> bool:
    return len(text) <= 36 and text.replace("-", "").isalnum() and len(text.replace("-", "")) == 32


def _none_chosen(request: HttpRequest) -> HttpResponse:
    messages.warning(request, "情報資産が選ばれていません。一覧の左の欄に印を付けてください。")
    return redirect("assets:asset_list")


@require_POST
def edit_together(request: HttpRequest) -> HttpResponse:
    """The form for the chosen ones, then the change itself; what cannot be changed by this person is told."""
    rows = chosen(request).values_list("pk", flat=True)
    keys = list(rows)
    if not keys:
        return _none_chosen(request)
    form = TogetherForm(request.POST if "save" in request.POST else None)
    if form.is_bound and form.is_valid():
        count = len(keys)
        try:
            Asset.edit_together(keys, form.cleaned_data, by=request.user, at=timezone.now())
        except InvalidTransition as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{count}件をまとめて直しました。")
            return redirect("assets:asset_list")
    return render(request, "assets/asset_together.html", {"form": form, "keys": keys}, status=422 if form.errors else 200)


@require_POST
def labels(request: HttpRequest) -> HttpResponse:
    """Labels of the chosen ones, made by the worker."""
    keys = [str(key) for key in chosen(request).values_list("pk", flat=True)]
    if not keys:
        return _none_chosen(request)
    return redirect(enqueue(jobs_asset.LABELS, by=request.user, assets=keys))
