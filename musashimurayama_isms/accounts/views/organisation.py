"""The organisation on a day: for everyone who is logged in."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from musashimurayama_isms.transitions import InvalidTransition

from .. import standing
from ..chart import Chart, Desk, below, desks, duties_of, posts_on
from ..forms import DayForm, PromoterForm
from ..forms import chosen_day as day_chosen
from ..models import Committee, Department, Naming, Role, User, may_handle_personnel
from ..models.emergency_lock import can_lock

PAGE_SIZE = 50


def chosen_day(request: HttpRequest) -> tuple[date, DayForm]:
    """The day that an address asks for."""
    return day_chosen(request.GET)


def tree(request: HttpRequest) -> HttpResponse:
    on, form = chosen_day(request)
    is_personnel = may_handle_personnel(request.user, at=timezone.now())
    context = {"chart": Chart.on(on), "posts": posts_on(on).count(), "on": on, "form": form, "is_personnel": is_personnel}
    return render(request, "accounts/organisation.html", context)


def department(request: HttpRequest, pk: int) -> HttpResponse:
    on, form = chosen_day(request)
    found = get_object_or_404(Department.objects.select_related("parent", "successor"), pk=pk)
    is_personnel = may_handle_personnel(request.user, at=timezone.now())
    return render(
        request,
        "accounts/department.html",
        {
            "department": found,
            "desks": desks(found, on=on),
            "upper": found.upper_on(on),
            "children": below(found, on=on),
            "can_name": Naming.can_name(request.user, found, at=timezone.now()),
            "is_personnel": is_personnel,
            "can_change": is_personnel and found.until is None,
            "today": timezone.localdate(),
            "on": on,
            "form": form,
        },
    )


def roles(request: HttpRequest) -> HttpResponse:
    rows = Role.objects.prefetch_related("standing_deputies__deputy_role")
    return render(request, "accounts/roles.html", {"roles": rows})


def role(request: HttpRequest, code: str) -> HttpResponse:
    on, form = chosen_day(request)
    found = get_object_or_404(Role.objects.prefetch_related("standing_deputies__deputy_role"), code=code)
    page = Paginator(
        standing.posts(code, on=on).select_related("department__parent").order_by("department__position", "position"), PAGE_SIZE
    )
    page_obj = page.get_page(request.GET.get("page"))
    context = {"role": found, "page_obj": page_obj, "desks": Desk.of(page_obj.object_list, on=on), "on": on, "form": form}
    return render(request, "accounts/role.html", context)


def person(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(User, pk=pk)
    context = {
        "person": found,
        "duties": duties_of(found, at=timezone.now()),
        "history": found.appointments.select_related("post__department__parent").order_by("-since", "-pk"),
        "today": timezone.localdate(),
        "can_lock": found.is_active and can_lock(request.user, found, at=timezone.now()),
    }
    return render(request, "accounts/person.html", context)


def committees(request: HttpRequest) -> HttpResponse:
    on, form = chosen_day(request)
    rows = [(one, one.seated(on)) for one in Committee.objects.select_related("secretariat__parent")]
    return render(request, "accounts/committees.html", {"committees": rows, "on": on, "form": form})


def name_promoter(request: HttpRequest, pk: int) -> HttpResponse:
    """The 所属長 names the 情報化推進員 (3.4.2.8)."""
    section, now = get_object_or_404(Department, pk=pk), timezone.now()
    if not Naming.can_name(request.user, section, at=now):
        raise PermissionDenied
    today = timezone.localdate()
    form = PromoterForm(request.POST or None, candidates=Naming.candidates(section, on=today), initial={"since": today})
    if request.method == "POST" and form.is_valid():
        try:
            naming = Naming.name_promoter(section, **form.cleaned_data, by=request.user, at=now)
        except InvalidTransition as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{naming.person.name}さんを情報化推進員に指名しました。")
            return redirect("accounts:department", section.pk)
    return render(request, "accounts/name_promoter.html", {"form": form, "department": section})
