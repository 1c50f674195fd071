"""The papers of the bad day, made by the worker: the net on A4, the card for the wallet, the plan."""

from datetime import date

from django.utils import timezone

from incidents.continuity.page import NetPage
from incidents.models import NetRecord, PlanVersion
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.pdf import render_pdf

PAPERS = {NetRecord.Kind.SHEET: "incidents.contact_net", NetRecord.Kind.CARD: "incidents.contact_card"}
A_CARD = 7  # lines that fit on 85 x 54 mm


@job("incidents.contact_net", title="緊急連絡網（A4）", atomic=True)
def sheet(run) -> dict:
    """The net of a day on A4."""
    return _paper(run, NetRecord.Kind.SHEET, "pdf/contact_net.html", "緊急連絡網")


@job("incidents.contact_card", title="緊急連絡網の携帯用カード", atomic=True)
def card(run) -> dict:
    """The same for the wallet, 85 x 54 mm a page: one's own line first, then the rest of the 部長, then offices outside."""
    return _paper(run, NetRecord.Kind.CARD, "pdf/contact_card.html", "緊急連絡先カード")


def _paper(run, kind: str, template: str, name: str) -> dict:
    at = timezone.now()
    page = NetPage(run.by, on=date.fromisoformat(run.params["on"]), at=at)
    context = {"page": page, "net": page.net, "on": page.on, "cards": list(_cards(page)) if kind == NetRecord.Kind.CARD else []}
    run.keep(f"{name}-{page.on.isoformat()}.pdf", render_pdf(template, context))
    NetRecord.keep_paper(kind, page.net, by=run.by, at=at)
    return {"message": f"{name}（{wareki(page.on)}現在、照合符号 {page.net.code}）ができました。古くなったカードや紙は細断してください。"}


def _cards(page: NetPage):
    """(heading, lines) for each side of a card; a line is (role or place, person, numbers)."""
    seats = page.my_line
    known = {seat.key for seat in seats}
    mine = [(seat.role_name, person) for seat in seats for person in seat.everybody]
    others = [
        (str(seat.post.department), person)
        for seat in page.net.seats
        if seat.key not in known and seat.role == "DIVISION_OFFICER"
        for person in seat.people
    ]
    lines = [("まず連絡する方", [(role, row.name, row.extension, row.after_hours) for role, row in mine])]
    lines.append(("部長", [(place, row.name, row.extension, row.after_hours) for place, row in others]))
    lines.append(("庁外の連絡先", [("", row.name, row.phone, row.after_hours) for row in page.net.outside]))
    for heading, rows in lines:
        for start in range(0, len(rows), A_CARD):
            yield heading, rows[start : start + A_CARD]


@job("incidents.plan", title="業務継続計画（ICT編）（A4）")
def plan(run) -> dict:
    """One version of the plan that the asking person may see."""
    at = timezone.now()
    version = PlanVersion.objects.visible_to(run.by, at=at).filter(pk=run.params["version"]).select_related("approved_by").first()
    if version is None:
        raise JobRefused("この版を見る権限がなくなったため、計画を紙にできませんでした。")
    run.keep(f"業務継続計画（ICT編）第{version.number}版.pdf", render_pdf("pdf/continuity_plan.html", {"version": version}))
    return {"message": f"{version}ができました。"}
