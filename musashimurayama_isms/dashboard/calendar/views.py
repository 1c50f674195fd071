"""予定表: the month, the 年度, the plan on paper, and the key of the feed. No rule lives here."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from musashimurayama_isms.accounts.access import may_log_in
from musashimurayama_isms.accounts.models import CalendarToken
from musashimurayama_isms.accounts.models.calendar_token import WINDOW
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.jobs.queue import enqueue

from .feed import MEDIA_TYPE, feed
from .forms import FeedForm
from .months import MonthView, YearView


@require_safe
def month(request: HttpRequest, year: int | None = None, month: int | None = None) -> HttpResponse:
    """A month; without one, this month."""
    now = timezone.now()
    today = day_of(now)
    try:
        view = MonthView(request.user, year or today.year, month or today.month, at=now, query=request.GET)
    except LookupError:
        raise Http404 from None
    return render(request, "dashboard/calendar/month.html", {"view": view})


@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """The twelve months of a 年度."""
    return render(request, "dashboard/calendar/year.html", {"view": _year(request, year)})


def _year(request: HttpRequest, year: int) -> YearView:
    try:
        return YearView(request.user, year, at=timezone.now(), query=request.GET)
    except LookupError:
        raise Http404 from None


@require_POST
def paper(request: HttpRequest, year: int) -> HttpResponse:
    """The plan of the year on A4, made by the worker."""
    view = _year(request, year)
    job = enqueue("dashboard.calendar_paper", by=request.user, year=view.year, scope=str(view.scope), only=view.kind)
    return redirect(job)


@require_safe
@never_cache
def feed_page(request: HttpRequest) -> HttpResponse:
    """Whether one's own feed is on, and how to use it."""
    return _feed_page(request, FeedForm())


def _feed_page(request: HttpRequest, form: FeedForm, *, secret: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    context = {
        "token": CalendarToken.objects.visible_to(request.user, at=now).live().first(),
        "form": form,
        "address": request.build_absolute_uri(_path(secret)) if secret else "",
        "year": fiscal_year(day_of(now)),
    }
    return render(request, "dashboard/calendar/feed.html", context, status=status)


def _path(secret: str) -> str:
    return reverse("calendar_feed", args=[secret])


@require_POST
@never_cache
def make_feed(request: HttpRequest) -> HttpResponse:
    """A new address, shown on this answer alone: it is kept nowhere, so nothing is redirected to."""
    form = FeedForm(request.POST)
    if not form.is_valid():
        return _feed_page(request, form, status=422)
    _, secret = CalendarToken.make(scope=form.cleaned_data["scope"], by=request.user, at=timezone.now())
    messages.success(request, "配信用のアドレスを作りました。表示されるのはこの一度だけです。")
    return _feed_page(request, FeedForm(), secret=secret)


@require_POST
def revoke_feed(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    token = get_object_or_404(CalendarToken.objects.visible_to(request.user, at=now), pk=pk)
    done = "配信を止めました。以前のアドレスでは、もう予定を読めません。"
    return act(request, lambda: token.revoke(by=request.user, at=now), done, "calendar_feed_page")


@require_safe
@never_cache
@login_not_required
def ics(request: HttpRequest, secret: str) -> HttpResponse:
    """The feed itself: who has the address reads it, as long as the person may log in; 404 otherwise, 429 when asked too often."""
    now = timezone.now()
    token = CalendarToken.objects.of_secret(secret)
    if token is None or may_log_in(token.person, on=day_of(now)):
        raise Http404
    if not token.admit(at=now):
        return HttpResponse(status=429, headers={"Retry-After": str(int(WINDOW.total_seconds()))})
    content = feed(token, at=now, root=request.build_absolute_uri("/"))
    headers = {"Content-Disposition": 'inline; filename="isms.ics"', "Referrer-Policy": "no-referrer"}
    return HttpResponse(content, content_type=MEDIA_TYPE, headers=headers)
