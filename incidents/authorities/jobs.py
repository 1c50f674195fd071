"""The papers of step 7, made by the worker."""

from django.db import transaction
from django.utils import timezone

from incidents.models import AuthorityReport
from incidents.parties import Reach
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.pdf import render_pdf

from .export import note_half_year
from .half_year import Half, HalfYearList

LOST = "このインシデントを見る権限がなくなったため、作成できませんでした。"


@job("incidents.authority_sheet", title="外部への報告の写し（A4）")
def authority_sheet(run) -> dict:
    """The sheet of a report as it stands, or what was sent with one of its sendings."""
    at = timezone.now()
    report = AuthorityReport.objects.visible_to(run.by, at=at).with_facts().filter(pk=run.params["report"]).first()
    if report is None:
        raise JobRefused(LOST)
    sending = report.sendings.select_related("by").filter(pk=run.params.get("sending")).first()
    run.progress(1, 2, "紙面を組んでいます")
    context = {"report": report, "incident": report.incident, "sending": sending, "at": at}
    suffix = f" 第{sending.version}版" if sending else ""
    run.keep(f"{report}{suffix}.pdf", render_pdf("pdf/authority_sheet.html", context))
    return {"message": f"{report}の写しができました。"}


@job("incidents.half_year_list", title="半期の一覧（A4）")
def half_year_list(run) -> dict:
    """The half-yearly list, for whoever still sees it."""
    at = timezone.now()
    if not Reach.of(run.by, at=at).city:
        raise JobRefused("一覧を見る権限がなくなったため、作成できませんでした。")
    found = HalfYearList(Half(run.params["year"], run.params["part"]))
    run.keep(
        f"インシデント一覧-{found.half.label}.pdf", render_pdf("pdf/half_year.html", {"list": found, "half": found.half, "on": day_of(at)})
    )
    with transaction.atomic():
        note_half_year(found, "pdf", by=run.by, at=at)
    return {"message": f"{found.half.label}の一覧（{len(found.rows)}件）ができました。"}
