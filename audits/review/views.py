"""The reviews of the policy. No rule lives here."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from audits.models import PolicyReview, ReviewInput
from audits.review import forms
from audits.review.hands import NOT_TO_PREPARE, Hands
from audits.review.listing import reviews_of
from audits.review.page import InputPage, ReviewPage
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.saving import tried
from musashimurayama_isms.jobs.queue import enqueue
from policy.models import Revision

PAGE_SIZE = 20


def _hands(request: HttpRequest) -> Hands:
    """Who enters the room; 404 for a stranger."""
    hands = Hands(request.user, at=timezone.now())
    if not hands.sees:
        raise Http404
    return hands


def _review(request: HttpRequest, pk: int) -> PolicyReview:
    rows = PolicyReview.objects.visible_to(request.user, at=timezone.now())
    return get_object_or_404(rows.select_related("item", "revision", "occurrence__duty", "begun_by", "closed_by"), pk=pk)


def _prepared(request: HttpRequest, pk: int) -> PolicyReview:
    """A review that this person prepares; 404 for who does not see it, 403 for who only sees it."""
    review = _review(request, pk)
    Hands.guard(request.user, at=timezone.now())
    return review


def reviews(request: HttpRequest) -> HttpResponse:
    """All of them, the newest 年度 first."""
    hands = _hands(request)
    page_obj = Paginator(reviews_of(request.user, hands), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "audits/review/list.html", {"hands": hands, "page_obj": page_obj})


def begin(request: HttpRequest) -> HttpResponse:
    hands = _hands(request)
    if not hands.prepares:
        raise PermissionDenied(NOT_TO_PREPARE)
    form = forms.BeginForm(request.POST or None)
    context = {"title": "見直しを始める", "button": "始める"}
    done = "見直しを始めました。材料を確かめてから、委員会に付議してください。"
    return _form(request, form, context, lambda data: PolicyReview.begin(by=request.user, at=timezone.now(), **data), done)


def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One review: what it wants from me, its inputs by source, its history."""
    page = ReviewPage(_review(request, pk), request.user, at=timezone.now(), query=request.GET)
    return render(request, "audits/review/review.html", {"review": page.review, "page": page, "page_obj": page.page_obj})


def _form(request: HttpRequest, form, context: dict, do, done: str, to=None) -> HttpResponse:
    """A form whose rule may refuse: the words stay."""
    if request.method == "POST" and form.is_valid() and (made := tried(request, form, lambda: do(form.cleaned_data) or to)):
        messages.success(request, done)
        return redirect(to or made)
    return render(request, "audits/review/form.html", {"form": form, **context}, status=422 if form.errors else 200)


def add_input(request: HttpRequest, pk: int) -> HttpResponse:
    """By hand."""
    found = _review(request, pk)
    if not Hands(request.user, at=timezone.now()).adds:
        raise PermissionDenied("材料を加えられるのは、情報化推進委員会の委員・事務局と中央電子計算組織管理者です。")
    context = {"review": found, "title": "材料を加える", "button": "加える"}
    return _form(
        request,
        forms.InputForm(request.POST or None),
        context,
        lambda data: ReviewInput.add(found, by=request.user, at=timezone.now(), **data),
        "材料を加えました。",
        found,
    )


def put(request: HttpRequest, pk: int) -> HttpResponse:
    """付議."""
    found = _prepared(request, pk)
    context = {
        "review": found,
        "title": "委員会に付議する",
        "button": "付議する",
        "about": "いまの材料が、この時点の内容で固定されます。付議の後は、材料ごとに審議の内容と取扱いを記録します。",
    }
    done = "付議しました。事務局が会議の次第に加えます。"
    do = lambda data: found.put(by=request.user, at=timezone.now(), **data)  # noqa: E731
    return _form(request, forms.PutForm(request.POST or None), context, do, done, found)


def close(request: HttpRequest, pk: int) -> HttpResponse:
    found = _prepared(request, pk)
    context = {
        "review": found,
        "title": "見直しを終了する",
        "button": "終了する",
        "about": "「継続」とした材料は、次の見直しに引き継がれます。",
    }
    do = lambda data: found.close(by=request.user, at=timezone.now(), **data)  # noqa: E731
    return _form(request, forms.CloseForm(request.POST or None), context, do, "見直しを終了しました。", found)


def drop(request: HttpRequest, pk: int) -> HttpResponse:
    found = _prepared(request, pk)
    context = {"review": found, "title": "見直しを取りやめる", "button": "取りやめる"}
    do = lambda data: found.drop(by=request.user, at=timezone.now(), **data)  # noqa: E731
    return _form(request, forms.DropForm(request.POST or None), context, do, "見直しを取りやめました。", found)


def link_revision(request: HttpRequest, pk: int) -> HttpResponse:
    """Which text it has led to."""
    found, now = _prepared(request, pk), timezone.now()
    seen = Revision.objects.visible_to(request.user, at=now).of_the_policy().exclude(status=Revision.Status.DISCARDED)
    form = forms.RevisionForm(request.POST or None, revisions=seen.filter(is_outline=False).order_by("-pk"))
    context = {
        "review": found,
        "title": "改定の版を結び付ける",
        "button": "結び付ける",
        "about": "「ポリシーの改定」で新しい本文を取り込んでから、その版を選びます。",
    }
    do = lambda data: found.link_revision(by=request.user, at=now, **data)  # noqa: E731
    return _form(request, form, context, do, "改定の版を結び付けました。", found)


@require_POST
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of the review on A4, made by the worker."""
    found = _review(request, pk)
    return redirect(enqueue("audits.policy_review_paper", by=request.user, subject=found, review=found.pk))


# -- one input ---------------------------------------------------------------------------------------------------------


def _input(request: HttpRequest, pk: int, number: int) -> ReviewInput:
    rows = ReviewInput.objects.visible_to(request.user, at=timezone.now())
    people = ("review", "carried_from__review", "added_by", "decided_by")
    return get_object_or_404(rows.select_related(*people), review__pk=pk, pk=number)


def review_input(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Discuss one input; saved, the next one without a decision follows."""
    now = timezone.now()
    row = _input(request, pk, number)
    page = InputPage(row, request.user, at=now)
    if request.method == "POST":
        Hands.guard(request.user, at=now)
    initial = {"discussion": row.discussion, "decision": row.decision, "reason": row.reason, "seen": row.seen}
    form = forms.DecideForm(request.POST or None, initial=initial)

    def decide() -> ReviewInput:
        row.decide(by=request.user, at=now, **form.cleaned_data)
        return row

    if request.method == "POST" and form.is_valid():
        if tried(request, form, decide):
            messages.success(request, f"「{row.title}」の記録を保存しました。")
            return redirect(page.next_open or row.review)
        row = _input(request, pk, number)  # as somebody else may have left it
        page = InputPage(row, request.user, at=now)
    is_newer = form.is_bound and form.data.get("seen") != row.seen
    if is_newer:  # shown beside what was typed: to save once more is then a choice
        form.data = form.data.copy()
        form.data["seen"] = row.seen
    context = {"row": row, "review": row.review, "page": page, "form": form, "is_newer": is_newer}
    return render(request, "audits/review/input.html", context, status=422 if form.errors else 200)


@require_POST
def remove_input(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    row = _input(request, pk, number)
    return act(request, lambda: row.remove(by=request.user, at=timezone.now()), "材料を取り除きました。", row.review)
