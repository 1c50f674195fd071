"""The 緊急連絡網: the net of a day, one's own number, the papers, the check, offices outside."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.continuity.forms import CheckForm, CodeForm, NumberForm, OutsideContactForm
from incidents.continuity.jobs import PAPERS
from incidents.continuity.page import NetPage
from incidents.continuity.people import handles_net, may_hold_number
from incidents.models import Contact, NetRecord, OutsideContact
from musashimurayama_isms.accounts.views.organisation import chosen_day
from musashimurayama_isms.jobs.queue import enqueue


def net(request: HttpRequest) -> HttpResponse:
    """The net of today or of a chosen day; first what is wrong with it and what it wants from me."""
    on, form = chosen_day(request)
    page = NetPage(request.user, on=on, at=timezone.now())
    compared = page.compared(request.GET.get("code", ""))
    context = {"page": page, "net": page.net, "on": on, "form": form, "code_form": CodeForm(request.GET or None), "compared": compared}
    return render(request, "incidents/continuity/net.html", context)


def my_number(request: HttpRequest) -> HttpResponse:
    """One's own number after hours, and the word that it is right."""
    now = timezone.now()
    if not may_hold_number(request.user, at=now):
        raise Http404("緊急連絡網に載る方の画面です。")
    contact = Contact.objects.filter(person=request.user).first()
    form = NumberForm(request.POST or None, initial={"number": contact.after_hours if contact else ""})
    if request.method == "POST" and form.is_valid():
        Contact.enter(form.cleaned_data["number"], by=request.user, at=now)
        messages.success(request, "連絡先を確認しました。緊急連絡網に反映されています。")
        return redirect("incidents:net")
    context = {"form": form, "contact": contact, "months": NetPage(request.user, on=timezone.localdate(now), at=now).net.months}
    return render(request, "incidents/continuity/number.html", context, status=422 if form.errors else 200)


@require_POST
def paper(request: HttpRequest) -> HttpResponse:
    """The A4 sheet or the card of a day, made by the worker."""
    try:
        on = date.fromisoformat(request.POST.get("on", ""))
    except ValueError:
        on = timezone.localdate()
    kind = NetRecord.Kind.CARD if request.POST.get("kind") == NetRecord.Kind.CARD else NetRecord.Kind.SHEET
    return redirect(enqueue(PAPERS[kind], by=request.user, on=on.isoformat()))


def check(request: HttpRequest) -> HttpResponse:
    """中央管理者 or the secretariat has looked the net through (3.4.2.3.8)."""
    now = timezone.now()
    if not handles_net(request.user, at=now):
        raise Http404("緊急連絡網を受け持つ方の画面です。")
    page = NetPage(request.user, on=timezone.localdate(now), at=now)
    form = CheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            NetRecord.look_through(page.net, note=form.cleaned_data["note"], by=request.user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "緊急連絡網の確認を記録しました。載っている方に知らせます。")
            return redirect("incidents:net")
    return render(
        request, "incidents/continuity/check.html", {"form": form, "page": page, "net": page.net}, status=422 if form.errors else 200
    )


def new_outside(request: HttpRequest) -> HttpResponse:
    return _outside(request, None)


def outside(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an office or a company right."""
    rows = OutsideContact.objects.visible_to(request.user, at=timezone.now())
    return _outside(request, get_object_or_404(rows, pk=pk))


def _outside(request: HttpRequest, row: OutsideContact | None) -> HttpResponse:
    now = timezone.now()
    if not handles_net(request.user, at=now):
        raise PermissionDenied("庁外の連絡先を直せるのは、中央電子計算組織管理者と情報化推進委員会の事務局だけです。")
    form = OutsideContactForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in OutsideContact.FIELDS}
        try:
            row.change(by=request.user, at=now, **facts) if row else OutsideContact.add(by=request.user, at=now, **facts)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "庁外の連絡先を保存しました。番号は今日確かめたものとして記録しました。")
            return redirect("incidents:net")
    return render(request, "incidents/continuity/outside.html", {"form": form, "row": row}, status=422 if form.errors else 200)
