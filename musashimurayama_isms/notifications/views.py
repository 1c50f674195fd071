"""My notices: the list, opening one, marking all read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django_filters.views import FilterView

from .filters import NotificationFilter
from .models import Notification, unread_count


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
def read_all(request: HttpRequest) -> HttpResponse:
    count = Notification.objects.visible_to(request.user).mark_read(at=timezone.now())
    messages.success(request, f"{count}件を既読にしました。" if count else "未読のお知らせはありません。")
    return redirect("notifications:list")
