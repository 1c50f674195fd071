"""指摘への対処: the list, and one finding's way from the order to the check."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from audits.follow_up.filters import ActionFilter
from audits.follow_up.forms import CheckForm, DoneForm, OrderForm, PlanForm
from audits.models import CorrectiveAction, Finding
from audits.models.corrective_action import terms_of, unordered
from audits.parties import Reach
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.files.saving import tried
from musashimurayama_isms.trail.models import Entry

PAGE_SIZE = 50


def actions(request: HttpRequest) -> HttpResponse:
    """All that is being dealt with and the person may see; for the audit head first what nobody was ordered to deal with."""
    now = timezone.now()
    rows = CorrectiveAction.objects.visible_to(request.user, at=now).with_all().order_by("-finding__engagement", "finding", "-round")
    found = ActionFilter(request.GET, queryset=rows, at=now)
    context = {
        "now": now,
        "on": day_of(now),
        "filter": found,
        "page_obj": Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page")),
        "unordered": unordered(request.user, at=now).select_related("engagement", "department"),
    }
    return render(request, "audits/follow_up/list.html", context)


def unordered_findings(request: HttpRequest) -> HttpResponse:
    """The issued findings that one sees and that wait for an order; the audit head gives it from here."""
    now = timezone.now()
    rows = Finding.objects.visible_to(request.user, at=now).unordered().select_related("engagement", "department__parent")
    context = {
        "page_obj": Paginator(rows.order_by("issued_at", "pk"), PAGE_SIZE).get_page(request.GET.get("page")),
        "is_head": Reach.of(request.user, at=now).is_head,
    }
    return render(request, "audits/follow_up/unordered.html", context)


def order(request: HttpRequest, pk: int) -> HttpResponse:
    """対処の指示 for one finding."""
    now = timezone.now()
    finding = get_object_or_404(Finding.objects.visible_to(request.user, at=now).select_related("engagement", "department"), pk=pk)
    if not Reach.of(request.user, at=now).is_head:
        raise PermissionDenied("対処を指示するのは、情報セキュリティ監査総括責任者です。")
    form = OrderForm(request.POST or None)
    plan_due, done_due = terms_of(finding, on=day_of(now))
    context = {"form": form, "finding": finding, "plan_due": plan_due, "done_due": done_due, "now": now}
    return _send(
        request,
        form,
        lambda: CorrectiveAction.order(finding, by=request.user, at=now, **form.cleaned_data),
        "対処を指示しました。指示した相手に知らせました。",
        "audits/follow_up/order.html",
        context,
    )


def _action(request: HttpRequest, pk: int) -> CorrectiveAction:
    return get_object_or_404(CorrectiveAction.objects.visible_to(request.user, at=timezone.now()).with_all(), pk=pk)


def action(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: what it asks of me first, then the finding, the plan, what was done, the check, the history."""
    now = timezone.now()
    row = _action(request, pk)
    context = {
        "row": row,
        "finding": row.finding,
        "now": now,
        "is_owner": row.owner(request.user, at=now) is not None and row.status in row.WITH_OWNER,
        "checker": row.checker(request.user, at=now) if row.status == row.Status.DONE else "",
        "is_head": Reach.of(request.user, at=now).is_head,
        "owners": row.owners(at=now),
        "rounds": row.finding.actions.all(),
        "files": StoredFile.objects.about(row),
        "entries": Entry.objects.about(row),
    }
    return render(request, "audits/follow_up/action.html", context)


def plan(request: HttpRequest, pk: int) -> HttpResponse:
    row = _owned(request, pk)
    form = PlanForm(request.POST or None, initial={"cause": row.cause, "plan": row.plan})
    return _act(request, form, row, row.make_plan, "対処の計画を出しました。", "対処の計画を書く", "計画を出す")


def done(request: HttpRequest, pk: int) -> HttpResponse:
    row = _owned(request, pk)
    form = DoneForm(request.POST or None, request.FILES or None, subject=row)
    return _act(request, form, row, row.finish, "対処を報告しました。別の人が効果を確かめます。", "対処を報告する", "報告する")


def check(request: HttpRequest, pk: int) -> HttpResponse:
    row = _action(request, pk)
    if not row.checker(request.user, at=timezone.now()):
        raise PermissionDenied("効果を確かめるのは、対処した人とは別の監査人か監査総括責任者です。")
    return _act(request, CheckForm(request.POST or None), row, row.verify, "確認の結果を記録しました。", "効果を確かめる", "記録する")


def _owned(request: HttpRequest, pk: int) -> CorrectiveAction:
    row = _action(request, pk)
    if row.owner(request.user, at=timezone.now()) is None:
        raise PermissionDenied("これを行うのは、対処を指示された方です。")
    return row


def _act(request: HttpRequest, form, row: CorrectiveAction, do, done: str, heading: str, button: str) -> HttpResponse:
    context = {
        "form": form,
        "row": row,
        "finding": row.finding,
        "files": StoredFile.objects.about(row),
        "heading": heading,
        "button": button,
    }

    def act() -> CorrectiveAction:
        given = {name: value for name, value in form.cleaned_data.items() if name != "uploads"}
        do(by=request.user, at=timezone.now(), **given)
        return row

    return _send(request, form, act, done, "audits/follow_up/form.html", context)


def _send(request: HttpRequest, form, do, done: str, template: str, context: dict) -> HttpResponse:
    """Do it with what the form holds; what is refused is said in the form, the words kept."""
    if request.method == "POST" and form.is_valid() and (row := tried(request, form, do)):
        messages.success(request, done)
        return redirect(row)
    return render(request, template, context, status=422 if form.errors else 200)
