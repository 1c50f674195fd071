"""The pages of the problems of compliance: report, read, order, mend, confirm."""

from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from incidents.alert_pages import with_files
from incidents.compliance.filters import ComplianceFilter
from incidents.compliance.forms import ConfirmForm, OrderForm, ProblemForm
from incidents.models import ComplianceProblem, ComplianceWord
from incidents.small_acts import FiledForm, Words, ask
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.saving import tried
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.trail.reading import note_reading

PAGE_SIZE = 50
Status = ComplianceProblem.Status


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for me, then all that I may see."""
    now = timezone.now()
    filtered = ComplianceFilter(request.GET, queryset=ComplianceProblem.objects.visible_to(request.user, at=now).with_people())
    context = {
        "now": now,
        "may_report": ComplianceProblem.departments_of(request.user, at=now).exists(),
        "waiting": ComplianceProblem.objects.waiting_for(request.user, at=now).with_people().order_by("due_at"),
        "filter": filtered,
        "page_obj": Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "incidents/compliance/list.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """A chief reports; who is none is shown the way to the right form."""
    now = timezone.now()
    if not ComplianceProblem.departments_of(request.user, at=now).exists():
        return render(request, "incidents/compliance/not_yours.html")
    form = ProblemForm(request.POST or None, request.FILES or None, user=request.user, at=now)
    if request.method == "POST" and form.is_valid():
        data = {name: value for name, value in form.cleaned_data.items() if name != "uploads"}
        note = tried(request, form, lambda: ComplianceProblem.report(by=request.user, at=now, **data).notes.get())
        if note is not None:
            return redirect(note.problem)
    return render(request, "incidents/compliance/new.html", {"form": form}, status=422 if form.is_bound else 200)


def get_problem(request: HttpRequest, pk) -> ComplianceProblem:
    """One that the person may see; 404 for a stranger."""
    return get_object_or_404(ComplianceProblem.objects.visible_to(request.user, at=timezone.now()).with_people(), pk=pk)


@require_safe
def detail(request: HttpRequest, pk) -> HttpResponse:
    """One problem: first what it wants from me, then the facts and what was ordered and done."""
    row, now = get_problem(request, pk), timezone.now()
    note_reading(request.user, row)
    words = list(row.words.select_related("received_by"))
    for word in words:
        word.problem = row
    can_act = row.can_act(request.user, at=now)
    context = {
        "problem": row,
        "now": now,
        "can_act": can_act,
        "words": words,
        "my_words": [] if can_act else [word for word in words if word.actor(request.user, at=now)],
        "notes": with_files(row.notes.select_related("by")),
        "entries": Entry.objects.about(row),
    }
    return render(request, "incidents/compliance/detail.html", context)


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    seen = ComplianceProblem.objects.visible_to(request.user, at=timezone.now())
    word = get_object_or_404(ComplianceWord.objects.select_related("problem__department__parent"), pk=pk, problem__in=seen)
    return act(request, lambda: word.acknowledge(by=request.user, at=timezone.now()), "受領しました。", word.problem)


def _may(row: ComplianceProblem, request: HttpRequest, now: datetime, *statuses: str) -> bool:
    return row.status in statuses and row.can_act(request.user, at=now)


def order(request: HttpRequest, pk) -> HttpResponse:
    """The CISO orders measures, or says that they are not enough."""
    row, now = get_problem(request, pk), timezone.now()
    words = Words("対策を指示する", "電子計算組織総括管理者に届きます。", "指示する", "指示しました。", "3.11.2.1.2")
    form, may = OrderForm(request.POST or None), _may(row, request, now, Status.REPORTED, Status.DONE)
    return ask(request, row, form, lambda data: row.order(by=request.user, at=now, **data), words, may=may)


def tell_done(request: HttpRequest, pk) -> HttpResponse:
    row, now = get_problem(request, pk), timezone.now()
    words = Words("講じた対策を報告する", "最高情報セキュリティ責任者に届き、確認を求めます。", "報告する", "報告しました。", "3.11.2.1.2")
    form, may = FiledForm(request.POST or None, request.FILES or None), _may(row, request, now, Status.ORDERED)
    return ask(request, row, form, lambda data: row.tell_done(by=request.user, at=now, **data), words, may=may)


def confirm(request: HttpRequest, pk) -> HttpResponse:
    row, now = get_problem(request, pk), timezone.now()
    words = Words("対策を確認する", "この件は完了になり、報告した人に伝わります。", "確認して完了する", "完了しました。", "3.11.2.1.2")
    form, may = ConfirmForm(request.POST or None), _may(row, request, now, Status.DONE)
    return ask(request, row, form, lambda data: row.confirm(by=request.user, at=now, **data), words, may=may)
