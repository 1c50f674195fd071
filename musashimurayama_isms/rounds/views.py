"""今すぐ実行, for administrators of the portal."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST
from kombu.exceptions import KombuError

from musashimurayama_isms.accounts.standing import is_staff_of_portal
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.schedule import SCHEDULE

from .models import TaskRun, words_of

STATE = "jobs:health"


@require_POST
def run(request: HttpRequest, name: str) -> HttpResponse:
    """Have a task run now; others than administrators meet 404."""
    now = timezone.now()
    if name not in SCHEDULE or not is_staff_of_portal(request.user, at=now):
        raise Http404
    done = f"「{words_of(name).title}」の実行を依頼しました。しばらくしてから、この画面を開き直してください。"
    try:
        return act(request, lambda: TaskRun.order(name, by=request.user, at=now), done, STATE)
    except (KombuError, OSError):
        messages.error(request, "依頼は記録しましたが、いまワーカーに届けられません。ブローカー（Redis）が動いているかを確かめてください。")
        return redirect(STATE)
