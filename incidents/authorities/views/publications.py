"""Whether and how an incident is published: the proposal, a member's answer, the record of having published."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from incidents.authorities.forms import DecideForm, PublicationForm, PublishedForm
from incidents.authorities.holders import assessor
from incidents.authorities.page import AuthoritiesPage
from incidents.models import Publication
from incidents.views.reading import get_incident

from .forms_pages import form_page, page_of

DECIDE = "incidents/authorities/decide.html"


def propose(request: HttpRequest, pk) -> HttpResponse:
    """A proposal, begun from the latest one where there is one."""
    incident, now = get_incident(request, pk), timezone.now()
    assessor(incident, request.user, at=now)
    latest = incident.publications.first()
    names = PublicationForm.base_fields
    initial = {name: getattr(latest, name) for name in names} if latest else None
    form = PublicationForm(request.POST or None, incident=incident, initial=initial)
    return form_page(
        request,
        form,
        lambda data: Publication.propose(incident, by=request.user, at=timezone.now(), **data),
        done="公表の案を委員に送りました。承認されると決定になります。",
        to=page_of(incident),
        heading="公表の案を作る",
        words=AuthoritiesPage(incident, request.user, at=now).suggestion,
        label="委員に送る",
        clause="3.4.2.10.4",
        incident=incident,
    )


def get_publication(request: HttpRequest, pk: int) -> Publication:
    rows = Publication.objects.visible_to(request.user, at=timezone.now())
    return get_object_or_404(rows.select_related("incident__department__parent", "incident__kind", "proposed_by"), pk=pk)


def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """A member approves or returns the proposal."""
    row, now = get_publication(request, pk), timezone.now()
    if not row.is_proposed:
        return redirect(row)
    if row.decider(request.user, at=now) is None:
        raise PermissionDenied("公表を決めるのは、案を作った人ではない情報化推進委員会の委員です。")
    form = DecideForm(request.POST or None, incident=row.incident, initial={"basis": Publication.Basis.MEMBER})
    is_returned = "return" in request.POST

    def answer(data: dict) -> None:
        if is_returned:
            row.give_back(by=request.user, at=timezone.now(), comment=data["comment"])
        else:
            basis = data.get("basis") or Publication.Basis.MEMBER
            row.approve(by=request.user, at=timezone.now(), basis=basis, resolution=data.get("resolution"), comment=data["comment"])

    return form_page(
        request,
        form,
        answer,
        done="案を差し戻しました。" if is_returned else "公表の方法を決定しました。関係する方に知らせます。",
        to=page_of(row.incident),
        template=DECIDE,
        publication=row,
        incident=row.incident,
    )


def published(request: HttpRequest, pk: int) -> HttpResponse:
    """What was decided has been published."""
    row, now = get_publication(request, pk), timezone.now()
    assessor(row.incident, request.user, at=now)
    form = PublishedForm(request.POST or None, initial={"published_on": timezone.localdate(now)})
    return form_page(
        request,
        form,
        lambda data: row.publish(by=request.user, at=timezone.now(), **data),
        done="公表したことを記録しました。",
        to=page_of(row.incident),
        heading="公表したことを記録する",
        words="個別に公表すると決めた内容を、実際に公表した日と場所です。",
        label="公表を記録する",
        clause="3.4.2.10.4",
        incident=row.incident,
    )
