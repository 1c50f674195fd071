"""One incident's reports: what is due, the questions behind it, the sheet, the record of having sent it."""

from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.authorities.closing import finish_external
from incidents.authorities.forms import AssessForm, ReasonForm, SendForm, WriteForm
from incidents.authorities.holders import assessor
from incidents.authorities.page import AuthoritiesPage, sendings_of
from incidents.models import Assessment, AuthorityReport, Sending
from incidents.views.reading import get_incident
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.download import private_download
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.trail.reading import note_reading

from .forms_pages import form_page, page_of

SENDING = "incidents/authorities/send.html"


def authorities(request: HttpRequest, pk) -> HttpResponse:
    """外部報告・公表: first what it wants from me, then all reports and the publication, then what was judged."""
    incident, now = get_incident(request, pk), timezone.now()
    note_reading(request.user, incident)
    page = AuthoritiesPage(incident, request.user, at=now)
    return render(request, "incidents/authorities/page.html", {"incident": incident, "page": page, "now": now})


def assess(request: HttpRequest, pk) -> HttpResponse:
    """The questions that decide who is told."""
    incident = get_incident(request, pk)
    assessor(incident, request.user, at=timezone.now())
    form = AssessForm(request.POST or None, incident=incident, latest=incident.assessments.last())
    plain = ("people_count", "known_at", "known_reason", "note", "seen")
    return form_page(
        request,
        form,
        lambda data: Assessment.record(
            incident, answers=form.answers(), by=request.user, at=timezone.now(), **{name: data[name] for name in plain}
        ),
        done="報告先を判断しました。報告が必要なものと期限を確かめてください。",
        to=page_of(incident),
        template="incidents/authorities/assess.html",
        incident=incident,
    )


@require_POST
def finish(request: HttpRequest, pk) -> HttpResponse:
    """The step 外部への報告・公表 is done."""
    incident = get_incident(request, pk)
    return act(
        request,
        lambda: finish_external(incident, by=request.user, at=timezone.now()),
        "「外部への報告・公表」の段階を終えました。確報など後の段階は、期限まで引き続き表示します。",
        page_of(incident),
    )


def get_report(request: HttpRequest, pk: int) -> AuthorityReport:
    """A report of an incident that the person may see."""
    return get_object_or_404(AuthorityReport.objects.visible_to(request.user, at=timezone.now()).with_facts(), pk=pk)


def _mine(request: HttpRequest, pk: int) -> AuthorityReport:
    """A report that this person sends; for others who see it the act is refused."""
    row = get_report(request, pk)
    row.guard(request.user, at=timezone.now())
    return row


def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: its term, the copy sheet, what was sent."""
    row, now = get_report(request, pk), timezone.now()
    note_reading(request.user, row.incident)
    context = {
        "report": row,
        "incident": row.incident,
        "people": row.able(at=now),
        "is_mine": row.actor(request.user, at=now) is not None,
        "sendings": sendings_of(row),
        "now": now,
    }
    return render(request, "incidents/authorities/report.html", context)


def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the items of the form before it is sent."""
    row = _mine(request, pk)
    form = WriteForm(request.POST or None, sheet=row.sheet)
    return form_page(
        request,
        form,
        lambda data: row.write(form.lines(), seen=data["seen"], by=request.user, at=timezone.now()),
        done="送付する内容を保存しました。書き換えなかった項目は、事実が増えると自動で新しくなります。",
        to=row,
        heading=f"{row.stage}の内容を書く",
        words="報告先の様式の順に並んでいます。空欄の項目は「（未記入）」となります。書くことがない項目には「なし」と入力してください。",
        label="内容を保存する",
        incident=row.incident,
    )


def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that it was sent; the text is frozen."""
    row, now = _mine(request, pk), timezone.now()
    form = SendForm(request.POST or None, request.FILES or None, report=row, initial={"sent_at": now, "seen": row.sheet.digest})

    def record(data: dict) -> None:
        Sending.record(row, by=request.user, at=timezone.now(), **form.record())
        for upload in data["uploads"]:
            attach(row.incident, upload, by=request.user)

    return form_page(
        request,
        form,
        record,
        done="送付を記録しました。内容はこの時点のまま残ります。",
        to=row,
        template=SENDING,
        report=row,
        incident=row.incident,
    )


def waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide not to send, with the reason."""
    row = _mine(request, pk)
    form = ReasonForm(request.POST or None, help_text="なぜ報告が要らないと判断したかを書きます。総括管理者とCISOに知らせます。")
    return form_page(
        request,
        form,
        lambda data: row.waive(by=request.user, at=timezone.now(), reason=data["reason"]),
        done="報告しないことを、理由とともに記録しました。",
        to=page_of(row.incident),
        heading=f"{row.stage}をしないと決める",
        words="後から新しい事実が分かったときは、もう一度判断を求めます。",
        label="報告しないと決める",
        incident=row.incident,
    )


def take_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide to send after all."""
    row = _mine(request, pk)
    form = ReasonForm(request.POST or None, is_required=False)
    return form_page(
        request,
        form,
        lambda data: row.take_up(by=request.user, at=timezone.now(), reason=data["reason"]),
        done="報告することにしました。内容を確かめて送ってください。",
        to=row,
        heading=f"{row.stage}をすることにする",
        words="対象外や不要としたものでも、報告することにできます。",
        label="報告することにする",
        incident=row.incident,
    )


def text(request: HttpRequest, pk: int) -> HttpResponse:
    """The copy sheet as a text file, with the line ends that Windows expects."""
    row = get_report(request, pk)
    note_reading(request.user, row.incident)
    content = row.sheet.text.replace("\n", "\r\n").encode("utf-8-sig")
    return private_download(BytesIO(content), name=f"{row}.txt", media_type="text/plain; charset=utf-8")


@require_POST
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The copy sheet on A4, made by the worker."""
    row = get_report(request, pk)
    return redirect(enqueue("incidents.authority_sheet", by=request.user, subject=row.incident, report=row.pk))


def get_sending(request: HttpRequest, pk: int) -> Sending:
    rows = Sending.objects.visible_to(request.user, at=timezone.now())
    people = ("report__stage__authority", "report__incident__department__parent", "report__incident__kind", "by", "retracted_by")
    return get_object_or_404(rows.select_related(*people), pk=pk)


def sending(request: HttpRequest, pk: int) -> HttpResponse:
    """What was sent, as it was sent."""
    row, now = get_sending(request, pk), timezone.now()
    note_reading(request.user, row.report.incident)
    is_mine = row.report.actor(request.user, at=now) is not None
    return render(
        request,
        "incidents/authorities/sending.html",
        {"sending": row, "report": row.report, "incident": row.report.incident, "is_mine": is_mine},
    )


@require_POST
def sending_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """What was sent, on A4."""
    row = get_sending(request, pk)
    return redirect(
        enqueue("incidents.authority_sheet", by=request.user, subject=row.report.incident, report=row.report_id, sending=row.pk)
    )


def retract(request: HttpRequest, pk: int) -> HttpResponse:
    """The record was a mistake."""
    row = get_sending(request, pk)
    row.report.guard(request.user, at=timezone.now())
    form = ReasonForm(request.POST or None, help_text="例 別の報告先の記録を誤って入力した", at_most=500)  # as the column
    return form_page(
        request,
        form,
        lambda data: row.retract(by=request.user, at=timezone.now(), reason=data["reason"]),
        done="送付の記録を取り消しました。記録は、取り消したことが分かる形で残ります。",
        to=row.report,
        heading=f"{row}の記録を取り消す",
        words="記録を誤って入力したときだけ使います。送った後に内容を直すときは、続報を送って記録してください。",
        label="記録を取り消す",
        incident=row.report.incident,
    )
