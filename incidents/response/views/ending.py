"""Steps 8 to 10, and how an incident ends and is taken up again."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.chain import Party
from incidents.handling import actor_of
from incidents.models import CauseAnalysis, Ending, IncidentLink, PreventionReport
from incidents.open_points import open_points
from incidents.response.forms.deciding import ReasonForm
from incidents.response.forms.ending import (
    AnswerForm,
    CauseForm,
    CloseForm,
    ConfirmForm,
    FinishCauseForm,
    LinkForm,
    MergeForm,
    PreventionForm,
    ReturnForm,
)
from incidents.response.page import ResponsePage
from incidents.views.reading import get_incident
from musashimurayama_isms.accounts.views.acts import act

from .acting import get_part
from .sheet import Sheet, allow, ask

ONLY_ENDERS = "インシデントを終わらせる・再開するのは、電子計算組織総括管理者と中央電子計算組織管理者です。"


def write_cause(request: HttpRequest, pk) -> HttpResponse:
    """The cause, or a better version of it."""
    incident, now = get_incident(request, pk), timezone.now()
    page = ResponsePage(incident, request.user, now)
    allow(page.may_write_cause, "原因を記録できるのは、中央電子計算組織管理者だけです。")
    last = page.cause
    known = {"course": last.course, "cause": last.cause, "categories": last.categories.all()} if last else {}
    form = CauseForm(request.POST or None, initial=known)

    def do(data: dict) -> None:
        CauseAnalysis.write(incident, **{**data, "categories": list(data["categories"])}, by=request.user, at=now)

    lead = "部の総括情報セキュリティ担当者、課の情報セキュリティ担当者、委員会に確かめを求めます。書き直すと、もう一度求めます。"
    sheet = Sheet("原因を記録する", lead, "記録して確かめを求める", ("3.9.3.3.1",))
    return ask(request, incident, form, do, sheet, done="原因を記録しました。確かめを求める方に伝わります。")


def answer_cause(request: HttpRequest, pk: int, party: str) -> HttpResponse:
    """One of the parties agrees or adds."""
    analysis, now = get_part(request, CauseAnalysis, pk), timezone.now()
    if party not in CauseAnalysis.asked(analysis.incident):
        raise Http404("この立場からの回答は求められていません。")
    allow(actor_of(request.user, analysis.incident, party, at=now) is not None, "回答できるのは、この立場の方だけです。")
    form = AnswerForm(request.POST or None)

    def do(data: dict) -> None:
        analysis.answer(party, **data, by=request.user, at=now)

    lead = f"{Party(party).label}として、原因の記録に同意するか、補うことを答えます。"
    sheet = Sheet(
        "原因の記録に答える", lead, "回答する", ("3.9.3.3.1",), above="incidents/response/_cause_words.html", context={"cause": analysis}
    )
    return ask(request, analysis.incident, form, do, sheet, done="回答を記録しました。")


def finish_cause(request: HttpRequest, pk: int) -> HttpResponse:
    """The end of step 8."""
    analysis, now = get_part(request, CauseAnalysis, pk), timezone.now()
    may = ResponsePage(analysis.incident, request.user, now).may_write_cause
    allow(may, "原因の究明を済ませられるのは、中央電子計算組織管理者だけです。")
    form = FinishCauseForm(request.POST or None, analysis=analysis)

    def do(data: dict) -> None:
        analysis.finish(by=request.user, at=now, reasons=form.reasons())

    lead = "済ませると情報化推進委員会に伝わり、再発防止策の検討が始まります。"
    sheet = Sheet(
        "原因の究明を済ませる", lead, "済ませる", ("3.9.3.3.1",), above="incidents/response/_cause_words.html", context={"cause": analysis}
    )
    return ask(request, analysis.incident, form, do, sheet, done="原因の究明を済ませました。委員会に伝わります。")


def report_prevention(request: HttpRequest, pk) -> HttpResponse:
    """Step 9: to the CISO."""
    incident, now = get_incident(request, pk), timezone.now()
    page = ResponsePage(incident, request.user, now)
    allow(page.may_prevent, "再発防止策をCISOに報告できるのは、担当の方だけです。")
    form = PreventionForm(request.POST or None, initial={"words": page.report.words} if page.report else {})

    def do(data: dict) -> None:
        PreventionReport.report(incident, **data, by=request.user, at=now)

    sheet = Sheet(
        "再発防止策をCISOに報告する",
        "下の案をまとめてCISOに報告します。先に「対応」の画面で、担当と期限のある案を一つずつ加えてください。",
        "CISOに報告する",
        ("3.9.3.3.2",),
        above="incidents/response/_drafts.html",
        context={"drafts": [task for task in page.tasks if task.status == "draft"]},
    )
    return ask(request, incident, form, do, sheet, done="再発防止策をCISOに報告しました。")


def confirm_prevention(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 10: the CISO confirms; his word may be typed in by whoever heard it."""
    report, now = get_part(request, PreventionReport, pk), timezone.now()
    form = ConfirmForm(request.POST or None, incident=report.incident, by=request.user, at=now)

    def do(data: dict) -> None:
        spoken = form.spoken()
        report.confirm(**data, by=request.user, at=now, spoken=spoken)

    sheet = Sheet(
        "再発防止策を確認する",
        "確認すると、案が担当の方に届き、期限まで管理されます。",
        "確認する",
        ("3.9.3.3.3",),
        **_report_above(report),
    )
    return ask(request, report.incident, form, do, sheet, done="再発防止策を確認しました。担当の方に伝わります。")


def return_prevention(request: HttpRequest, pk: int) -> HttpResponse:
    """The CISO sends it back."""
    report, now = get_part(request, PreventionReport, pk), timezone.now()
    allow(actor_of(request.user, report.incident, Party.CISO, at=now) is not None, "差し戻せるのは、最高情報セキュリティ責任者だけです。")
    form = ReturnForm(request.POST or None)

    def do(data: dict) -> None:
        report.send_back(**data, by=request.user, at=now)

    lead = "委員会に戻り、再発防止策の段階が新しい期限で始まります。"
    sheet = Sheet("再発防止策を差し戻す", lead, "差し戻す", ("3.9.3.3.3",), kind="danger", **_report_above(report))
    return ask(request, report.incident, form, do, sheet, done="差し戻しました。委員会に伝わります。")


def _report_above(report: PreventionReport) -> dict:
    drafts = report.incident.tasks.filter(status="draft").select_related("department__parent", "incident")
    return {"above": "incidents/response/_drafts.html", "context": {"drafts": drafts, "report": report}}


def close(request: HttpRequest, pk) -> HttpResponse:
    incident, now = get_incident(request, pk), timezone.now()
    allow(Ending.can_end(request.user, incident, at=now), ONLY_ENDERS)
    points = open_points(incident, at=now) if incident.is_open else []
    form = CloseForm(request.POST or None, is_open=bool(points))

    def do(data: dict) -> None:
        Ending.close(incident, **data, by=request.user, at=now)

    lead = "関わった全員に伝わります。残っている措置は、完了した後も期限まで管理されます。"
    button = "残したまま完了にする" if points else "完了にする"
    sheet = Sheet("完了にする", lead, button, ("3.9.3.3",), above="incidents/response/_closing.html", context={"points": points})
    return ask(request, incident, form, do, sheet, done="完了にしました。関わった全員に伝わります。")


def mistake(request: HttpRequest, pk) -> HttpResponse:
    incident, now = get_incident(request, pk), timezone.now()
    allow(Ending.can_end(request.user, incident, at=now), ONLY_ENDERS)
    form = ReasonForm(request.POST or None)

    def do(data: dict) -> None:
        Ending.mistake(incident, **data, by=request.user, at=now)

    lead = "報告は消えません。知らせを受けた全員に、誤報だったことが伝わります。済んでいない措置は取りやめになります。"
    return ask(
        request,
        incident,
        form,
        do,
        Sheet("誤報とする", lead, "誤報とする", kind="danger"),
        done="誤報としました。知らせを受けた全員に伝わります。",
    )


def merge(request: HttpRequest, pk) -> HttpResponse:
    incident, now = get_incident(request, pk), timezone.now()
    allow(Ending.can_end(request.user, incident, at=now), ONLY_ENDERS)
    form = MergeForm(request.POST or None, incident=incident, by=request.user, at=now)

    def do(data: dict) -> None:
        Ending.merge(incident, **data, by=request.user, at=now)

    lead = "同じできごとの報告が2つあるときに、一方へまとめます。追記と添付は統合先でも見られ、両方の報告者が経過を見られます。"
    return ask(request, incident, form, do, Sheet("ほかの報告に統合する", lead, "統合する", kind="danger"), done="統合しました。")


def reopen(request: HttpRequest, pk) -> HttpResponse:
    incident, now = get_incident(request, pk), timezone.now()
    allow(Ending.can_end(request.user, incident, at=now), ONLY_ENDERS)
    form = ReasonForm(request.POST or None)

    def do(data: dict) -> None:
        Ending.reopen(incident, **data, by=request.user, at=now)

    lead = "済んでいなかった段階が、新しい期限で再び始まります。関わった全員に伝わります。"
    return ask(request, incident, form, do, Sheet("再開する", lead, "再開する"), done="再開しました。")


def tie(request: HttpRequest, pk) -> HttpResponse:
    """An asset, a request, a clause, an earlier incident."""
    incident, now = get_incident(request, pk), timezone.now()
    form = LinkForm(request.POST or None, by=request.user, at=now)

    def do(data: dict) -> None:
        IncidentLink.tie(incident, **form.target(), by=request.user, at=now)

    lead = "結び付けたものは、それを見られる方にだけ表示されます。"
    return ask(request, incident, form, do, Sheet("関わるものを結び付ける", lead, "結び付ける"), done="結び付けました。")


@require_POST
def untie(request: HttpRequest, pk: int) -> HttpResponse:
    link = get_part(request, IncidentLink, pk)
    link = get_object_or_404(IncidentLink.objects.visible_to(request.user).select_related("incident"), pk=link.pk)
    do = lambda: link.untie(by=request.user, at=timezone.now())  # noqa: E731
    return act(request, do, "結び付きを外しました。", "incidents:response", link.incident.pk)
