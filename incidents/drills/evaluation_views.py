"""The evaluation of a drill: step by step, its improvements, its end."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from incidents.drills.forms import ConcludeForm, OutcomeForm, StepForm, TaskForm
from incidents.drills.views import get_drill
from incidents.models import Drill, DrillStep, DrillTask
from incidents.small_acts import answered
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.transitions import InvalidTransition


def _in_review(request: HttpRequest, pk: int) -> Drill:
    found = get_drill(request, pk)
    if not found.can_run(request.user, at=timezone.now()):
        raise Http404("訓練を受け持つ方の画面です。")
    return found


def evaluate(request: HttpRequest, pk: int) -> HttpResponse:
    """How one step went; the next one without words follows."""
    now = timezone.now()
    step = get_object_or_404(DrillStep.objects.select_related("run__drill", "run__incident"), pk=pk)
    found = _in_review(request, step.run.drill_id)
    form = StepForm(request.POST or None, initial={"went_well": step.went_well, "to_better": step.to_better})
    if request.method == "POST" and form.is_valid():
        return act(
            request, lambda: step.evaluate(by=request.user, at=now, **form.cleaned_data), "評価を保存しました。", _after(step, found)
        )
    return render(request, "incidents/drills/step.html", {"form": form, "step": step, "drill": found}, status=422 if form.errors else 200)


def _after(step: DrillStep, drill: Drill) -> Drill | str:
    rows = DrillStep.objects.filter(run__drill=drill, started_at__isnull=False, went_well="", to_better="")
    following = rows.filter(run__gte=step.run_id).exclude(pk=step.pk).order_by("run", "position").first()
    return reverse("incidents:drill_step", args=[following.pk]) if following else drill


def new_task(request: HttpRequest, pk: int) -> HttpResponse:
    """An improvement out of the evaluation."""
    now = timezone.now()
    found = _in_review(request, pk)
    step = DrillStep.objects.filter(run__drill=found, pk=_number(request.GET.get("step"))).first()
    form = TaskForm(request.POST or None, at=now, initial={"what": step.to_better[:300] if step else ""})
    if request.method == "POST" and form.is_valid():
        try:
            DrillTask.add(found, step=step, by=request.user, at=now, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except InvalidTransition as error:
            messages.warning(request, str(error))
            return redirect(found)
        else:
            messages.success(request, "改善項目を加えました。担当の方に知らせました。")
            return redirect(found)
    return render(request, "incidents/drills/task_form.html", {"form": form, "drill": found}, status=422 if form.errors else 200)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One improvement; its owner says that it is done, who runs the drill may give it up."""
    now = timezone.now()
    rows = DrillTask.objects.visible_to(request.user, at=now).select_related("drill", "department__parent", "ended_by", "made_by")
    found = get_object_or_404(rows, pk=pk)
    is_open = found.status == DrillTask.Status.OPEN
    form = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        status = DrillTask.Status.DROPPED if "drop" in request.POST else DrillTask.Status.DONE
        return act(
            request, lambda: found.end(status, by=request.user, at=now, **form.cleaned_data), "改善項目の結果を記録しました。", found
        )
    context = {
        "task": found,
        "form": form,
        "can_complete": is_open and found.can_complete(request.user, at=now),
        "can_drop": is_open and found.can_drop(request.user, at=now),
        "people": found.able(at=now) if is_open else [],
        "now": now,
    }
    return render(request, "incidents/drills/task.html", context, status=422 if form.errors else 200)


def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """The evaluation is done."""
    now = timezone.now()
    found = _in_review(request, pk)
    if not found.is_in_review:
        messages.warning(request, f"この訓練は「{found.get_status_display()}」です。")
        return redirect(found)
    form = ConcludeForm(request.POST or None, instance=Drill.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        do = lambda: found.conclude(by=request.user, at=now, **form.cleaned_data)  # noqa: E731
        if answer := answered(request, form, do, "評価を終えました。改善項目は期限まで担当の方の受信箱に残ります。", back=found):
            return answer
    return render(request, "incidents/drills/conclude.html", {"form": form, "drill": found}, status=422 if form.errors else 200)
