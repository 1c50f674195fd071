"""The certificate as an A4 paper, made by the worker."""

from audits.models import Attendance
from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.jobs.run import Run
from musashimurayama_isms.pdf import render_pdf

CERTIFICATE = "audits.training_certificate"


@job(CERTIFICATE, title="修了証（A4）")
def certificate(run: Run) -> dict:
    """The certificate of one completed training, for the person and for the organiser."""
    at = run.clock()
    rows = Attendance.objects.visible_to(run.by, at=at).filter(pk=run.params["attendance"], status=Attendance.Status.COMPLETED)
    row = rows.select_related("session__course", "session__department", "person", "department__parent").first()
    if row is None or not may_have(row, run.by, at=at):
        raise JobRefused("修了の記録がないか、修了証を受け取れる方ではないため、修了証を作れませんでした。")
    run.keep(f"修了証-{row.session.course.title}.pdf", render_pdf("pdf/certificate.html", {"row": row}))
    return {"message": "修了証ができました。", "url": row.session.get_absolute_url()}


def may_have(row: Attendance, user, *, at) -> bool:
    """The person, and who runs the training."""
    return row.person_id == user.pk or row.session.can_run(user, at=at)
