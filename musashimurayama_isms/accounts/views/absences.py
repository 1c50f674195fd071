"""One's own absences, and the deputies of a post."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.transitions import InvalidTransition

from ..forms import AbsenceForm, DeputyForm
from ..models import Absence, Appointment, DeputyNaming, Post, StandingDeputy, User
from .acts import act


def absences(request: HttpRequest) -> HttpResponse:
    """The own absences, a form for a new one, and the deputies of the posts that one holds."""
    now, today = timezone.now(), timezone.localdate()
    form = AbsenceForm(request.POST or None, initial={"starts_at": now})
    if request.method == "POST" and form.is_valid():
        try:
            Absence.enter(request.user, **form.cleaned_data, at=now)
        except InvalidTransition as error:
            form.add_error(None, str(error))
        else:
            _tell(request, form.cleaned_data)
            return redirect("accounts:absences")
    mine = _single_posts(request.user, today)
    posts = [row.post for row in mine]
    context = {
        "form": form,
        "absences": request.user.absences.filter(ends_at__gt=now).order_by("starts_at"),
        "posts": posts,
        "without_deputy": _without_deputy(posts, today, today) if posts else [],
        "deputyships": DeputyNaming.objects.filter(post__in=posts, until__gte=today).select_related("post__department__parent", "deputy"),
        "for_others": DeputyNaming.objects.filter(deputy=request.user, until__gte=today).select_related("post__department__parent"),
    }
    return render(request, "accounts/absences.html", context)


def _single_posts(user: User, on: date):
    """The appointments whose work waits while the person is away."""
    return Appointment.objects.in_force(on).filter(person=user, post__is_single=True).select_related("post__department__parent")


def _without_deputy(posts: Sequence[Post], first: date, last: date) -> list[Post]:
    """The posts for which nobody acts from a day to a day: neither named, nor by the policy itself (3.4.2.2.2)."""
    named = DeputyNaming.objects.in_force(first).in_force(last).filter(post__in=posts).order_by().values_list("post", flat=True)
    ruled = StandingDeputy.objects.filter(scope=StandingDeputy.Scope.ANY, role__posts__in=posts).values_list("role__posts", flat=True)
    covered = set(named.union(ruled))
    return [post for post in posts if post.pk not in covered]


def _tell(request: HttpRequest, absence: dict[str, Any]) -> None:
    """What the absence means; nobody is told that a deputy acts where there is none for its days."""
    posts = [row.post for row in _single_posts(request.user, timezone.localdate())]
    left = _without_deputy(posts, *(timezone.localdate(absence[name]) for name in ("starts_at", "ends_at")))
    if left:
        words = "、".join(str(post) for post in left)
        messages.warning(
            request, f"不在を登録しました。{words}には、この間の代理がいません。仕事が止まらないように、下で指名してください。"
        )
    else:
        messages.success(request, "不在を登録しました。不在の間は、代理の人が処理できます。" if posts else "不在を登録しました。")


@require_POST
def end_absence(request: HttpRequest, pk: int) -> HttpResponse:
    absence = get_object_or_404(Absence.objects.filter(person=request.user), pk=pk)
    return act(request, lambda: absence.end(by=request.user, at=timezone.now()), "不在を終わりにしました。", "accounts:absences")


def name_deputy(request: HttpRequest, pk: int) -> HttpResponse:
    """Name a deputy of a post for some days."""
    now, today = timezone.now(), timezone.localdate()
    post = get_object_or_404(Post.objects.in_force(today).select_related("department__parent"), pk=pk)
    if not DeputyNaming.can_name(request.user, post, at=now):
        raise PermissionDenied
    people = User.objects.serving(today).exclude(appointments__in=Appointment.objects.in_force(today).filter(post=post))
    form = DeputyForm(request.POST or None, candidates=people, initial={"since": today})
    if request.method == "POST" and form.is_valid():
        try:
            DeputyNaming.name(post, **form.cleaned_data, by=request.user, at=now)
        except InvalidTransition as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{post}の代理に{form.cleaned_data['deputy'].name}さんを指名しました。")
            return redirect("accounts:absences" if request.user.appointments.filter(post=post).exists() else post.department)
    return render(request, "accounts/name_deputy.html", {"form": form, "post": post})


@require_POST
def end_deputyship(request: HttpRequest, pk: int) -> HttpResponse:
    naming = get_object_or_404(DeputyNaming.objects.select_related("post"), pk=pk)
    return act(request, lambda: naming.end(by=request.user, at=timezone.now()), "代理の指名を終わりにしました。", "accounts:absences")
