"""Step 6 with 7b and 7c, and the evidence."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.handling import actor_of
from incidents.models import AttackFinding, EmergencyMeasure, Evidence, Incident, NetworkCut
from incidents.models.emergency_measure import TAKERS, finish_measures
from incidents.models.network_cut import CUTTERS
from incidents.response.forms.acting import (
    AttackForm,
    CouncilForm,
    CustodyForm,
    CutForm,
    EvidenceForm,
    MeasureForm,
    NoneNeededForm,
    RestoreForm,
)
from incidents.response.page import ResponsePage
from incidents.views.reading import get_incident
from musashimurayama_isms.accounts.views.acts import act

from .reading import get_evidence
from .sheet import Sheet, allow, ask

ONLY_CENTRAL = "これを行えるのは、中央電子計算組織管理者だけです。"


def take_measure(request: HttpRequest, pk) -> HttpResponse:
    """What was done at once, on whose order."""
    incident, now = get_incident(request, pk), timezone.now()
    allow(actor_of(request.user, incident, *TAKERS, at=now) is not None, "応急措置を記録できるのは、対応に当たる方だけです。")
    initial = {"taken_at": now, "taken_by": request.user.name}
    form = MeasureForm(request.POST or None, incident=incident, by=request.user, at=now, initial=initial)

    def do(data: dict) -> None:
        order = form.spoken()
        EmergencyMeasure.take(incident, **data, by=request.user, at=now, order=order)

    sheet = Sheet(
        "応急措置を記録する", "とった措置を、時刻と指示した人とともに残します。", "記録する", ("3.4.2.3.6", "3.11.3.1", "3.10.5.2")
    )
    return ask(request, incident, form, do, sheet, done="応急措置を記録しました。")


def get_part(request: HttpRequest, model: type, pk: int):
    """A row of an incident that the person may see."""
    seen = Incident.objects.submitted().visible_to(request.user, at=timezone.now()).order_by().values("pk")
    return get_object_or_404(model.objects.select_related("incident__department__parent", "incident__kind"), pk=pk, incident__in=seen)


def restore_system(request: HttpRequest, pk: int) -> HttpResponse:
    row, now = get_part(request, EmergencyMeasure, pk), timezone.now()
    allow(actor_of(request.user, row.incident, *TAKERS, at=now) is not None, "復旧を記録できるのは、対応に当たる方だけです。")
    form = RestoreForm(request.POST or None, initial={"restored_at": now})

    def do(data: dict) -> None:
        row.restore(**data, by=request.user, at=now)

    sheet = Sheet(
        "停止したシステムの復旧を記録する", "復旧した日時と、復旧してよいと判断した理由を残します。", "復旧を記録する", ("3.11.3.1",)
    )
    return ask(request, row.incident, form, do, sheet, done="復旧を記録しました。")


def end_measures(request: HttpRequest, pk) -> HttpResponse:
    """The end of step 6."""
    incident, now = get_incident(request, pk), timezone.now()
    page = ResponsePage(incident, request.user, now)
    allow(page.may_finish_measures, "応急措置の段階を済ませられるのは、担当の方だけです。")
    form = NoneNeededForm(request.POST or None, has_measures=bool(page.measures))

    def do(data: dict) -> None:
        finish_measures(incident, **data, by=request.user, at=now)

    lead = "必要な措置がそろったら済ませます。総括管理者に伝わります。この後も措置を追加して記録できます。"
    sheet = Sheet("応急措置の段階を済ませる", lead, "済ませる", ("3.4.2.3.6",))
    return ask(request, incident, form, do, sheet, done="応急措置の段階を済ませました。総括管理者に伝わります。")


def cut_network(request: HttpRequest, pk) -> HttpResponse:
    incident, now = get_incident(request, pk), timezone.now()
    allow(
        actor_of(request.user, incident, *CUTTERS, at=now) is not None,
        "遮断を記録できるのは、情報セキュリティ担当者と中央電子計算組織管理者だけです。",
    )
    form = CutForm(request.POST or None, incident=incident, by=request.user, at=now, initial={"cut_at": now})

    def do(data: dict) -> None:
        judgement = form.spoken()
        NetworkCut.cut(incident, **data, by=request.user, at=now, judgement=judgement)

    lead = "中央電子計算組織管理者の判断に従って遮断したことを残します。総括管理者に至急のお知らせが届きます。"
    return ask(
        request,
        incident,
        form,
        do,
        Sheet("外部ネットワークの遮断を記録する", lead, "記録する", ("3.10.1.10.5",)),
        done="遮断を記録しました。",
    )


@require_POST
def tell_general(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_part(request, NetworkCut, pk)
    do = lambda: row.tell_general(by=request.user, at=timezone.now())  # noqa: E731
    return act(request, do, "総括管理者に報告しました。", "incidents:response", row.incident.pk)


def tell_council(request: HttpRequest, pk: int) -> HttpResponse:
    row, now = get_part(request, NetworkCut, pk), timezone.now()
    allow(actor_of(request.user, row.incident, "CENTRAL_MANAGER", at=now) is not None, ONLY_CENTRAL)
    form = CouncilForm(request.POST or None, initial={"told_at": now})

    def do(data: dict) -> None:
        row.tell_council(**data, by=request.user, at=now)

    lead = "市長を通じて個人情報保護審議会に報告した日時と内容を残します。ポータルから審議会へは送られません。"
    sheet = Sheet("審議会への報告を記録する", lead, "記録する", ("3.10.1.10.5",))
    return ask(request, row.incident, form, do, sheet, done="審議会への報告を記録しました。")


def restore_network(request: HttpRequest, pk: int) -> HttpResponse:
    row, now = get_part(request, NetworkCut, pk), timezone.now()
    allow(actor_of(request.user, row.incident, "CENTRAL_MANAGER", at=now) is not None, ONLY_CENTRAL)
    form = RestoreForm(request.POST or None, initial={"restored_at": now})

    def do(data: dict) -> None:
        row.restore(**data, by=request.user, at=now)

    sheet = Sheet(
        "外部ネットワークの復旧を記録する", "復旧した日時と、復旧してよいと判断した理由を残します。", "復旧を記録する", ("3.10.1.10.5",)
    )
    return ask(request, row.incident, form, do, sheet, done="復旧を記録しました。")


def attack(request: HttpRequest, pk) -> HttpResponse:
    """What is known of an attack now."""
    incident, now = get_incident(request, pk), timezone.now()
    allow(actor_of(request.user, incident, "CENTRAL_MANAGER", at=now) is not None, ONLY_CENTRAL)
    names = ("is_certain", "may_be_crime", "record_kept", "bodies", "police", "experts")
    last = incident.attack_findings.last()
    form = AttackForm(request.POST or None, initial={name: getattr(last, name) for name in names} if last else {})

    def do(data: dict) -> None:
        AttackFinding.find(incident, **data, by=request.user, at=now)

    lead = (
        "攻撃が明確になったら、システムの停止を含む措置をとり、関係機関と連絡します。犯罪の可能性があるときは記録を残し、警察と連携します。"
    )
    sheet = Sheet("攻撃について記録する", lead, "記録する", ("3.10.5.2", "3.10.5.3", "3.10.4.4"))
    return ask(request, incident, form, do, sheet, done="攻撃についての判断を記録しました。前の判断も残ります。")


def secure_evidence(request: HttpRequest, pk) -> HttpResponse:
    incident, now = get_incident(request, pk), timezone.now()
    allow(Evidence.can_keep(request.user, incident, at=now), "証拠を登録できるのは、対応に当たる方だけです。")
    initial = {"taken_at": now, "taken_by": request.user.name}
    form = EvidenceForm(request.POST or None, request.FILES or None, incident=incident, by=request.user, at=now, initial=initial)

    def do(data: dict) -> None:
        Evidence.secure(incident, **data, by=request.user, at=now)

    lead = "登録した証拠は書き換えも削除もできません。誤りは、訂正の登録を加えて正します。"
    return ask(
        request, incident, form, do, Sheet("証拠を登録する", lead, "登録する", ("3.11.3.1", "3.10.5.3")), done="証拠を登録しました。"
    )


def hand_on_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    piece, now = get_evidence(request, pk), timezone.now()
    allow(Evidence.can_keep(request.user, piece.incident, at=now), "受渡しを記録できるのは、対応に当たる方だけです。")
    form = CustodyForm(request.POST or None, initial={"moved_at": now})

    def do(data: dict) -> None:
        piece.hand_on(**data, by=request.user, at=now)

    sheet = Sheet(
        f"証拠の受渡しを記録する（{piece.name}）",
        "だれからだれへ、どこへ移したかを残します。記録は書き換えられません。",
        "記録する",
        ("3.10.5.3",),
    )
    return ask(request, piece.incident, form, do, sheet, done="受渡しを記録しました。", to=piece.get_absolute_url())
