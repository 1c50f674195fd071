"""定めるべき規程・手順: the register, one of them, and 別途保管."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.transitions import InvalidTransition
from policy.models import Regulation
from policy.regulation_forms import CustodyForm, RegulationFilterForm
from policy.regulation_page import RegulationPage
from policy.regulations import Register


def _narrowed(request: HttpRequest) -> tuple[Register, RegulationFilterForm]:
    form = RegulationFilterForm(request.GET)
    return Register(on=timezone.localdate(), wanted=form.wanted()), form


def register(request: HttpRequest) -> HttpResponse:
    """Every document that somebody has to make, narrowed by ?state= ?maker= ?clause=."""
    page, form = _narrowed(request)
    return render(request, "policy/regulations.html", {"page": page, "form": form})


def regulation(request: HttpRequest, code: str) -> HttpResponse:
    """One of them: who makes it, what it must say, where it is."""
    row = get_object_or_404(Regulation, code=code)
    return render(request, "policy/regulation.html", {"page": RegulationPage(row, request.user, at=timezone.now())})


def keep_elsewhere(request: HttpRequest, code: str) -> HttpResponse:
    """State where it lies outside the portal."""
    row, now = get_object_or_404(Regulation, code=code), timezone.now()
    page = RegulationPage(row, request.user, at=now)
    if not page.may_place:
        raise PermissionDenied
    form = CustodyForm(request.POST or None, regulation=row, at=now, initial={"department": request.GET.get("department")})
    if request.method == "POST" and form.is_valid():
        try:
            row.keep_elsewhere(**form.cleaned_data, by=request.user, at=now)
        except InvalidTransition as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"「{row.title}」を別途保管として登録しました。")
            return redirect(row)
    return render(request, "policy/keep_elsewhere.html", {"page": page, "form": form}, status=422 if form.errors else 200)


@require_POST
def bring_back(request: HttpRequest, code: str) -> HttpResponse:
    """It is no longer kept elsewhere; of what every section makes, ?department= says whose."""
    row = get_object_or_404(Regulation, code=code)
    key = request.POST.get("department", "")
    department = get_object_or_404(Department, pk=key) if key.isdecimal() else None
    try:
        row.bring_back(by=request.user, at=timezone.now(), department=department)
    except InvalidTransition as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "別途保管をやめました。ポータルに文書を登録してください。")
    return redirect(row)
