"""The acts on an exception: its section extends and closes it, the CISO acknowledges, reviews and orders its end."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.transitions import InvalidTransition
from policy.exception_forms import ClosingForm, OrderForm, ReviewForm
from policy.models import CompensatingMeasure, ExceptionReview, PolicyException
from policy.views.exceptions import get_exception, page_of


@require_POST
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """延長を申請する: on to the draft of the new request."""
    exception = get_exception(request, pk)
    try:
        draft = exception.extend(by=request.user, at=timezone.now())
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect(exception)
    messages.success(request, "いまの内容を写した下書きを作りました。期間と理由を直して申請してください。")
    return redirect(draft)


def close(request: HttpRequest, pk: int) -> HttpResponse:
    """完了を報告する."""
    exception, now = get_exception(request, pk), timezone.now()
    if exception.is_open and not exception.can_close(request.user, at=now):
        raise PermissionDenied("完了を報告できるのは、起案者・申請者と、課の情報セキュリティ担当者です。")
    form = ClosingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        report = form.cleaned_data["report"]
        return act(
            request,
            lambda: exception.close(by=request.user, at=now, report=report),
            "完了を報告しました。例外措置は終わりました。",
            exception,
        )
    context = {"exception": exception, "form": form}
    return render(request, "policy/exception_close.html", context, status=422 if form.errors else 200)


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    exception = get_exception(request, pk)
    done = "確認しました。届け出た人に伝わります。"
    return act(request, lambda: exception.acknowledge(by=request.user, at=timezone.now()), done, exception)


def order_end(request: HttpRequest, pk: int) -> HttpResponse:
    """終了を命じる, with the reason."""
    exception, now = get_exception(request, pk), timezone.now()
    if exception.is_open and not exception.can_order_end(request.user, at=now):
        raise PermissionDenied("例外措置の終了を命じられるのは、申請に関わっていない最高情報セキュリティ責任者です。")
    form = OrderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = "終了を命じました。例外措置は取り消され、課に理由が届きます。"
        return act(request, lambda: exception.order_end(by=request.user, at=now, reason=reason), done, exception)
    context = {"exception": exception, "form": form}
    return render(request, "policy/exception_order_end.html", context, status=422 if form.errors else 200)


@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """見直しの結果を記録する."""
    exception, now = get_exception(request, pk), timezone.now()
    if exception.is_open and exception.deciding(request.user, at=now) is None:
        raise PermissionDenied("例外措置を見直せるのは、申請に関わっていない最高情報セキュリティ責任者です。")
    form = ReviewForm(request.POST, prefix="review")
    if not form.is_valid():
        return page_of(request, exception, review_form=form, status=422)
    done = "見直しの結果を記録しました。次の見直しは、きょうから数えます。"
    return act(request, lambda: ExceptionReview.write(exception, by=request.user, at=now, **form.cleaned_data), done, exception)


@require_POST
def measure_done(request: HttpRequest, pk: int) -> HttpResponse:
    """代わりの方法を実施した."""
    seen = PolicyException.objects.visible_to(request.user, at=timezone.now())
    rows = CompensatingMeasure.objects.select_related("exception__request")
    measure = get_object_or_404(rows, pk=pk, exception__in=seen)
    done = "実施済みとして記録しました。"
    return act(request, lambda: measure.mark_done(by=request.user, at=timezone.now()), done, measure.exception)
