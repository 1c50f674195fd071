"""Deciding several requests on one screen with one word."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from ..forms import DecisionForm
from ..scopes import WAITING
from ..together import Together
from .deciding import DONE


def together(request: HttpRequest) -> HttpResponse:
    """?pick=…&pick=…: each with its checks, one comment, one button; every decision is recorded on its own."""
    sent = request.POST if request.method == "POST" else None
    page = Together(request.user, (sent or request.GET).getlist("pick"), at=timezone.now(), data=sent)
    if not page.all:
        messages.warning(request, "選んだ申請は、いまあなたの決定を待っていません。一覧から選び直してください。")
        return redirect("approvals:desk", WAITING.slug)
    if sent is not None and page.is_valid:
        done, refused = page.decide()
        for words in refused:
            messages.warning(request, words)
        if done:
            messages.success(request, f"{len(done)}件を{DONE.get(sent.get('outcome'), '決定しました')}。")
        return redirect("approvals:desk", WAITING.slug)
    context = {"page": page, "comment": sent.get("comment", "") if sent else "", "words": DecisionForm.base_fields["comment"]}
    return render(request, "approvals/together.html", context, status=422 if sent is not None else 200)
