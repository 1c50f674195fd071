"""My notices: the list, opening one, marking one or all read, how I want to be told."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django_filters.views import FilterView

from .filters import NotificationFilter
from .forms import ChoiceForm
from .models import MailChoice, Notification, unread_count


class NotificationList(FilterView):
    """The notices of the person who is logged in, newest first."""

    filterset_class = NotificationFilter
    template_name = "notifications/list.html"
    paginate_by = 50
    strict = False

    def get_queryset(self):
        return Notification.objects.visible_to(self.request.user)

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(unread=unread_count(self.request.user), **kwargs)


@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one read and go where it leads; a link that leaves the portal is not followed."""
    notice = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    url = notice.open(by=request.user, at=timezone.now())
    return redirect(url if url_has_allowed_host_and_scheme(url, None) else "notifications:list")


@require_POST
def read_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one read and go back to where it stood."""
    notice = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    notice.open(by=request.user, at=timezone.now())
    back = request.POST.get("back", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, None) else "notifications:list")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    count = Notification.objects.visible_to(request.user).mark_read(at=timezone.now())
    messages.success(request, f"{count}件を既読にしました。" if count else "未読のお知らせはありません。")
    return redirect("notifications:list")


def choices(request: HttpRequest) -> HttpResponse:
    """How I want to be told: a way for each kind, the hour of the digest, the quiet hours."""
    choice = MailChoice.objects.visible_to(request.user).first()
    form = ChoiceForm(request.POST or None, choice=choice)
    if request.method == "POST" and form.is_valid():
        MailChoice.choose(by=request.user, at=timezone.now(), **form.content())
        messages.success(request, "お知らせの受け取りかたを変えました。")
        return redirect("notifications:choices")
    context = {"form": form, "has_mail": settings.MAIL_ENABLED, "address": request.user.email}
    return render(request, "notifications/choices.html", context, status=422 if form.errors else 200)
