"""One request, and one type."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from ..models import Request, RequestType


def detail(request: HttpRequest, pk) -> HttpResponse:
    found = get_object_or_404(Request.objects.visible_to(request.user, at=timezone.now()).for_list(), pk=pk)
    return render(request, "approvals/detail.html", {"application": found})


def type_(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "approvals/type.html", {"type": get_object_or_404(RequestType, code=code)})
