"""The pages of 横展開: the list, one of them, asking, answering, ending."""

from datetime import datetime

from django.apps import apps
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from incidents.alert_pages import PAGE_SIZE, show
from incidents.inquiries.filters import InquiryFilter
from incidents.inquiries.forms import AnswerForm, AskForm, CloseForm, FinishForm, LinkForm, PostponeForm, WidenForm
from incidents.inquiries.page import InquiryPage
from incidents.inquiries.parties import InquiryReach
from incidents.models import Incident, Inquiry, InquiryPlace
from incidents.models.inquiry import seen_source
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.saving import tried


def _reach(request: HttpRequest) -> tuple[InquiryReach, datetime]:
    at = timezone.now()
    return InquiryReach.of(request.user, at=at), at


def inquiries(request: HttpRequest) -> HttpResponse:
    """All for the asker's side; what one's own section was asked for others, what waits first."""
    reach, at = _reach(request)
    filtered = InquiryFilter(request.GET, queryset=Inquiry.objects.visible_to(request.user, at=at, reach=reach).with_tally(on=day_of(at)))
    context = {
        "filter": filtered,
        "page_obj": Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page")),
        "waiting": InquiryPlace.objects.waiting_for(request.user, at=at, reach=reach),
        "reach": reach,
        "now": at,
    }
    return render(request, "incidents/inquiries/list.html", context)


def get_inquiry(request: HttpRequest, pk: int) -> tuple[Inquiry, InquiryReach, datetime]:
    """An inquiry that the person may see."""
    reach, at = _reach(request)
    return get_object_or_404(Inquiry.objects.visible_to(request.user, at=at, reach=reach).select_related("asked_by"), pk=pk), reach, at


def inquiry(request: HttpRequest, pk: int) -> HttpResponse:
    found, reach, at = get_inquiry(request, pk)
    context = {"inquiry": found, "page": InquiryPage(found, reach, at), "now": at}
    return render(request, "incidents/inquiries/detail.html", context)


def incident_inquiries(request: HttpRequest, pk) -> HttpResponse:
    """What was asked of other sections because of this incident; a page of its file."""
    reach, at = _reach(request)
    incident = get_object_or_404(Incident.objects.submitted().visible_to(request.user, at=at).with_people(), pk=pk)
    rows = Inquiry.objects.visible_to(request.user, at=at, reach=reach).about(incident).with_tally(on=day_of(at))
    return render(request, "incidents/inquiries/of_incident.html", {"incident": incident, "inquiries": rows, "reach": reach, "now": at})


def inquiry_new(request: HttpRequest) -> HttpResponse:
    """A question to sections; `?model=incidents.incident&key=…` says what it came from."""
    reach, at = _reach(request)
    if not reach.is_asking_side:
        raise PermissionDenied("照会できるのは、中央管理者、総括管理者、委員会、CISOと監査の責任者です。")
    source = _source(request)
    form = AskForm(request.POST or None, request.FILES or None, at=at)
    if request.method == "POST" and form.is_valid():
        made = tried(request, form, lambda: Inquiry.ask(**form.content(), source=source, by=request.user, at=at))
        if made:
            messages.success(request, f"{made.number} を照会しました。課の情報セキュリティ担当者と情報化推進員に知らせました。")
            return redirect(made)
    return show(request, "incidents/inquiries/new.html", form, source=source)


def _source(request: HttpRequest) -> Model | None:
    """What the address names, where the person sees it; 404 for anything else."""
    name, key = request.GET.get("model", ""), request.GET.get("key", "")
    if not name:
        return None
    try:
        content_type = ContentType.objects.get_for_model(apps.get_model(name))
    except (LookupError, ValueError):
        raise Http404("もとになったものが見つかりません。") from None
    found = seen_source(content_type, key, request.user)
    if found is None:
        raise Http404("もとになったものが見つかりません。")
    return found


def _changing(request: HttpRequest, pk: int) -> tuple[Inquiry, datetime]:
    found, reach, at = get_inquiry(request, pk)
    if not reach.is_asking_side:
        raise PermissionDenied("照会を変えられるのは、照会する側の役割の人だけです。")
    return found, at


def inquiry_widen(request: HttpRequest, pk: int) -> HttpResponse:
    """More sections."""
    found, at = _changing(request, pk)
    form = WidenForm(request.POST or None, inquiry=found, at=at)
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(request, form, lambda: found.widen(form.cleaned_data["departments"], by=request.user, at=at))
    ):
        messages.success(request, "課を加え、知らせました。")
        return redirect(found)
    return show(request, "incidents/inquiries/widen.html", form, inquiry=found)


def inquiry_postpone(request: HttpRequest, pk: int) -> HttpResponse:
    """A later day."""
    found, at = _changing(request, pk)
    form = PostponeForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(request, form, lambda: found.postpone(form.cleaned_data["due_on"], by=request.user, at=at) or found)
    ):
        messages.success(request, "期限を延ばし、回答のない課に知らせました。")
        return redirect(found)
    return show(request, "incidents/inquiries/postpone.html", form, inquiry=found)


def inquiry_close(request: HttpRequest, pk: int) -> HttpResponse:
    """No more answers."""
    found, at = _changing(request, pk)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        conclusion = form.cleaned_data["conclusion"]
        return act(request, lambda: found.close(conclusion=conclusion, by=request.user, at=at), "終了しました。", found)
    left = found.places.awaited_in_any().select_related("department__parent")
    return show(request, "incidents/inquiries/close.html", form, inquiry=found, left=left)


def get_place(request: HttpRequest, pk: int) -> tuple[InquiryPlace, InquiryReach, datetime]:
    """An asked section that the person may see and answers for."""
    reach, at = _reach(request)
    place = get_object_or_404(InquiryPlace.objects.visible_to(request.user, at=at, reach=reach).for_list(), pk=pk)
    if not reach.answers_for(place.department):
        raise PermissionDenied("回答できるのは、照会を受けた課の情報セキュリティ担当者、その代理と情報化推進員です。")
    return place, reach, at


def place_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer of a section."""
    place, reach, at = get_place(request, pk)
    if not place.can_answer(request.user, at=at, reach=reach):
        messages.warning(request, "この照会は終了したか、対策を終えているため、回答を変えられません。")
        return redirect(place.inquiry)
    form = AnswerForm(request.POST or None, place=place)
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(request, form, lambda: place.answer(**form.cleaned_data, by=request.user, at=at))
    ):
        messages.success(request, "回答しました。照会が終わるまでは、改めることができます。")
        return redirect(place.inquiry)
    replies = place.replies.select_related("by")
    return show(request, "incidents/inquiries/answer.html", form, place=place, inquiry=place.inquiry, replies=replies, now=at)


def place_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """What was planned is done."""
    place, _, at = get_place(request, pk)
    form = FinishForm(request.POST or None, request.FILES or None, initial={"done_on": day_of(at)})
    form.fields["uploads"].subject = place
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if tried(request, form, lambda: place.finish(result=data["result"], done_on=data["done_on"], by=request.user, at=at)):
            messages.success(request, "対策を終えたことを記録しました。")
            return redirect(place.inquiry)
    return show(request, "incidents/inquiries/finish.html", form, place=place, inquiry=place.inquiry, now=at)


def place_link(request: HttpRequest, pk: int) -> HttpResponse:
    """The report that the section has made of what it found."""
    place, _, at = get_place(request, pk)
    form = LinkForm(request.POST or None, reports=place.linkable(request.user, at=at))
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(request, form, lambda: place.link(form.cleaned_data["incident"], by=request.user, at=at))
    ):
        messages.success(request, "報告と結び付けました。")
        return redirect(place.inquiry)
    return show(request, "incidents/inquiries/link.html", form, place=place, inquiry=place.inquiry, now=at)
