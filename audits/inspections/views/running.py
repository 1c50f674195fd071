"""All inspections, and one from its preparation to its report."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from audits.inspections.forms import (
    CampaignForm,
    EditForm,
    QuestionsForm,
    ReopenForm,
    ReportForm,
    first_due,
)
from audits.inspections.pages import CampaignPage
from audits.models import Campaign, Improvement, Sheet
from audits.models.campaign import SHEETS
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.saving import tried
from musashimurayama_isms.fiscal import fiscal_year, fiscal_year_label
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.parameters.values import value


def inspections(request: HttpRequest) -> HttpResponse:
    """The door of the room: what I have to answer, what my section bettered, then all inspections."""
    now = timezone.now()
    context = {
        "now": now,
        "runs": Campaign.hat_of(request.user, at=now) is not None,
        "sheets": Sheet.objects.mine(request.user, at=now)
        .filter(campaign__status=Campaign.Status.OPEN)
        .select_related("campaign", "system", "department")
        .order_by("submitted_at", "campaign__due_on"),
        "paper": Sheet.objects.on_paper_for(request.user, at=now).filter(campaign__status=Campaign.Status.OPEN).count(),
        "improvements": Improvement.objects.waiting_for(request.user, at=now).select_related("result__department", "question"),
        "campaigns": Campaign.objects.visible_to(request.user, at=now),
        "on": day_of(now),
    }
    return render(request, "audits/inspections/list.html", context)


def get_campaign(request: HttpRequest, pk: int) -> Campaign:
    """An inspection that the person may see."""
    return get_object_or_404(Campaign.objects.visible_to(request.user, at=timezone.now()).select_related("previous"), pk=pk)


def _run(request: HttpRequest, pk: int) -> Campaign:
    """An inspection that this person runs; 404 for who does not see it, 403 for who does not run it."""
    campaign = get_campaign(request, pk)
    Campaign.guard(request.user, at=timezone.now())
    return campaign


def new_campaign(request: HttpRequest) -> HttpResponse:
    """A new inspection, with the questions of the last one."""
    now = timezone.now()
    if Campaign.hat_of(request.user, at=now) is None:
        raise Http404
    due_on = first_due(day_of(now), value("audits.self_inspection_months"))
    title = f"{fiscal_year_label(fiscal_year(due_on))} 情報セキュリティ自己点検"
    form = CampaignForm(request.POST or None, initial={"title": title, "kind": Campaign.Kind.REGULAR, "due_on": due_on})
    if request.method == "POST" and form.is_valid():
        campaign = Campaign.prepare(by=request.user, at=now, **form.cleaned_data)
        messages.success(request, "点検を作りました。質問を確かめてから、回答の受付を始めてください。")
        return redirect(campaign)
    return render(request, "audits/inspections/form.html", {"form": form, "heading": "自己点検を準備する", "button": "作る"})


def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """One inspection: my sheets, how far the departments are, and once answers stand still what came of it."""
    now = timezone.now()
    page = CampaignPage(get_campaign(request, pk), request.user, at=now)
    return render(request, "audits/inspections/campaign.html", {"campaign": page.campaign, "page": page, "now": now})


def edit_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    found = _run(request, pk)
    form = EditForm(request.POST or None, initial={"title": found.title, "due_on": found.due_on, "note": found.note})
    return _form(request, form, found, "点検の内容を直す", "直す", found.edit, "点検の内容を直しました。")


def questions(request: HttpRequest, pk: int, bearer: str) -> HttpResponse:
    """Choose what one role is asked."""
    found = _run(request, pk)
    if bearer not in dict(SHEETS):
        raise Http404
    chosen = list(found.questions.filter(bearer=bearer).values_list("obligation_key", flat=True))
    form = QuestionsForm(request.POST or None, bearer=bearer, initial={"keys": chosen})
    if request.method == "POST" and form.is_valid():
        keys = form.cleaned_data["keys"]
        return act(
            request,
            lambda: found.choose(bearer, keys, by=request.user, at=timezone.now()),
            f"{dict(SHEETS)[bearer]}の質問を{len(keys)}問にしました。",
            found,
        )
    context = {"form": form, "campaign": found, "label": dict(SHEETS)[bearer], "chosen": len(form["keys"].value() or ())}
    return render(request, "audits/inspections/questions.html", context)


@require_POST
def open_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    found = _run(request, pk)
    done = "回答の受付を始めました。対象の職員に知らせました。"
    return act(request, lambda: found.open(by=request.user, at=timezone.now()), done, found)


@require_POST
def close_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    found = _run(request, pk)
    done = "回答を締め切りました。各課が結果をまとめます。"
    return act(request, lambda: found.close(by=request.user, at=timezone.now()), done, found)


@require_POST
def drop_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    found = _run(request, pk)
    return act(request, lambda: found.drop(by=request.user, at=timezone.now()), "点検を取りやめました。", "audits:inspections")


def reopen_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    found = _run(request, pk)
    form = ReopenForm(request.POST or None)
    return _form(request, form, found, "もう一度回答を受け付ける", "受け付ける", found.reopen, "回答の受付を再開しました。")


def report_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """The results to those who are to know (3.13.2.2)."""
    found = _run(request, pk)
    form = ReportForm(request.POST or None)
    return _form(request, form, found, "結果を報告する", "報告する", found.report, "結果を報告しました。報告先に知らせました。")


def _form(request: HttpRequest, form, found: Campaign, heading: str, button: str, do, done: str) -> HttpResponse:
    """A form whose rule may refuse by field: the words stay."""
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and tried(request, form, lambda: do(by=request.user, at=timezone.now(), **form.cleaned_data) or found):
        messages.success(request, done)
        return redirect(found)
    context = {"form": form, "campaign": found, "heading": heading, "button": button}
    return render(request, "audits/inspections/form.html", context, status=422 if form.errors else 200)


@require_POST
def report_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The results on A4, made by the worker."""
    found = get_campaign(request, pk)
    if not CampaignPage(found, request.user, at=timezone.now()).sees_city:
        raise Http404
    return redirect(enqueue("audits.inspection_report", by=request.user, subject=found, campaign=found.pk))
