"""The call list of an incident: whom to ring, and the log."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.calls.forms import CallForm
from incidents.calls.lists import CallList
from incidents.models import Call
from incidents.views.reading import get_incident
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.trail.reading import note_reading

PAGE_SIZE = 50


def calls(request: HttpRequest, pk) -> HttpResponse:
    """First whom to ring now, then who was rung."""
    now = timezone.now()
    incident = get_incident(request, pk)
    note_reading(request.user, incident)
    log = Call.objects.visible_to(request.user, at=now).filter(incident=incident).select_related("by").order_by("-called_at", "-pk")
    context = {
        "incident": incident,
        "calls": CallList(incident, request.user, at=now),
        "page_obj": Paginator(log, PAGE_SIZE).get_page(request.GET.get("page")),
        "now": now,
    }
    return render(request, "incidents/calls/list.html", context)


def new_call(request: HttpRequest, pk) -> HttpResponse:
    """Write down a call; who was reached on the phone may have done an act by word of mouth, so its page is offered next."""
    now = timezone.now()
    incident = get_incident(request, pk)
    found = CallList(incident, request.user, at=now)
    initial = {"called_at": now, "to": request.GET.get("to"), "result": request.GET.get("result")}
    form = CallForm(request.POST or None, calls=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        oral_url = found.oral_url_for(form.cleaned_data["to"])
        try:
            call = Call.log(incident, by=request.user, at=now, **form.facts())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{call.called_name}への電話を記録しました。")
            if call.result == Call.Result.REACHED and oral_url:
                messages.info(
                    request, "電話で受領や伝達が行われたときは、続けてその内容を入力してください。本人が次のログインで確認します。"
                )
                return redirect(oral_url)
            return redirect("incidents:calls", incident.pk)
    status = 422 if form.errors else 200
    return render(request, "incidents/calls/form.html", {"form": form, "incident": incident}, status=status)


@require_POST
def no_answer(request: HttpRequest, pk) -> HttpResponse:
    """One tap: rung just now, nobody answered."""
    now = timezone.now()
    incident = get_incident(request, pk)
    line = CallList(incident, request.user, at=now).lines.get(request.POST.get("to", ""))
    if line is None:
        messages.warning(request, "一覧が変わりました。最新の一覧を表示しました。")
        return redirect("incidents:calls", incident.pk)
    usual = Call.Means.OTHER if line.outside else Call.Means.EXTENSION
    means = Call.Means.AFTER_HOURS if request.POST.get("means") == Call.Means.AFTER_HOURS else usual
    facts = {"person": line.person, "outside": line.outside, "called_as": line.role, "means": means, "called_at": now}
    return act(
        request,
        lambda: Call.log(incident, result=Call.Result.NO_ANSWER, by=request.user, at=now, **facts),
        f"{line.name}が出なかったことを記録しました。次の方に連絡してください。",
        "incidents:calls",
        incident.pk,
    )
