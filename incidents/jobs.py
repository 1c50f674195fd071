"""The incident as an A4 sheet (様式第1号), made by the worker."""

from django.utils import timezone

from incidents.authorities import jobs as authority_jobs  # noqa: F401
from incidents.continuity import jobs as continuity_jobs  # noqa: F401  (they register themselves)
from incidents.drills import jobs as drill_jobs  # noqa: F401
from incidents.models import Incident
from incidents.overview import Overview
from incidents.response.page import ResponsePage
from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.pdf import render_pdf


@job("incidents.report_sheet", title="インシデント報告書（A4）")
def report_sheet(run) -> dict:
    """Render one incident that the asking person still may see; keeps `R8-001.pdf`."""
    at = timezone.now()
    rows = Incident.objects.submitted().visible_to(run.by, at=at).with_people()
    incident = rows.filter(pk=run.params["incident"]).first()
    if incident is None:
        raise JobRefused("この報告を見る権限がなくなったため、報告書を作成できませんでした。")
    run.progress(1, 2, "紙面を組んでいます")
    seen = {"view": Overview(incident, run.by, at=at), "page": ResponsePage(incident, run.by, at=at)}
    calls = incident.calls.select_related("by")
    pdf = render_pdf("pdf/incident.html", {"incident": incident, **seen, "calls": calls, "at": at})
    run.keep(f"{incident.number}.pdf", pdf)
    return {"number": incident.number}
