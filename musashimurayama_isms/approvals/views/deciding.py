"""The acts of those who decide: permit, refuse, return, by word of mouth, afterwards, in unavoidable cases."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.transitions import InvalidTransition

from ..forms import DecisionForm, DisputeForm, OralDecisionForm, WaiverForm
from ..models import Decision, Request, Waiver
from ..overview import Overview
from .acting import act, to_the_next, what_happened
from .reading import get_request, page_of, ruling_form

DONE = {
    DecisionForm.PERMIT: "許可しました",
    DecisionForm.CONDITIONALLY: "条件を付けて許可しました",
    DecisionForm.RETURN: "差し戻しました",
    DecisionForm.REFUSE: "不許可にしました",
}


@require_POST
def decide(request: HttpRequest, pk) -> HttpResponse:
    """Decide, and go on to the next; what is missing is told on the same page, the late one of two is told what happened."""
    found = get_request(request, pk)
    view = Overview(found, request.user, at=timezone.now())
    if not view.my_seats and (view.came_late or not found.is_in_review):
        messages.warning(request, f"この申請は、開いた後に「{found.get_status_display()}」へ進みました。{what_happened(found)}")
        return redirect("approvals:detail", pk)
    if not view.my_seats:
        raise PermissionDenied(view.refusal)
    form = DecisionForm(request.POST, checks=found.matter.checks_for(found))
    ruling = ruling_form(found, request.POST, at=view.at) if form.permits else None
    if not all([form.is_valid(), ruling is None or ruling.is_valid()]):
        return page_of(request, found, status=422, decision_form=form, **({"ruling_form": ruling} if ruling else {}))
    try:
        settled = ruling.content() if ruling else None
        Decision.take(found, by=request.user, at=timezone.now(), ruling=settled, **form.words())
    except InvalidTransition as error:
        messages.warning(request, f"{error}{what_happened(found)}")
        return redirect("approvals:detail", pk)
    return to_the_next(request, found, f"{found}を{DONE[form.cleaned_data['outcome']]}。")


def oral(request: HttpRequest, pk) -> HttpResponse:
    """Enter that somebody permitted it by word of mouth."""
    found, now = get_request(request, pk), timezone.now()
    view = Overview(found, request.user, at=now)
    if view.is_own:
        raise PermissionDenied("口頭の許可を入力できるのは、申請に関わっていない人です。同じ課の別の人に頼んでください。")
    people = [row for row in view.deciders if row.person.pk != request.user.pk]
    initial = {"spoken_at": now, "digest": view.version.digest if view.version else ""}
    form = OralDecisionForm(request.POST or None, people=[row.person for row in people], initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            Decision.enter_oral(found, by=request.user, at=now, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)  # an error that names its field goes there
        except InvalidTransition as error:
            messages.warning(request, f"{error}{what_happened(found)}")
            return redirect("approvals:detail", pk)
        else:
            messages.success(request, "口頭の許可を記録しました。話した本人が、次のログインで確認します。")
            return redirect("approvals:detail", pk)
    return render(
        request, "approvals/oral.html", {"form": form, "application": found, "people": people}, status=422 if form.errors else 200
    )


def _decision(request: HttpRequest, pk: int) -> Decision:
    """A decision of a request that the person may see."""
    seen = Request.objects.visible_to(request.user, at=timezone.now())
    rows = Decision.objects.select_related("request__type", "request__department__parent", "entered_by", "person")
    return get_object_or_404(rows, pk=pk, request__in=seen)


@require_POST
def confirm_oral(request: HttpRequest, pk: int) -> HttpResponse:
    """The speaker: so it was."""
    decision = _decision(request, pk)
    done = "口頭の許可を確認しました。"
    return act(request, decision.request, lambda: decision.confirm(by=request.user, at=timezone.now()), done)


def deny_oral(request: HttpRequest, pk: int) -> HttpResponse:
    """The speaker: not so."""
    decision = _decision(request, pk)
    if decision.person_id != request.user.pk:
        raise PermissionDenied("口頭の記録に回答できるのは、話した本人だけです。")
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = "違う点を記録しました。許可はなかったものとして扱われ、関係する方に伝わります。"
        dispute = form.cleaned_data["dispute"]
        return act(request, decision.request, lambda: decision.deny(by=request.user, at=timezone.now(), dispute=dispute), done)
    context = {"form": form, "decision": decision, "application": decision.request}
    return render(request, "approvals/deny_oral.html", context, status=422 if form.errors else 200)


@require_POST
def read_afterwards(request: HttpRequest, pk: int) -> HttpResponse:
    """後閲: the absent person has read what the deputy decided."""
    decision = _decision(request, pk)
    return act(request, decision.request, lambda: decision.review(by=request.user, at=timezone.now()), "後閲を済ませました。")


def ask_waiver(request: HttpRequest, pk) -> HttpResponse:
    """やむを得ない場合: the applicant asks that a person of the request decides it."""
    found, now = get_request(request, pk), timezone.now()
    view = Overview(found, request.user, at=now)
    if not view.is_of_request:
        raise PermissionDenied("申し出られるのは、起案者と申請者だけです。")
    form = WaiverForm(request.POST or None, people=view.separated if view.open_step else [])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = "申し出ました。部長以上の、申請に関わらない人が同意すると、決定できるようになります。"
        return act(request, found, lambda: Waiver.ask(found, data["person"], reason=data["reason"], by=request.user, at=now), done)
    return render(
        request, "approvals/ask_waiver.html", {"form": form, "application": found, "view": view}, status=422 if form.errors else 200
    )


def _waiver(request: HttpRequest, pk: int) -> Waiver:
    seen = Request.objects.visible_to(request.user, at=timezone.now())
    return get_object_or_404(
        Waiver.objects.select_related("request__type", "request__department__parent", "person"), pk=pk, request__in=seen
    )


@require_POST
def answer_waiver(request: HttpRequest, pk: int) -> HttpResponse:
    """A third person consents, or not."""
    waiver, is_granted = _waiver(request, pk), request.POST.get("answer") == "consent"
    consented = f"同意しました。{waiver.person.name}さんが決定できるようになり、CISOの確認を待つ一覧に載りました。"
    done = consented if is_granted else "同意しないと回答しました。"
    return act(request, waiver.request, lambda: waiver.answer(is_granted=is_granted, by=request.user, at=timezone.now()), done)


@require_POST
def see_waiver(request: HttpRequest, pk: int) -> HttpResponse:
    """The CISO has seen an override."""
    waiver = _waiver(request, pk)
    return act(request, waiver.request, lambda: waiver.see(by=request.user, at=timezone.now()), "兼務の例外を確認しました。")
