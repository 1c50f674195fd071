"""External services: the register, a new one to consider, one of them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from assets.forms.service import ConsiderForm
from assets.models import ExternalService
from assets.reach import Reach
from assets.service_filters import ServiceFilter
from assets.service_page import ServicePage
from musashimurayama_isms.accounts.standing import day_of, main_department

PAGE_SIZE = 50


def listing(request: HttpRequest) -> HttpResponse:
    """承認済み外部サービス for everyone, and whatever else the person may open."""
    now = timezone.now()
    reach = Reach.of(request.user, at=now)
    rows = ExternalService.objects.in_list(request.user, at=now, reach=reach).with_all()
    filtered = ServiceFilter(request.GET, queryset=rows)
    page = Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    seen = ExternalService.objects.visible_to(request.user, at=now, reach=reach).filter(pk__in=[row.pk for row in page])
    context = {
        "filter": filtered,
        "page_obj": page,
        "seen": set(seen.values_list("pk", flat=True)),
        "today": day_of(now),
    }
    return render(request, "assets/services/list.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """A service to consider, for one's own section."""
    now = timezone.now()
    section = main_department(request.user, on=day_of(now))
    if section is None:
        raise PermissionDenied
    form = ConsiderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        service = ExternalService.consider(section, by=request.user, at=now, **form.cleaned_data)
        messages.success(request, "検討を始めました。次に、選定の確認に答えてください。")
        return redirect(service)
    return render(request, "assets/services/new.html", {"form": form, "section": section}, status=422 if form.is_bound else 200)


def seen(request: HttpRequest, pk) -> ExternalService:
    """A service whose details the person may see; 404 for anyone else."""
    rows = ExternalService.objects.visible_to(request.user, at=timezone.now()).with_all().select_related("permit__type", "entered_by")
    return get_object_or_404(rows, pk=pk)


def detail(request: HttpRequest, pk) -> HttpResponse:
    """One service: what is asked now, what was permitted, its lists, its history."""
    page = ServicePage(seen(request, pk), request.user, at=timezone.now())
    return render(request, "assets/services/detail.html", {"service": page.service, "page": page, "now": page.at})
