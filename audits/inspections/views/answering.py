"""The sheets: answered screen by screen, typed in from paper, printed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from audits.inspections.pages import SheetPage
from audits.models import Campaign, Sheet
from audits.models.campaign import SHEETS
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.transitions import InvalidTransition
from policy.models import Bearer

from .running import get_campaign


def _sheet(request: HttpRequest, pk: int) -> Sheet:
    rows = Sheet.objects.visible_to(request.user, at=timezone.now())
    return get_object_or_404(rows.select_related("campaign", "person", "department__parent", "system"), pk=pk)


def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer, one 節 a screen; everything is kept as it is typed, also by this page's own button."""
    now = timezone.now()
    found = _sheet(request, pk)
    data = request.POST if request.method == "POST" else None
    page = SheetPage(found, request.user, at=now, theme=request.GET.get("theme", ""), data=data)
    if request.method == "POST":
        wrong = [form for form in page.forms if not form.is_valid()]
        try:
            found.keep([form.given for form in page.forms], by=request.user, at=now)
        except InvalidTransition as error:
            messages.warning(request, str(error))
            return redirect(found)
        if not wrong:
            theme = f"?theme={page.next_theme}" if page.next_theme else "?theme=" + page.theme
            return redirect(found.get_absolute_url() + theme)
    context = {"sheet": found, "page": page, "now": now, "lacking": found.lacking() if page.can_answer else []}
    return render(request, "audits/inspections/sheet.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def keep_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Autosave of one screen; the answer is one quiet line."""
    now = timezone.now()
    found = _sheet(request, pk)
    page = SheetPage(found, request.user, at=now, theme=request.GET.get("theme", ""), data=request.POST)
    if not page.can_answer:
        raise PermissionDenied("この点検票には回答できません。")
    for form in page.forms:
        form.is_valid()
    found.keep([form.given for form in page.forms], by=request.user, at=now)
    return render(request, "audits/inspections/_saved.html", {"at": now, "page": SheetPage(found, request.user, at=now, theme=page.theme)})


@require_POST
def submit_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    found = _sheet(request, pk)
    try:
        found.submit(by=request.user, at=timezone.now())
    except ValidationError as error:
        messages.error(request, f"回答が足りない質問が{len(error.messages)}件あります。下の一覧から開いて、回答してください。")
    except InvalidTransition as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "点検票を提出しました。期限までは取り消して直せます。")
        if not Sheet.objects.mine(request.user, at=timezone.now()).filter(pk=found.pk).exists():
            return redirect("audits:paper_sheets")
    return redirect(found)


@require_POST
def take_back_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    found = _sheet(request, pk)
    done = "提出を取り消しました。直してから、もう一度提出してください。"
    return act(request, lambda: found.take_back(by=request.user, at=timezone.now()), done, found)


def paper_sheets(request: HttpRequest) -> HttpResponse:
    """Colleagues without a PC: whose paper sheet a 情報化推進員 types in."""
    now = timezone.now()
    rows = Sheet.objects.on_paper_for(request.user, at=now) | Sheet.objects.missing().filter(entered_by=request.user)
    rows = rows.filter(campaign__status=Campaign.Status.OPEN).select_related("campaign", "person", "department__parent")
    return render(request, "audits/inspections/paper_sheets.html", {"sheets": rows.order_by("person__kana", "pk"), "now": now})


def blank_sheet(request: HttpRequest, pk: int, bearer: str) -> HttpResponse:
    """The sheet of a role on paper, to be printed."""
    found = get_campaign(request, pk)
    rows = found.questions.filter(bearer=bearer)
    if not rows:
        raise Http404
    context = {"campaign": found, "questions": rows, "label": dict(SHEETS)[bearer], "is_personal": bearer == Bearer.TERMINAL_USER}
    return render(request, "audits/inspections/blank.html", context)
