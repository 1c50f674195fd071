"""Pages of log-in, log-out and password; allauth does the work."""

from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.http import urlencode

from ..access import may_log_in
from . import proxy, ways
from .limits import ENDED_PARAMETER, SHARED, words_of_end
from .lockout import find_user

STAY = "stay"  # in the address: the page is to be seen, also where the log-on of the PC could go straight through


class LogInView(LoginView):
    """Log-in with user ID and password; says why the last session ended, if a limit ended it.

    Where a relay names the user of the PC the person goes straight through, unless a session has just ended here.
    """

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        name = proxy.log_on(request)
        if name and STAY not in request.GET and ENDED_PARAMETER not in request.GET:
            user = find_user(name)
            reason = may_log_in(user, on=timezone.localdate()) if user else f"このPCの利用者ID {name} は、ポータルに登録されていません。"
            if not reason:
                return proxy.come_in(request, user, ways.First.PROXY, self.get_success_url())
            messages.warning(request, reason)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict:
        return {"shared": SHARED in self.request.GET}

    def get_context_data(self, **kwargs) -> dict:
        goal = urlencode({"next": self.get_success_url() or ""})
        return super().get_context_data(
            ended=words_of_end(self.request.GET.get(ENDED_PARAMETER, "")),
            log_on=proxy.log_on(self.request),
            log_on_url=f"{resolve_url('account_login')}?{goal}",
            saml_url=f"{resolve_url('account_saml')}?{goal}" if settings.SAML else "",
            **kwargs,
        )


class LogOutView(LogoutView):
    """Log-out by POST; on a shared PC the next person finds no page of this one with the back button."""

    def get_redirect_url(self) -> str:
        return f"{resolve_url('account_login')}?{STAY}=1" if settings.PROXY.header else super().get_redirect_url()

    def post(self, *args, **kwargs) -> HttpResponse:
        response = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'
        return response


class ChangePasswordView(PasswordChangeView):
    """Change one's own password; every session ends with it, this one included."""

    success_url = reverse_lazy("account_login")

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.has_usable_password():
            raise PermissionDenied("この利用者IDには、パスワードが設定されていません。ポータル管理者に連絡してください。")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(must_change=self.request.user.must_change_password, **kwargs)
