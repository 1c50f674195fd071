"""The authorities themselves: how the city reaches each, and what it still has to check."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from incidents.authorities.forms import AuthorityForm
from incidents.authorities.listing import enter
from incidents.models import Authority
from incidents.models.authority import keeps_authorities

from .forms_pages import form_page


def authorities(request: HttpRequest) -> HttpResponse:
    """All of them in their order, with their terms and what is to be checked."""
    reach = enter(request.user, at=timezone.now())
    rows = Authority.objects.prefetch_related("stages", "rule_sets")
    context = {"authorities": rows, "unchecked": sum(bool(row.check_reason) for row in rows), "can_change": keeps_authorities(reach)}
    return render(request, "incidents/authorities/register.html", context)


def authority(request: HttpRequest, code: str) -> HttpResponse:
    """Change what the city enters about one."""
    reach = enter(request.user, at=timezone.now())
    row = get_object_or_404(Authority, code=code)
    if not keeps_authorities(reach):
        raise PermissionDenied("報告先を直せるのは、情報化推進委員会（事務局）と中央電子計算組織管理者です。")
    form = AuthorityForm(request.POST or None, instance=row)
    return form_page(
        request,
        form,
        lambda data: row.change(by=request.user, at=timezone.now(), **data),
        done="報告先の登録を直しました。",
        to=reverse("incidents:authority_register"),
        template="incidents/authorities/register_form.html",
        authority=row,
    )
