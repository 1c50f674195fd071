"""Pages of log-in, log-out and password; allauth does the work."""

from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy

from .limits import ENDED_PARAMETER, words_of_end


class LogInView(LoginView):
    """Log-in with user ID and password; says why the last session ended, if a limit ended it."""

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(ended=words_of_end(self.request.GET.get(ENDED_PARAMETER, "")), **kwargs)


class LogOutView(LogoutView):
    """Log-out by POST; on a shared PC the next person finds no page of this one with the back button."""

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
