"""What becomes of a measure: done, checked, put off, dropped, revised."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from incidents.models import ResponseTask
from incidents.response.forms.deciding import CompleteForm, EffectForm, PutOffForm, ReasonForm, ReviseForm
from musashimurayama_isms.files.store import attach

from .reading import get_task
from .sheet import Sheet, allow, ask

ONLY_ORDERERS = "期限の変更や取りやめは、この措置を決められる方だけができます。"


def complete_task(request: HttpRequest, pk: int) -> HttpResponse:
    """The owner says it is done, with evidence."""
    task, now = get_task(request, pk), timezone.now()
    allow(not task.is_running or task.actor(request.user, at=now) is not None, "実施を記録できるのは担当の方だけです。")
    form = CompleteForm(request.POST or None, request.FILES or None, task=task)

    def do(data: dict) -> None:
        task.complete(note=data["note"], by=request.user, at=now)
        for upload in data["uploads"]:
            attach(task, upload, by=request.user)

    sheet = Sheet(
        "措置の実施を記録する", "したことと、それが分かる資料を残します。記録は書き換えられません。", "実施を記録する", **_above(task)
    )
    return ask(request, task.incident, form, do, sheet, done="実施を記録しました。", to=task.get_absolute_url())


def check_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody other than the owner says whether it works."""
    task, now = get_task(request, pk), timezone.now()
    may = not task.is_unchecked or task.checker(request.user, at=now) is not None
    allow(may, "効果を確かめられるのは、担当の方と実施した方を除く、委員会・中央電子計算組織管理者・総括管理者・CISOです。")
    form = EffectForm(request.POST or None)

    def do(data: dict) -> None:
        task.check_effect(**data, by=request.user, at=now)

    sheet = Sheet("措置の効果を確かめる", "効果がなかったときは、新しい措置として続きます。", "結果を記録する", **_above(task))
    return ask(request, task.incident, form, do, sheet, done="効果を確かめた結果を記録しました。", to=task.get_absolute_url())


def put_off_task(request: HttpRequest, pk: int) -> HttpResponse:
    task, now = get_task(request, pk), timezone.now()
    allow(task.can_steer(request.user, at=now), ONLY_ORDERERS)
    form = PutOffForm(request.POST or None, initial={"to": task.due_on})

    def do(data: dict) -> None:
        task.put_off(**data, by=request.user, at=now)

    sheet = Sheet(
        "措置の期限を変える", "効果を確かめる日も同じだけ動きます。理由は追記に残り、担当の方に伝わります。", "期限を変える", **_above(task)
    )
    return ask(request, task.incident, form, do, sheet, done="期限を変えました。", to=task.get_absolute_url())


def drop_task(request: HttpRequest, pk: int) -> HttpResponse:
    task, now = get_task(request, pk), timezone.now()
    allow(task.can_steer(request.user, at=now), ONLY_ORDERERS)
    form = ReasonForm(request.POST or None)

    def do(data: dict) -> None:
        task.drop(**data, by=request.user, at=now)

    sheet = Sheet("措置を取りやめる", "理由が記録に残り、担当の方に伝わります。", "取りやめる", kind="danger", **_above(task))
    return ask(request, task.incident, form, do, sheet, done="措置を取りやめました。", to=task.get_absolute_url())


def revise_task(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft put otherwise before the CISO sees it."""
    task, now = get_task(request, pk), timezone.now()
    allow(task.can_steer(request.user, at=now), ONLY_ORDERERS)
    known = {name: getattr(task, name) for name in ("words", "owner", "due_on", "check_on")}
    form = ReviseForm(
        request.POST or None, incident=task.incident, by=request.user, at=now, initial={**known, "department": task.department}
    )

    def do(data: dict) -> None:
        task.revise(**data, by=request.user, at=now)

    sheet = Sheet("再発防止策の案を直す", "CISOが確認する前の案だけを直せます。", "直す", ("3.9.3.3.2",))
    return ask(request, task.incident, form, do, sheet, done="案を直しました。", to=task.get_absolute_url())


def _above(task: ResponseTask) -> dict:
    return {"above": "incidents/response/_task_words.html", "context": {"task": task}}
