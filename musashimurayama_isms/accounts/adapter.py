"""How allauth logs staff in: no sign-up, no mail; accounts come from the administrator or the personnel import."""

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from .access import may_log_in
from .entrance.records import note_log_in
from .models import User


class PortalAccountAdapter(DefaultAccountAdapter):
    """Closes what a portal for staff must not offer, and keeps the record of who came in."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "利用者IDかパスワードが違います。入力し直してください。",
        "enter_current_password": "現在のパスワードが違います。入力し直してください。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return ["musashimurayama_isms.accounts.entrance.stages.FactorStage"]

    def is_safe_url(self, url: str) -> bool:
        """Whether log-in may lead there; what cannot be read as an address (http://[::1) is none of ours."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def pre_login(self, request: HttpRequest, user: User, **kwargs) -> HttpResponse | None:
        """The second guard behind the form: no way of logging in passes `may_log_in`."""
        if may_log_in(user, on=timezone.localdate()):
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    @transaction.atomic
    def login(self, request: HttpRequest, user: User) -> None:
        """Log in and record it, or neither."""
        previous = user.last_login
        super().login(request, user)
        note_log_in(request, user, previous=previous, at=timezone.now())
