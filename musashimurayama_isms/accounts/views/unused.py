"""The user IDs that nobody has come in with for long: for the check of 3.10.2.2.3."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from .. import choices, standing
from ..models import Account, Appointment, RoleCode, User

PAGE_SIZE = 50


def may_check(user: User, *, at) -> bool:
    """The administrators, the 中央電子計算組織管理者 whose duty the check is, and the 職員課 that helps with it."""
    return standing.is_staff_of_portal(user, at=at) or standing.has_role(user, RoleCode.CENTRAL_MANAGER, RoleCode.PERSONNEL, at=at)


def unused(request: HttpRequest) -> HttpResponse:
    """Those longest unused first, with the section that knows why."""
    now = timezone.now()
    if not may_check(request.user, at=now):
        raise Http404
    today = timezone.localdate(now)
    rows = Account.objects.unused(on=today).order_by("last_login", "date_joined", "pk")
    page_obj = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    posts = Appointment.objects.in_force(today).filter(person__in=list(page_obj)).select_related("post__department__parent").order_by("-pk")
    section_of = {row.person_id: row.post.department for row in posts}
    context = {
        "page_obj": page_obj,
        "rows": [(account, section_of.get(account.pk)) for account in page_obj],
        "days": choices.value("accounts.unused_days"),
        "is_administrator": standing.is_staff_of_portal(request.user, at=now),
    }
    return render(request, "accounts/unused_users.html", context)
