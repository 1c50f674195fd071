"""The papers of this room, made by the worker."""

from django.db import transaction
from django.http import Http404

from assets.marking import marked
from incidents.models import Incident
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.jobs.papers import keep_paper
from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.jobs.run import Run
from musashimurayama_isms.trail.reading import note_reading
from musashimurayama_isms.trail.record import record
from policy.visits import Visit

from .asset_register import REGISTER, AssetRegister
from .incident_file import FILE, IncidentFile
from .month import Month
from .monthly import MONTHLY, READERS, MonthlyReport, ciso_now
from .policy_text import TEXT, PolicyText


@job(MONTHLY, title="情報セキュリティ月次報告書（A4）", read_by=READERS, is_kept=True)
def monthly_report(run: Run) -> dict:
    """The report of the month with the eyes of who asked, or of the CISO where the portal makes it by itself."""
    month, eyes = Month.read(run.params["month"]), run.by or ciso_now(at=run.clock())
    if eyes is None:
        raise JobRefused("CISOの職務を行う人がいないため、月次報告書を作れませんでした。組織の画面で、任命と代理を確かめてください。")
    try:
        report = MonthlyReport(eyes, month, at=run.clock())
    except LookupError:
        raise JobRefused("月次報告書を作れる立場ではなくなりました。") from None
    run.progress(1, 4, "この月の数字を集めています")
    _ = report.figures.measures, report.trend
    run.progress(2, 4, "いまの状況を集めています")
    _ = report.tiles, report.decisions
    run.progress(3, 4, "この月の動きを集めています")
    _ = report.changes
    name = f"月次報告書-{month.code}.pdf"
    keep_paper(run, name, "pdf/monthly_report.html", {"report": report, "month": month, "issued": run.asked_at, "by": run.by}, pages=8)
    return {"message": f"{month.label}の月次報告書ができました。"}


@job(FILE, title="インシデントの記録一式（A4）")
def incident_file(run: Run) -> dict:
    """Everything of one incident that the asking person may see now; keeps `R8-001 記録一式.pdf`."""
    at = run.clock()
    rows = Incident.objects.submitted().visible_to(run.by, at=at).with_people().distinct()
    incident = rows.filter(pk=run.params["incident"]).first()
    if incident is None:
        raise JobRefused("この報告を見る権限がなくなったため、記録一式を作成できませんでした。")
    run.progress(1, 2, "記録を集めています")
    note_reading(run.by, incident, at=at)
    file = IncidentFile(incident, run.by, at=at)
    keep_paper(run, f"{incident.number} 記録一式.pdf", "pdf/incident_file.html", {"file": file, "issued": run.asked_at}, pages=8)
    return {"message": f"{incident.number}の記録一式ができました。", "url": incident.get_absolute_url()}


@job(REGISTER, title="情報資産台帳（A4）")
def asset_register(run: Run) -> dict:
    """The register as the asking person sees it now; keeps 【分類Ⅰ】情報資産台帳-20261126.pdf."""
    at = run.clock()
    params = run.params
    register = AssetRegister(run.by, at=at, department=params["department"], with_disposed=params["state"] == "all")
    for count in register.reading():
        run.progress(count, max(count, register.total), "情報資産を読んでいます")
    if not register.read:
        raise JobRefused("載せる情報資産がありません。所管課と状態を変えて、もう一度作ってください。")
    name = marked(f"情報資産台帳-{day_of(run.asked_at):%Y%m%d}.pdf", register.highest)
    keep_paper(run, name, "pdf/asset_register.html", {"register": register, "issued": run.asked_at, "by": run.by}, pages=register.pages)
    told = {"format": "pdf", "count": len(register.read), "asset_class": register.highest, "filter": dict(params)}
    with transaction.atomic():
        record(run.by, "assets.asset.printed", None, at=at, **told)
    return {"message": f"情報資産台帳（{len(register.read)}件）ができました。"}


@job(TEXT, title="情報セキュリティポリシー（A4）")
def policy_text(run: Run) -> dict:
    """One text as far as the asking person may read it; keeps 情報セキュリティポリシー-令和8年4月改定.pdf."""
    try:
        text = PolicyText(Visit(run.by, at=run.clock(), revision_pk=run.params["revision"]))
    except (Http404, LookupError):
        raise JobRefused("この版を見る権限がなくなったか、読める条項がないため、作成できませんでした。") from None
    run.progress(1, 2, "本文を集めています")
    name = f"{text.revision.document.title}-{text.revision.name}.pdf"
    keep_paper(run, name, "pdf/policy_text.html", {"text": text, "issued": run.asked_at}, pages=text.pages)
    return {"message": f"「{text.revision.name}」の本文ができました。"}
