"""The city's accounts on social media services."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from assets.forms.service import EndingForm, PersonForm
from assets.models import ServiceManager, SocialAccount
from assets.service_filters import SocialFilter
from assets.service_page import history
from assets.views.acts import Words, ask
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act

PAGE_SIZE = 50
ROOM = "social"


def _rows(request: HttpRequest):
    return SocialAccount.objects.visible_to(request.user, at=timezone.now()).with_all()


def listing(request: HttpRequest) -> HttpResponse:
    filtered = SocialFilter(request.GET, queryset=_rows(request))
    page = Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"filter": filtered, "page_obj": page}
    return render(request, "assets/services/accounts.html", context)


def _seen(request: HttpRequest, pk) -> SocialAccount:
    return get_object_or_404(_rows(request).select_related("permit__type"), pk=pk)


def detail(request: HttpRequest, pk) -> HttpResponse:
    """One account, with what to do when it is taken over."""
    row, now, user = _seen(request, pk), timezone.now(), request.user
    about = {"kind": "sns_hijack", "account": str(row.pk), "place": f"市公式アカウント（{row}）"}
    context = {
        "account": row,
        "incident_url": f"{reverse('incidents:start')}?{urlencode(about)}",
        "can_operate": row.can_operate(user, at=now),
        "can_tell": row.can_tell(user, at=now),
        "can_recover": row.can_recover(user, at=now),
        "can_name_owner": row.can_name_owner(user, at=now),
        "has_owner_here": row.has_owner_here(on=day_of(now)),
        "entries": history(row),
    }
    return render(request, "assets/services/account.html", context)


def name_owner(request: HttpRequest, pk) -> HttpResponse:
    row, now = _seen(request, pk), timezone.now()
    words = Words(
        "責任者を変える",
        "今日から、このサービスの責任者になります。本人に知らせます。",
        "責任者にする",
        "責任者を変えました。本人に知らせました。",
    )
    people = ServiceManager.candidates(row.department, on=day_of(now))
    may, form = row.can_name_owner(request.user, at=now), PersonForm(request.POST or None, people=people)
    return ask(request, row, form, lambda data: row.name_owner(data["person"], by=request.user, at=now), words, may=may, room=ROOM)


@require_POST
def tell_hijack(request: HttpRequest, pk) -> HttpResponse:
    row = _seen(request, pk)
    done = "乗っ取りを記録し、対応する方に知らせました。続けて、インシデントを報告してください。"
    return act(request, lambda: row.tell_hijack(by=request.user, at=timezone.now()), done, row)


@require_POST
def recover(request: HttpRequest, pk) -> HttpResponse:
    row = _seen(request, pk)
    return act(request, lambda: row.recover(by=request.user, at=timezone.now()), "復旧を記録しました。", row)


def end(request: HttpRequest, pk) -> HttpResponse:
    row, now = _seen(request, pk), timezone.now()
    words = Words("運用を終える", "許可は完了になります。記録は残ります。", "運用を終える", "運用の終了を記録しました。")
    may, form = row.can_operate(request.user, at=now), EndingForm(request.POST or None)
    return ask(request, row, form, lambda data: row.end(by=request.user, at=now, **data), words, may=may, room=ROOM)
