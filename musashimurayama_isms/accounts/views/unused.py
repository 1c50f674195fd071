"""The user IDs that nobody has come in with for long: for the check of 3.10.2.2.3."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from .. import choices, standing
from ..access import may_check_ids
from ..models import Account
from ..tables import with_section

PAGE_SIZE = 50


def unused(request: HttpRequest) -> HttpResponse:
    """Those longest unused first, with the section that knows why."""
    now = timezone.now()
    if not may_check_ids(request.user, at=now):
        raise Http404
    today = timezone.localdate(now)
    rows = Account.objects.unused(on=today).order_by("last_login", "date_joined", "pk")
    page_obj = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page_obj,
        "rows": [(account, account.section) for account in with_section(page_obj, on=today)],
        "days": choices.value("accounts.unused_days"),
        "is_administrator": standing.is_staff_of_portal(request.user, at=now),
    }
    return render(request, "accounts/unused_users.html", context)
