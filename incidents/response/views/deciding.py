"""Step 5 and the meetings, and the measures that come of them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.models import Incident, IncidentMeeting, MeetingMember, ResponseTask, Triage
from incidents.response.forms.deciding import CallForm, HoldForm, ReasonForm, TaskForm, TriageForm
from incidents.response.page import ResponsePage
from incidents.views.reading import get_incident
from musashimurayama_isms.accounts.views.acts import act

from .sheet import Sheet, allow, ask


def triage(request: HttpRequest, pk) -> HttpResponse:
    """The two questions of 3.9.3.2, answered by the 総括管理者 or typed in by whoever heard him on the phone."""
    incident, now = get_incident(request, pk), timezone.now()
    allow(ResponsePage(incident, request.user, now).may_enter_triage, "この報告は、まだ会議の要否を判断する段階にありません。")
    form = TriageForm(request.POST or None, incident=incident, by=request.user, at=now)

    def do(data: dict) -> None:
        spoken = form.spoken()
        Triage.weigh(incident, **data, by=request.user, at=now, spoken=spoken)

    sheet = Sheet(
        "会議を開くかどうかを判断する",
        "2つの質問に答えると、開く会議が決まります。事実が変わったら、あとから判断し直せます。前の判断も残ります。",
        "判断を記録する",
        ("3.9.3.2", "3.4.2.2.4"),
        above="incidents/response/_in_a_sentence.html",
    )
    return ask(request, incident, form, do, sheet, done="判断を記録しました。関係する方に伝わります。")


def call_meeting(request: HttpRequest, pk, kind: str) -> HttpResponse:
    """Convene: when, where, who."""
    incident, now = get_incident(request, pk), timezone.now()
    if kind not in IncidentMeeting.Kind:
        raise Http404("この会議はありません。")
    allow(IncidentMeeting.can_call(request.user, incident, kind, at=now), "この会議を招集できるのは、招集の権限を持つ方だけです。")
    form = CallForm(request.POST or None, incident=incident, kind=kind, at=now, initial={"planned_at": now})
    sheet = Sheet(
        f"{IncidentMeeting.Kind(kind).label}を招集する",
        "選んだ方に至急のお知らせが届き、この報告を読めるようになります。続けて電話で連絡し、返事を記録してください。",
        "招集する",
        ("3.9.3.2", "3.4.2.5") if kind == IncidentMeeting.Kind.SECURITY else ("3.9.3.2",),
    )

    def do(data: dict) -> None:
        IncidentMeeting.call(incident, kind, **data, by=request.user, at=now)

    return ask(request, incident, form, do, sheet, done="会議を招集しました。電話での連絡の結果を記録してください。")


def get_meeting(request: HttpRequest, pk: int) -> IncidentMeeting:
    rows = IncidentMeeting.objects.visible_to(request.user, at=timezone.now())
    return get_object_or_404(rows.select_related("incident__department__parent", "incident__kind"), pk=pk)


def hold_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """Attendance and minutes."""
    meeting, now = get_meeting(request, pk), timezone.now()
    allow(meeting.can_run(request.user, at=now), "会議の記録ができるのは、総括管理者・中央電子計算組織管理者・委員会の方だけです。")
    form = HoldForm(request.POST or None, meeting=meeting, initial={"held_at": meeting.planned_at})
    sheet = Sheet(
        f"{meeting.get_kind_display()}の開催を記録する",
        "出席した人と話し合ったことを残します。記録は書き換えられません。",
        "開催を記録する",
        ("3.9.3.2",),
    )

    def do(data: dict) -> None:
        meeting.hold(**data, by=request.user, at=now)

    return ask(request, meeting.incident, form, do, sheet, done="開催を記録しました。決まったことを措置として入力してください。")


def cancel_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, now = get_meeting(request, pk), timezone.now()
    allow(meeting.can_run(request.user, at=now), "会議を中止できるのは、総括管理者・中央電子計算組織管理者・委員会の方だけです。")
    form = ReasonForm(request.POST or None)
    sheet = Sheet(
        f"{meeting.get_kind_display()}を中止する", "招集した方に中止のお知らせが届きます。理由は記録に残ります。", "中止する", kind="danger"
    )

    def do(data: dict) -> None:
        meeting.cancel(**data, by=request.user, at=now)

    return ask(request, meeting.incident, form, do, sheet, done="会議を中止しました。")


@require_POST
def tick_member(request: HttpRequest, pk: int) -> HttpResponse:
    """What a member answered on the phone."""
    seen = IncidentMeeting.objects.visible_to(request.user, at=timezone.now()).values("pk")
    member = get_object_or_404(
        MeetingMember.objects.select_related("meeting__incident__department__parent", "person"), pk=pk, meeting__in=seen
    )
    answer = request.POST.get("reached", "")
    if answer not in MeetingMember.Reached:
        raise Http404("この返事はありません。")
    page = ("incidents:response", member.meeting.incident.pk)
    return act(
        request, lambda: member.tick(answer, by=request.user, at=timezone.now()), f"{member.person.name}さんの返事を記録しました。", *page
    )


def order_task(request: HttpRequest, pk, kind: str) -> HttpResponse:
    """A measure ordered or drafted."""
    if kind not in (ResponseTask.Kind.ORDER, ResponseTask.Kind.PREVENTION, ResponseTask.Kind.INSTRUCTION):
        raise Http404("この種類の措置はありません。")
    return _order(request, get_incident(request, pk), kind, None)


def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """What a meeting has decided."""
    meeting = get_meeting(request, pk)
    return _order(request, meeting.incident, ResponseTask.Kind.DECISION, meeting)


ORDER_WORDS = {
    ResponseTask.Kind.ORDER: ("応急措置を指示する", "担当の方の受信箱に届き、期限まで管理されます。", ("3.4.2.3.6",)),
    ResponseTask.Kind.PREVENTION: (
        "再発防止策の案を加える",
        "CISOが確認するまでは案です。確認されると担当の方に届き、期限と効果の確認まで管理されます。",
        ("3.9.3.3.2",),
    ),
    ResponseTask.Kind.INSTRUCTION: ("CISOの指示を加える", "担当の方の受信箱に届き、期限まで管理されます。", ("3.9.3.3.3",)),
    ResponseTask.Kind.DECISION: ("会議で決まったことを加える", "担当の方の受信箱に届き、期限まで管理されます。", ("3.9.3.2",)),
}


def _order(request: HttpRequest, incident: Incident, kind: str, meeting: IncidentMeeting | None) -> HttpResponse:
    now = timezone.now()
    form = TaskForm(request.POST or None, incident=incident, kind=kind, by=request.user, at=now)
    may_speak = "spoken_by" in form.fields and incident.is_open and incident.can_add_note(request.user, at=now)
    orders = ResponseTask(incident=incident, kind=kind).can_steer(request.user, at=now)
    allow(orders or may_speak, "この措置を決められるのは、権限を持つ方だけです。")
    title, lead, clauses = ORDER_WORDS[ResponseTask.Kind(kind)]

    def do(data: dict) -> None:
        spoken = form.spoken()
        ResponseTask.order(incident, kind, **data, meeting=meeting, by=request.user, at=now, spoken=spoken)

    return ask(request, incident, form, do, Sheet(title, lead, "加える", clauses), done="措置を加えました。")
