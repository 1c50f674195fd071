"""A disposal is carried out by the worker, row by row; killed or taken back it goes on where it stopped. And its paper."""

from musashimurayama_isms.jobs.papers import keep_paper
from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.jobs.run import Run

from .destroying import destroy_row
from .models import Disposal, DisposalRow
from .models.disposal import CARRY_OUT
from .page import DisposalPage
from .papers import PAPER, pages_of

NOT_RUNNING = "この廃棄は、実施中ではありません。"
NOT_SEEN = "この廃棄は、見ることができません。"


@job(CARRY_OUT, title="記録の廃棄", repeats=False)
def carry_out(run: Run) -> dict:
    """Destroy what is still listed; each row is a transaction of its own."""
    disposal = Disposal.objects.for_list().filter(pk=run.params["disposal"]).first()
    if disposal is None or disposal.status not in (Disposal.Status.RUNNING, Disposal.Status.DONE):
        raise JobRefused(NOT_RUNNING)
    waiting = list(disposal.rows.filter(state=DisposalRow.State.LISTED).values_list("pk", flat=True))
    before = disposal.count - len(waiting)
    for place, pk in enumerate(waiting):
        run.progress(before + place, disposal.count, "記録を廃棄しています")
        destroy_row(pk, disposal, at=run.clock())
    disposal.finish(at=run.clock())
    return {"message": f"{disposal}を実施しました。", "url": disposal.get_absolute_url()}


@job(PAPER, title="廃棄記録（A4）")
def paper(run: Run) -> dict:
    """The 廃棄記録 of a disposal that the person sees."""
    rows = Disposal.objects.visible_to(run.by, at=run.asked_at).for_list()
    disposal = rows.filter(pk=run.params["disposal"]).first()
    if disposal is None:
        raise JobRefused(NOT_SEEN)
    context = {"disposal": disposal, "rows": list(disposal.rows.all()), "issued": run.asked_at}
    context["page"] = DisposalPage(disposal, run.by, at=run.asked_at)
    keep_paper(run, f"廃棄記録 {disposal}.pdf", "pdf/record_disposal.html", context, pages=pages_of(disposal.count))
    return {"message": "廃棄記録ができました。", "url": disposal.get_absolute_url()}
