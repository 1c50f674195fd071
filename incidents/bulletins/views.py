"""The pages of 注意喚起: the list, one of them, issuing, correcting, withdrawing, who has read."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.alert_pages import PAGE_SIZE, show
from incidents.bulletins.audience import staff
from incidents.bulletins.filters import BulletinFilter
from incidents.bulletins.forms import CorrectionForm, IssueForm, WithdrawalForm
from incidents.bulletins.page import BulletinPage, Progress
from incidents.models import Bulletin, Vulnerability
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.saving import tried


def bulletins(request: HttpRequest) -> HttpResponse:
    """What reaches the person, newest first; all for those who issue."""
    now = timezone.now()
    rows = Bulletin.objects.visible_to(request.user, at=now).with_read(request.user)
    filtered = BulletinFilter(request.GET, queryset=rows, on=day_of(now))
    page = Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page:
        row.word = row.state(on=day_of(now))
    context = {
        "filter": filtered,
        "page_obj": page,
        "unread": Bulletin.objects.unread_by(request.user, at=now),
        "is_issuer": Bulletin.issuer(request.user, at=now) is not None,
    }
    return render(request, "incidents/bulletins/list.html", context)


def get_bulletin(request: HttpRequest, pk: int, *, at: datetime) -> Bulletin:
    """A bulletin that the person may see."""
    return get_object_or_404(Bulletin.objects.visible_to(request.user, at=at).select_related("issued_by", "vulnerability"), pk=pk)


def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    found = get_bulletin(request, pk, at=now)
    return render(request, "incidents/bulletins/detail.html", {"bulletin": found, "page": BulletinPage(found, request.user, at=now)})


def bulletin_new(request: HttpRequest) -> HttpResponse:
    """A word to the staff; from a vulnerability (?vulnerability=) with its words half written."""
    now = timezone.now()
    if Bulletin.issuer(request.user, at=now) is None:
        raise PermissionDenied("注意喚起を出せるのは、中央電子計算組織管理者と電子計算組織総括管理者だけです。")
    hole = _vulnerability(request, at=now)
    form = IssueForm(request.POST or None, request.FILES or None, at=now, initial=_from(hole))
    if request.method == "POST" and form.is_valid():
        content = form.content() | {"vulnerability": hole, "by": request.user, "at": now}
        made = tried(request, form, lambda: Bulletin.issue(**content).newest)
        if made:
            messages.success(request, f"{made.bulletin.number} を出しました。宛先の人の受信箱に届いています。")
            return redirect(made.bulletin)
    return show(request, "incidents/bulletins/new.html", form, vulnerability=hole, everybody=staff(on=day_of(now)).count())


def _vulnerability(request: HttpRequest, *, at: datetime) -> Vulnerability | None:
    key = request.GET.get("vulnerability", "")
    return Vulnerability.objects.visible_to(request.user, at=at).filter(pk=key).first() if key.isdecimal() else None


def _from(hole: Vulnerability | None) -> dict:
    if hole is None:
        return {}
    urgency = {Vulnerability.Severity.CRITICAL: Bulletin.Urgency.URGENT, Vulnerability.Severity.HIGH: Bulletin.Urgency.IMPORTANT}
    return {
        "title": hole.title,
        "text": f"対象の製品：{hole.product}\n\n{hole.measures}",
        "kind": Bulletin.Kind.HOLE,
        "urgency": urgency.get(hole.severity, Bulletin.Urgency.NORMAL),
        "origin": hole.origin,
        "source": hole.source,
    }


def bulletin_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version in the place of the one that stands."""
    found, now = _changing(request, pk)
    form = CorrectionForm(request.POST or None, request.FILES or None, version=found.newest)
    if request.method == "POST" and form.is_valid():
        made = tried(request, form, lambda: found.correct(**form.content(), by=request.user, at=now).newest)
        if made:
            messages.success(request, "改めました。前の版も、履歴として残ります。")
            return redirect(found)
    return show(request, "incidents/bulletins/correct.html", form, bulletin=found)


def bulletin_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it down, with the reason."""
    found, now = _changing(request, pk)
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return act(
            request, lambda: found.withdraw(reason=reason, by=request.user, at=now), "取り下げました。理由とともに記録に残ります。", found
        )
    return show(request, "incidents/bulletins/withdraw.html", form, bulletin=found)


def _changing(request: HttpRequest, pk: int) -> tuple[Bulletin, datetime]:
    now = timezone.now()
    found = get_bulletin(request, pk, at=now)
    if Bulletin.issuer(request.user, at=now) is None:
        raise PermissionDenied("注意喚起を改められるのは、中央電子計算組織管理者と電子計算組織総括管理者だけです。")
    return found, now


@require_POST
def bulletin_read(request: HttpRequest, pk: int) -> HttpResponse:
    """「読みました」; then the next one that waits, or the one just read."""
    now = timezone.now()
    found = get_bulletin(request, pk, at=now)
    following = Bulletin.objects.unread_by(request.user, at=now).exclude(pk=found.pk).first()
    return act(request, lambda: found.read(by=request.user, at=now), f"{found.number} に読んだ印を付けました。", following or found)


def bulletin_readers(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the reading is: a line a section; the names of the one that was opened, where they are for this person."""
    found, progress = _progress(request, pk)
    context = {
        "bulletin": found,
        "progress": progress,
        "opened": progress.section(request.GET.get("department", "")),
        "names": sum(len(section.people) for section in progress.named()),
    }
    return render(request, "incidents/bulletins/readers.html", context)


def _progress(request: HttpRequest, pk: int) -> tuple[Bulletin, Progress]:
    now = timezone.now()
    found = get_bulletin(request, pk, at=now)
    progress = Progress(found, request.user, at=now)
    if not progress:
        raise Http404("読了の状況は、所属の情報セキュリティ担当者と、全庁の役割の人が見られます。")
    return found, progress
