"""What follows a submission or a permit: hand back, withdraw, recall, complete, comment."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.files.store import attach

from ..forms import CommentForm, ReasonForm, WithdrawalForm
from ..models import Comment, Request
from .acting import act
from .reading import completion_form, get_request, page_of


@require_POST
def hand_back(request: HttpRequest, pk) -> HttpResponse:
    """The applicant gives a prepared draft back, with what to change."""
    found, now = get_request(request, pk), timezone.now()
    if found.status == Request.Status.PREPARED and found.applying(request.user, at=now) is None:
        raise PermissionDenied("起案者に差し戻せるのは、申請者だけです。")
    form = ReasonForm(request.POST, prefix="back")
    if not form.is_valid():
        return page_of(request, found, status=422, hand_back_form=form)
    comment = form.cleaned_data["reason"]
    done = "起案者に差し戻しました。理由が届きます。"
    return act(request, found, lambda: found.hand_back(by=request.user, at=now, comment=comment), done, then="approvals:list")


@require_POST
def withdraw(request: HttpRequest, pk) -> HttpResponse:
    """取下げ, with a reason where one is given."""
    found = get_request(request, pk)
    done = "申請を取り下げました。決定する人の一覧からも消えました。"
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"取り下げていません。理由を確かめてください。{' '.join(form.errors['reason'])}")
        return redirect("approvals:detail", found.pk)
    reason = form.cleaned_data["reason"]
    return act(request, found, lambda: found.withdraw(by=request.user, at=timezone.now(), reason=reason), done)


def recall(request: HttpRequest, pk) -> HttpResponse:
    """取消: a permit is taken back, with the reason."""
    found, now = get_request(request, pk), timezone.now()
    if not found.can_recall(request.user, at=now):
        raise PermissionDenied("取り消せるのは実施中か期限切れの許可だけで、取り消せる人は最後に決定した役割の人だけです。")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = "許可を取り消しました。申請した人に理由が届きます。"
        return act(request, found, lambda: found.recall(by=request.user, at=now, reason=reason), done)
    return render(request, "approvals/recall.html", {"form": form, "application": found}, status=422 if form.errors else 200)


@require_POST
def complete(request: HttpRequest, pk) -> HttpResponse:
    """What was permitted is done; where the type asks what was done, that is written down with it."""
    found, now = get_request(request, pk), timezone.now()
    form = completion_form(found, request.POST, at=now) if found.can_complete(request.user, at=now) else None
    if form is not None and not form.is_valid():
        return page_of(request, found, status=422, completion_form=form)
    report = form.content() if form else None
    done = "完了にしました。記録はそのまま残ります。"
    return act(request, found, lambda: found.complete(by=request.user, at=now, report=report), done)


@require_POST
def comment(request: HttpRequest, pk) -> HttpResponse:
    """A question or an answer, with files."""
    found = get_request(request, pk)
    form = CommentForm(request.POST, request.FILES, subject=found, prefix="comment")
    if not form.is_valid():
        return page_of(request, found, status=422, comment_form=form)
    with transaction.atomic():
        Comment.add(found, text=form.cleaned_data["text"], by=request.user, at=timezone.now())
        for upload in form.cleaned_data["uploads"]:
            attach(found, upload, by=request.user)
    messages.success(request, "コメントを書きました。申請した人と決定する人に伝わります。")
    return redirect("approvals:detail", pk)
