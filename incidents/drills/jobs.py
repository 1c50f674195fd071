"""The evaluation sheet of a drill on A4, made by the worker."""

from django.utils import timezone

from incidents.drills.page import DrillPage
from incidents.models import Drill
from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.pdf import render_pdf


@job("incidents.drill_sheet", title="訓練の評価表（A4）")
def sheet(run) -> dict:
    """One drill that the asking person may see."""
    at = timezone.now()
    drill = Drill.objects.visible_to(run.by, at=at).filter(pk=run.params["drill"]).select_related("organiser").first()
    if drill is None:
        raise JobRefused("この訓練を見る権限がなくなったため、評価表を作れませんでした。")
    page = DrillPage(drill, run.by, at=at)
    run.keep(f"訓練評価表-{drill.planned_on.isoformat()}.pdf", render_pdf("pdf/drill.html", {"page": page, "drill": drill, "at": at}))
    return {"message": f"訓練「{drill.title}」の評価表ができました。"}
