"""未定事項: what the policy leaves open, what the city has chosen. Everyone reads, few choose."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from musashimurayama_isms.transitions import InvalidTransition

from . import catalogue
from .forms import ChoiceForm, NarrowingForm
from .models import ParameterChoice
from .overview import Overview, Sheet


def _narrowed(request: HttpRequest) -> tuple[Overview, NarrowingForm]:
    form = NarrowingForm(request.GET)
    return Overview(form.wanted(), at=timezone.now()), form


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All gaps, narrowed by ?state= ?group= ?q=."""
    page, form = _narrowed(request)
    return render(request, "parameters/list.html", {"page": page, "form": form})


def _sheet(request: HttpRequest, code: str) -> Sheet:
    """The page of the gap with this code, or 404."""
    if code not in catalogue.catalogue():
        raise Http404("この項目はありません。")
    return Sheet(catalogue.get(code), request.user, at=timezone.now())


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One gap: what is open, the default, the city's choice, the way to choose, the history."""
    sheet = _sheet(request, code)
    form = ChoiceForm(line=sheet.line, current=sheet.current) if sheet.chooser else None
    return render(request, "parameters/detail.html", {"sheet": sheet, "form": form})


@require_POST
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Settle one gap; who may not is told so."""
    sheet = _sheet(request, code)
    if sheet.chooser is None:
        raise PermissionDenied
    form = ChoiceForm(request.POST, line=sheet.line, current=sheet.current)
    if not form.is_valid():
        return render(request, "parameters/detail.html", {"sheet": sheet, "form": form}, status=422)
    try:
        _settle(request, sheet, form)
    except InvalidTransition as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, f"「{sheet.parameter.name}」を記録しました。次の処理から、この内容を使います。")
    return redirect("parameters:detail", code)


def _settle(request: HttpRequest, sheet: Sheet, form: ChoiceForm) -> None:
    given = {"basis": form.cleaned_data["basis"], "seen": form.cleaned_data["seen"], "by": request.user, "at": timezone.now()}
    if form.returns:
        ParameterChoice.back_to_default(sheet.parameter, **given)
    else:
        ParameterChoice.choose(sheet.parameter, form.value, **given)
