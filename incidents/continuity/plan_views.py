"""The 業務継続計画（ICT編）: what is in force, its versions, their approval, their review."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.continuity.forms import ApproveForm, PlanForm, ReturnForm, ReviewForm
from incidents.continuity.keepers import next_review
from incidents.continuity.people import plan_owner, prepares_plan
from incidents.models import Incident, PlanReview, PlanVersion
from incidents.models.plan import CONTENTS
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

PAGE_SIZE = 20


def plan(request: HttpRequest) -> HttpResponse:
    """What is in force, to be read on the bad day; for those who prepare it, versions and reviews as well."""
    now = timezone.now()
    on = day_of(now)
    rows = PlanVersion.objects.visible_to(request.user, at=now)
    current = rows.in_force(on).first()
    prepares = prepares_plan(request.user, at=now)
    versions = rows.select_related("drafted_by", "approved_by").order_by("-number") if prepares else rows.none()
    page_obj = Paginator(versions, PAGE_SIZE).get_page(request.GET.get("page"))
    for version in page_obj:
        version.word, version.tone = version.phase(on, current=current)
    context = {
        "current": current,
        "prepares": prepares,
        "page_obj": page_obj,
        "unsettled": rows.unsettled().first() if prepares else None,
        "review_on": next_review(current) if current and prepares else None,
        "reviews": PlanReview.objects.visible_to(request.user, at=now).select_related("by", "version")[:10],
        "open_incidents": Incident.objects.real().visible_to(request.user, at=now).open().with_people()[:5],
        "owner": plan_owner().label,
        "now": now,
    }
    return render(request, "incidents/continuity/plan.html", context)


def _version(request: HttpRequest, pk: int) -> PlanVersion:
    rows = PlanVersion.objects.visible_to(request.user, at=timezone.now())
    return get_object_or_404(rows.select_related("drafted_by", "submitted_by", "approved_by", "resolution"), pk=pk)


def version(request: HttpRequest, pk: int, *, form: ApproveForm | None = None, return_form: ReturnForm | None = None) -> HttpResponse:
    """One version: what it wants from me, its four contents, its history."""
    now = timezone.now()
    found = _version(request, pk)
    current = PlanVersion.objects.in_force(day_of(now)).first()
    word, tone = found.phase(day_of(now), current=current)
    context = {
        "version": found,
        "word": word,
        "tone": tone,
        "can_write": found.can_write(request.user, at=now),
        "approver": found.approver(request.user, at=now),
        "approvers": found.approvers(at=now) if found.is_submitted else [],
        "form": form or ApproveForm(version=found, initial={"digest": found.content_digest()}),
        "return_form": return_form or ReturnForm(),
        "entries": Entry.objects.about(found),
        "now": now,
    }
    is_wrong = any(row is not None and row.errors for row in (form, return_form))
    return render(request, "incidents/continuity/version.html", context, status=422 if is_wrong else 200)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    now = timezone.now()
    if not prepares_plan(request.user, at=now):
        raise Http404("計画を用意する方の画面です。")
    try:
        found = PlanVersion.begin(by=request.user, at=now)
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect("incidents:plan")
    return redirect("incidents:plan_write", found.pk)


def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the draft; keep it, or ask for approval with all four contents."""
    now = timezone.now()
    found = _version(request, pk)
    if not found.is_draft:
        return redirect(found)
    form = PlanForm(request.POST or None, request.FILES or None, instance=PlanVersion.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                _keep(found, form, request, now)
                if "submit" in request.POST:
                    _submit(found, form, request, now)
        except ValidationError as error:
            form.add_error(None, error)
        except InvalidTransition as error:
            messages.warning(request, str(error))
            return redirect(found)
        else:
            messages.success(request, "承認を求めました。" if "submit" in request.POST else "案を保存しました。")
            return redirect(found) if "submit" in request.POST else redirect("incidents:plan_write", pk)
    return render(request, "incidents/continuity/write.html", {"form": form, "version": found}, status=422 if form.errors else 200)


def _keep(found: PlanVersion, form: PlanForm, request: HttpRequest, at) -> None:
    texts = {name: form.cleaned_data[name] for name in (*CONTENTS, "change_note", "effective_on")}
    for upload in form.cleaned_data["uploads"]:
        attach(found, upload, by=request.user)
    found.write(by=request.user, at=at, **texts)


def _submit(found: PlanVersion, form: PlanForm, request: HttpRequest, at) -> None:
    if form.cleaned_data["effective_on"] is None:
        raise ValidationError({"effective_on": "承認を求めるときは、施行日を入力してください。"})
    found.submit(by=request.user, at=at, effective_on=form.cleaned_data["effective_on"])


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    found, now = _version(request, pk), timezone.now()
    form = ApproveForm(request.POST, version=found)
    if not form.is_valid():
        return version(request, pk, form=form)
    facts = {"digest": form.cleaned_data["digest"], "resolution": form.cleaned_data.get("resolution")}
    return act(request, lambda: found.approve(by=request.user, at=now, **facts), "計画を承認しました。関係する方に知らせます。", found)


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    found, now = _version(request, pk), timezone.now()
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return version(request, pk, return_form=form)
    return act(request, lambda: found.send_back(by=request.user, at=now, reason=form.cleaned_data["reason"]), "差し戻しました。", found)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    found = _version(request, pk)
    return act(request, lambda: found.discard(by=request.user, at=timezone.now()), "案を取りやめました。", "incidents:plan")


@require_POST
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The version on A4, made by the worker."""
    found = _version(request, pk)
    return redirect(enqueue("incidents.plan", by=request.user, subject=found, version=found.pk))


def review(request: HttpRequest) -> HttpResponse:
    """Record a review of what is in force (3.11.3.3)."""
    now = timezone.now()
    if not prepares_plan(request.user, at=now):
        raise Http404("計画を用意する方の画面です。")
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = PlanReview.enter(by=request.user, at=now, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except (InvalidTransition, PermissionDenied) as error:
            messages.warning(request, str(error))
            return redirect("incidents:plan")
        else:
            revised = found.result == PlanReview.Result.REVISE
            messages.success(request, f"見直しを記録しました。{'続けて新しい版を作ってください。' if revised else ''}")
            return redirect("incidents:plan")
    return render(request, "incidents/continuity/review.html", {"form": form}, status=422 if form.errors else 200)
