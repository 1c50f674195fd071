"""The paper of a confirmed copy, made by the worker of its frozen lines alone; and nothing else of the record."""

from django.core.files.base import ContentFile

from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.jobs.run import Run
from musashimurayama_isms.pdf import render_pdf

from .models import Disclosure
from .models.disclosure import PAPER


@job(PAPER, title="黒塗りの写し（A4）", atomic=True)
def paper(run: Run) -> dict:
    """Attach the PDF to the copy, once; where there was black there is no text, hidden or not."""
    copy = Disclosure.objects.filter(pk=run.params["disclosure"], status=Disclosure.Status.APPROVED).first()
    if copy is None:
        raise JobRefused("この写しは確定していません。")
    if not StoredFile.objects.about(copy).exists():
        content = render_pdf("pdf/disclosure.html", {"paper": copy.masked, "digest": copy.digest, "approved_at": copy.approved_at})
        attach(copy, ContentFile(content, name=f"{copy}.pdf"), by=run.by)
    return {"message": f"{copy}の写しができました。", "url": copy.get_absolute_url()}
