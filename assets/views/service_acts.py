"""The acts on an external service, from the application to the end."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from assets.forms.service import ContractNoteForm, PersonForm, ReasonForm
from assets.forms.service_requests import LightServiceUseForm, ServiceUseForm
from assets.models import ServiceManager
from assets.models.service import HEAVY, LIGHT
from assets.views.acts import Words, ask
from assets.views.service import seen
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.transitions import InvalidTransition

ROOM = "services"


@require_POST
def apply(request: HttpRequest, pk) -> HttpResponse:
    """Begin the application for a considered service, or for a new permit of one in use."""
    service, now = seen(request, pk), timezone.now()
    if not (service.can_enter(request.user, at=now) or service.can_manage(request.user, at=now)):
        raise PermissionDenied
    code, form = (LIGHT, LightServiceUseForm) if service.is_light else (HEAVY, ServiceUseForm)
    known = {name: given for name, given in service.as_content().items() if name in form.base_fields}
    return begin_request(request, service, code, known)


@require_POST
def subcontract(request: HttpRequest, pk) -> HttpResponse:
    """Begin the application for a subcontractor of the provider."""
    service, now = seen(request, pk), timezone.now()
    if not service.can_manage(request.user, at=now):
        raise PermissionDenied
    return begin_request(request, service, "subcontracting", {})


def begin_request(request: HttpRequest, subject, code: str, content: dict) -> HttpResponse:
    """A draft about the subject; where one of the person's own lies there already, that one."""
    own = Request.objects.about(subject).filter(type__code=code, drafter=request.user, status=Request.Status.DRAFT).first()
    try:
        draft = own or Request.draft(code, by=request.user, at=timezone.now(), subjects=[subject], content=content)
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect(subject)
    return redirect("approvals:draft", draft.pk)


def contracted(request: HttpRequest, pk) -> HttpResponse:
    service, now = seen(request, pk), timezone.now()
    words = Words(
        "契約を記録する",
        "契約を記録すると、外部サービス管理者が構築時の確認を始めます。",
        "記録する",
        "契約を記録しました。外部サービス管理者に知らせました。",
    )
    may, form = service.can_procure(request.user, at=now), ContractNoteForm(request.POST or None)
    return ask(request, service, form, lambda data: service.note_contract(by=request.user, at=now, **data), words, may=may, room=ROOM)


@require_POST
def start_use(request: HttpRequest, pk) -> HttpResponse:
    service = seen(request, pk)
    done = "利用を開始しました。定期の確認の時期になると、受信箱に届きます。"
    return act(request, lambda: service.start_use(by=request.user, at=timezone.now()), done, service)


@require_POST
def confirm(request: HttpRequest, pk) -> HttpResponse:
    service = seen(request, pk)
    done = "定期の確認を終えました。次の回の確認表を用意しました。"
    return act(request, lambda: service.confirm(by=request.user, at=timezone.now()), done, service)


def begin_end(request: HttpRequest, pk) -> HttpResponse:
    service, now = seen(request, pk), timezone.now()
    words = Words(
        "利用終了の手続を始める",
        "情報の消去と利用者IDの廃止を確かめる表が開きます。すべて確かめると、利用を終えられます。",
        "手続を始める",
        "利用終了の手続を始めました。次に、利用終了の確認に答えてください。",
    )
    may, form = service.can_manage(request.user, at=now), ReasonForm(request.POST or None)
    return ask(request, service, form, lambda data: service.begin_end(by=request.user, at=now, **data), words, may=may, room=ROOM)


@require_POST
def end(request: HttpRequest, pk) -> HttpResponse:
    service = seen(request, pk)
    done = "利用を終えました。許可は完了になり、外部サービス管理者の指名も終わりました。"
    return act(request, lambda: service.end(by=request.user, at=timezone.now()), done, service)


def drop(request: HttpRequest, pk) -> HttpResponse:
    service, now = seen(request, pk), timezone.now()
    words = Words("利用を見送る", "この検討はここで終わります。記録は残ります。", "見送る", "利用を見送ったことを記録しました。")
    may, form = service.can_enter(request.user, at=now), ReasonForm(request.POST or None)
    return ask(request, service, form, lambda data: service.drop(by=request.user, at=now, **data), words, may=may, room=ROOM)


def name_manager(request: HttpRequest, pk) -> HttpResponse:
    service, now = seen(request, pk), timezone.now()
    words = Words(
        "外部サービス管理者を指名する",
        "今日から、指名された人がこのサービスの確認を行います。本人に知らせます。",
        "指名する",
        "外部サービス管理者を指名しました。本人に知らせました。",
    )
    people = ServiceManager.candidates(service.department, on=day_of(now))
    may, form = service.can_name(request.user, at=now), PersonForm(request.POST or None, people=people)
    return ask(
        request, service, form, lambda data: service.name_manager(data["person"], by=request.user, at=now), words, may=may, room=ROOM
    )
