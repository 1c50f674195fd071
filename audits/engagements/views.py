"""The pages of the audits: the list, one audit on its tabs, and its acts."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audits.acts import Act, perform
from audits.engagements.acts_of import ACTS, KINDS
from audits.engagements.filters import EngagementFilter
from audits.engagements.forms import SpecialForm
from audits.engagements.pages import ChecklistPage, Page, SurveyPage, files_of
from audits.models import AuditReport, Engagement, Finding, InterviewNote
from audits.parties import Reach
from audits.waiting import waiting_for
from musashimurayama_isms.trail.reading import note_reading

PAGE_SIZE = 50
SPECIAL = Act(
    "special",
    "随時の監査を始める",
    lambda subject, **given: Engagement.begin(**given),
    lambda reach: reach.is_head,
    "engagement",
    "監査を始めました。続けて、監査人に依頼してください。",
    label="監査を始める",
    form=SpecialForm,
    clause="3.13.1.3",
    goes_to=True,
)


def get_engagement(request: HttpRequest, pk: int, *, inside: bool = False) -> Engagement:
    """An audit that the person may see, or whose papers the person may read; 404 for everybody else."""
    rows = Engagement.objects.with_all()
    now = timezone.now()
    seen = rows.inside(request.user, at=now) if inside else rows.visible_to(request.user, at=now)
    return get_object_or_404(seen, pk=pk)


def get_shown(request: HttpRequest, pk: int) -> Engagement:
    """An audit of which the person sees more than the summary: not who is only asked."""
    found = get_engagement(request, pk)
    place = found.place(request.user, at=timezone.now())
    if not (place.sees_inside or place.is_of_section):
        raise Http404("依頼を引き受けると見られるようになります。")
    return found


@require_safe
def engagements(request: HttpRequest) -> HttpResponse:
    """What waits for me, then the audits that I may follow."""
    now = timezone.now()
    reach = Reach.of(request.user, at=now)
    rows = Engagement.objects.visible_to(request.user, at=now, reach=reach).with_all().with_leads()
    filtered = EngagementFilter(request.GET, queryset=rows)
    context = {
        "filter": filtered,
        "page_obj": Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page")),
        "waiting": waiting_for(request.user, at=now),
        "reach": reach,
        "now": now,
    }
    return render(request, "audits/engagements/list.html", context)


def engagement_begin(request: HttpRequest) -> HttpResponse:
    """A 随時 audit (3.13.1.3); `?finding=…` is the finding that a フォローアップ監査 looks at again."""
    now = timezone.now()
    finding, key = None, request.GET.get("finding", "")
    if key:
        seen = Finding.objects.visible_to(request.user, at=now).issued().select_related("engagement__contractor", "engagement__system")
        finding = get_object_or_404(seen, pk=key if key.isdecimal() else 0)
    frame = {"outer": "audits/frame.html"}
    return perform(request, SPECIAL, finding, part=Reach.of(request.user, at=now), back=("audits:engagements",), frame=frame)


@require_safe
def engagement(request: HttpRequest, pk: int) -> HttpResponse:
    """First what it wants from me, then the facts, then the history."""
    page = Page(get_engagement(request, pk), request.user, at=timezone.now())
    return _tab(request, page)


def _tab(request: HttpRequest, page: Page) -> HttpResponse:
    if page.place.sees_inside:
        note_reading(request.user, page.engagement)
    return render(request, f"audits/engagements/{page.tab}.html", {"page": page, "engagement": page.engagement, "now": page.at})


@require_safe
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Days and the notice."""
    page = Page(get_shown(request, pk), request.user, at=timezone.now(), tab="schedule")
    page.date_offers = page.with_offers("offer", page.engagement.date_offers.select_related("by", "answered_by"))
    page.notices = _files(page.with_offers("notice", page.engagement.notices.select_related("by", "received_by")))
    return _tab(request, page)


def _files(rows) -> list:
    found = files_of(type(rows[0]), rows) if rows else {}
    for row in rows:
        row.files = found[str(row.pk)]
    return rows


@require_safe
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    return _tab(request, SurveyPage(get_shown(request, pk), request.user, at=timezone.now(), tab="survey"))


@require_safe
def checklist(request: HttpRequest, pk: int) -> HttpResponse:
    """The auditor's page on site: sixty items without a page load that loses the place."""
    return _tab(request, ChecklistPage(get_engagement(request, pk, inside=True), request.user, at=timezone.now(), tab="checklist"))


@require_safe
def papers(request: HttpRequest, pk: int) -> HttpResponse:
    """Working papers, interview notes for those who may read them, samples."""
    found, now = get_engagement(request, pk, inside=True), timezone.now()
    page = Page(found, request.user, at=now, tab="papers")
    page.papers = page.with_offers("paper", found.papers.select_related("by", "reviewed_by").prefetch_related("items"))
    page.notes = list(InterviewNote.objects.visible_to(request.user, at=now).filter(engagement=found).select_related("by"))
    page.may_read_notes = page.place.is_auditor or page.place.is_head
    page.samples = list(found.samples.select_related("type", "by").prefetch_related("picks__request__type"))
    for sample in page.samples:
        sample.engagement = found
        sample.rows = page.with_offers("pick", sample.picks.all())
    return _tab(request, page)


@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """What is on loan, for both sides."""
    page = Page(get_shown(request, pk), request.user, at=timezone.now(), tab="evidence")
    rows = page.engagement.evidence.select_related("taken_by", "returned_by", "confirmed_by", "item").prefetch_related("moves__by")
    page.rows = _files(page.with_offers("evidence", rows))
    return _tab(request, page)


@require_safe
def findings(request: HttpRequest, pk: int) -> HttpResponse:
    """Drafts for the auditors, what was shown for the section, with the exchange of views."""
    found, now = get_shown(request, pk), timezone.now()
    page = Page(found, request.user, at=now, tab="findings")
    rows = Finding.objects.visible_to(request.user, at=now).filter(engagement=found).select_related("department__parent", "item", "by")
    page.findings = page.with_offers("finding", rows.prefetch_related("comments__by", "comments__answered_by", "revisions"))
    for row in page.findings:
        row.exchange = page.with_offers("comment", row.comments.all())
    return _tab(request, page)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The versions of the report, the newest first."""
    found, now = get_shown(request, pk), timezone.now()
    page = Page(found, request.user, at=now, tab="report")
    rows = (
        AuditReport.objects.visible_to(request.user, at=now)
        .filter(engagement=found)
        .select_related("by", "issued_by", "forwarded_by", "item")
    )
    page.reports = _files(list(rows.prefetch_related("receipts__received_by").order_by("-version")))
    for row in page.reports:
        row.engagement = found
        row.read = list(row.receipts.all())
        for receipt in row.read:
            receipt.report = row
            receipt.is_mine = receipt.received_at is None and any(actor.person == request.user for actor in receipt.able(at=now))
            receipt.offers = page.offers("receipt", receipt) if receipt.is_mine else []
    return _tab(request, page)


# -- acts ------------------------------------------------------------------------------------------------------------
def engagement_do(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """An act about the audit."""
    found = get_engagement(request, pk)
    if act not in ACTS:
        raise Http404("この操作はありません。")
    place = found.place(request.user, at=timezone.now())
    back = (f"audits:{ACTS[act].tab}", found.pk)
    frame = {"engagement": found, "outer": "audits/engagements/frame.html", "page": Page(found, request.user, at=timezone.now())}
    return perform(request, ACTS[act], found, part=place, back=back, frame=frame)


def engagement_row(request: HttpRequest, pk: int, kind: str, row: int, act: str) -> HttpResponse:
    """An act about one row of it."""
    found, now = get_engagement(request, pk), timezone.now()
    if kind not in KINDS or act not in KINDS[kind].acts:
        raise Http404("この操作はありません。")
    subject = get_object_or_404(KINDS[kind].rows(request.user, at=now), pk=row)
    if KINDS[kind].engagement_of(subject).pk != found.pk:
        raise Http404("この監査のものではありません。")
    chosen = KINDS[kind].acts[act]
    place = found.place(request.user, at=now)
    back = (f"audits:{chosen.tab}", found.pk)
    if chosen.tab == "merge":
        back = ("audits:merge", found.pk)
    frame = {"engagement": found, "outer": "audits/engagements/frame.html", "page": Page(found, request.user, at=now)}
    if request.method == "GET" and chosen.form is None:
        return redirect(*back)
    return perform(request, chosen, subject, part=place, back=back, frame=frame)
