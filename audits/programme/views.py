"""The pages of the year's plan, the plan over three years, and the naming of the audit head."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audits.acts import Act, Offer, perform
from audits.models import AuditProgramme, MediumTermPlan, MediumTermRow
from audits.parties import Reach, heads
from audits.programme.acts import ACTS, BEGIN, MEDIUM, NAME_HEAD, ROWS
from audits.programme.changes import changes, day_changes
from audits.waiting import late_works
from musashimurayama_isms.accounts.models import Appointment, RoleCode
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year_label
from musashimurayama_isms.trail.models import Entry

FRAME = {"outer": "audits/frame.html"}
PAGE_SIZE = 30


def _reach(request: HttpRequest) -> Reach:
    """What the person is to the plans; 404 for who sees none."""
    reach = Reach.of(request.user, at=timezone.now())
    if not (reach.sees_all or reach.is_house_auditor):
        raise Http404("監査計画は、監査に関わる方だけが見られます。")
    return reach


def _programme(request: HttpRequest, pk: int) -> AuditProgramme:
    return get_object_or_404(AuditProgramme.objects.visible_to(request.user, at=timezone.now()).select_related("copied_from"), pk=pk)


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """The plans of the years, and who is named audit head."""
    reach, now = _reach(request), timezone.now()
    rows = AuditProgramme.objects.visible_to(request.user, at=now, reach=reach).for_list()
    named = Appointment.objects.in_force(day_of(now)).filter(post__roles__code=RoleCode.AUDIT_HEAD).select_related("person", "named_by")
    context = {
        "page_obj": Paginator(rows.order_by("-fiscal_year"), PAGE_SIZE).get_page(request.GET.get("page")),
        "reach": reach,
        "named": named.first(),
        "acting": heads(at=now),
        "head_commands": bool(reach.is_head and reach.lines.commands),
    }
    return render(request, "audits/programme/list.html", context)


def programme_begin(request: HttpRequest) -> HttpResponse:
    return perform(request, BEGIN, None, part=_reach(request), back=("audits:programmes",), frame=FRAME)


def name_head(request: HttpRequest) -> HttpResponse:
    """3.13.1.3, by the CISO."""
    return perform(request, NAME_HEAD, None, part=_reach(request), back=("audits:programmes",), frame=FRAME)


@require_safe
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    """One year: what is missing, what is planned, what changed, how far it is."""
    found, reach, now = _programme(request, pk), _reach(request), timezone.now()
    return render(request, "audits/programme/detail.html", {"programme": found, "now": now, **_content(found, reach, now)})


def _content(found: AuditProgramme, reach: Reach, now: datetime) -> dict[str, Any]:
    before = found.versions.last()
    missing = found.missing(at=now, by=reach.user if reach.is_head else None) if found.is_draft else []
    offered = {slug: act for slug, act in ACTS.items() if slug != "approve" or not missing}
    last_year = found.copied_from or AuditProgramme.objects.filter(fiscal_year=found.fiscal_year - 1).first()
    return {
        "reach": reach,
        "acts": _offers(offered, found, reach, "audits:programme_do", [found.pk]),
        "missing": missing,
        "themes": _rows("theme", found, found.themes.all(), reach),
        "targets": _rows("target", found, found.targets.with_all().select_related("engagement"), reach),
        "works": _rows("work", found, found.work_days.all(), reach),
        "removals": found.removals.select_related("by"),
        "against": last_year,
        "changes": changes(last_year.content(), found.content()) if last_year else [],
        "version_changes": _against_version(found, before) if found.is_draft and before else [],
        "request_of_plan": found.request(),
        "late": late_works(found, on=day_of(now)) if found.status == AuditProgramme.Status.RUNNING else [],
        "entries": Entry.objects.about(found),
    }


def _against_version(found: AuditProgramme, version) -> list:
    content = found.content()
    return [*changes(version.content, content), *day_changes(version.content, content)]


def _offers(acts: dict[str, Act], row: Any, reach: Reach, name: str, args: list) -> list[Offer]:
    return [Offer(act, reverse(name, args=[*args, act.slug])) for act in acts.values() if act.who(reach) and act.when(row)]


def _rows(kind: str, found: AuditProgramme, rows: Any, reach: Reach) -> list:
    result = list(rows)
    for row in result:
        row.programme = found
        row.offers = _offers(ROWS[kind][1], row, reach, "audits:programme_row", [found.pk, kind, row.pk])
    return result


def programme_do(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """An act about the plan of a year."""
    found = _programme(request, pk)
    if act not in ACTS:
        raise Http404("この操作はありません。")
    frame = {**FRAME, "programme": found}
    return perform(request, ACTS[act], found, part=_reach(request), back=("audits:programme", found.pk), frame=frame)


def programme_row(request: HttpRequest, pk: int, kind: str, row: int, act: str) -> HttpResponse:
    """An act about a theme, a target, a work of it."""
    found = _programme(request, pk)
    if kind not in ROWS or act not in ROWS[kind][1]:
        raise Http404("この操作はありません。")
    subject = get_object_or_404(ROWS[kind][0].objects.filter(programme=found), pk=row)
    subject.programme = found
    chosen = ROWS[kind][1][act]
    if request.method == "GET" and chosen.form is None:
        return redirect(found)
    return perform(request, chosen, subject, part=_reach(request), back=("audits:programme", found.pk), frame={**FRAME, "programme": found})


@require_safe
def medium_term(request: HttpRequest) -> HttpResponse:
    """The plans over three years: themes and sections by year."""
    reach, now = _reach(request), timezone.now()
    plans = list(MediumTermPlan.objects.visible_to(request.user, at=now).prefetch_related("rows__department__parent")[:5])
    for plan in plans:
        rows = list(plan.rows.all())
        plan.by_year = [(fiscal_year_label(year), [row for row in rows if row.fiscal_year == year]) for year in plan.years]
        plan.row_url = reverse("audits:medium_term_do", args=[plan.pk, "row"])
    return render(request, "audits/programme/medium_term.html", {"plans": plans, "reach": reach, "now": now})


def medium_term_do(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Begin a plan (pk 0), put a line into one, take a line out (pk of the line)."""
    reach, now = _reach(request), timezone.now()
    if act not in MEDIUM:
        raise Http404("この操作はありません。")
    subject: Any = None
    if act != "begin":
        seen = MediumTermPlan.objects.visible_to(request.user, at=now)
        rows = seen if act == "row" else MediumTermRow.objects.filter(plan__in=seen.values("pk")).select_related("plan")
        subject = get_object_or_404(rows, pk=pk)
    return perform(request, MEDIUM[act], subject, part=reach, back=("audits:medium_term",), frame=FRAME)
