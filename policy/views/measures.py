"""対策の確認: the measures outside the portal, 節 by 節."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from policy.measure_forms import MeasureForm
from policy.measures import MeasurePage, hold_rounds, settle_duty
from policy.models import MeasureConfirmation


def measure_sections(request: HttpRequest) -> HttpResponse:
    """Each 節 with how many of its measures have their word of this 年度."""
    return render(request, "policy/measures.html", {"page": MeasurePage(request.user, at=timezone.now())})


def measure_section(request: HttpRequest, number: str) -> HttpResponse:
    """The measures of one 節; what is answered is kept, the rest may follow."""
    now = timezone.now()
    page = MeasurePage(request.user, at=now)
    rows = page.of_section(number)
    if not rows:
        raise Http404
    if request.method == "POST" and not page.may_confirm:
        raise PermissionDenied("対策を確認できるのは、中央電子計算組織管理者と電子計算組織総括管理者です。")
    forms = [MeasureForm(request.POST or None, measure=row) for row in rows]
    if request.method == "POST" and all(form.is_valid() for form in forms):
        try:
            with transaction.atomic():
                hold_rounds(now)
                said = MeasureConfirmation.confirm([form.finding for form in forms if form.is_answered], by=request.user, at=now)
                settle_duty(by=request.user, at=now)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, f"{said}件の確認を記録しました。")
            return redirect("policy:measures")
    status = 422 if request.method == "POST" else 200
    return render(request, "policy/measure_section.html", {"page": page, "number": number, "rows": rows, "forms": forms}, status=status)
