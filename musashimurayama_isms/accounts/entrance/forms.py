"""Forms of log-in and password (setting ACCOUNT_FORMS)."""

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from ..access import may_log_in
from . import ways
from .limits import SHARED
from .lockout import normalise
from .passwords import change_own_password, rules_in_words


class LogInForm(allauth_forms.LoginForm):
    """User ID and password; a refusal never tells which of the two was wrong."""

    hides_need = True
    shared = forms.BooleanField(
        label="共用の端末で使う", required=False, help_text="窓口などで何人かで使うPCでは、短い時間でログアウトします。"
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "利用者ID"
        self.fields["login"].error_messages["required"] = "利用者IDを入力してください。"
        self.fields["password"].label = "パスワード"
        self.fields["password"].error_messages["required"] = "パスワードを入力してください。"
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs.update({"autocapitalize": "none", "spellcheck": "false", "autofocus": True})

    def clean_login(self) -> str:
        """The ID as typed, full-width or not, capitals or not."""
        return normalise(super().clean_login())

    def clean(self) -> dict:
        """Refuse, after the password was right, whoever may not come in today; the reason is then told."""
        cleaned = super().clean()
        reason = self.user and may_log_in(self.user, on=timezone.localdate())
        if reason:
            raise forms.ValidationError(reason, code="refused")
        return cleaned

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Go on to the second factor, or straight in; the session keeps who has said that it is this person."""
        backend = getattr(self.user, "backend", "")
        ways.begin(request.session, ways.First.DIRECTORY if backend == settings.DIRECTORY_BACKEND else ways.First.PASSWORD)
        request.session[SHARED] = self.cleaned_data["shared"]
        return super().login(request, redirect_url)


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    """The present password once, the new one twice."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        labels = {"oldpassword": "現在のパスワード", "password1": "新しいパスワード", "password2": "新しいパスワード（もう一度）"}
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
            self.fields[name].error_messages["required"] = f"{label}を入力してください。"
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = rules_in_words()

    def clean_oldpassword(self) -> str:
        """A wrong present password counts as a failed log-in: an open session is no place to guess at it."""
        old = self.cleaned_data["oldpassword"]
        if authenticate(context.request, username=self.user.username, password=old) is None:
            raise get_adapter().validation_error("enter_current_password")
        return old

    def clean_password1(self) -> str:
        """A new password is another one than the present."""
        new = self.cleaned_data["password1"]
        if self.user.check_password(new):
            raise forms.ValidationError("現在と同じパスワードは使えません。別のものにしてください。", code="same")
        return new

    def save(self) -> None:
        change_own_password(self.user, self.cleaned_data["password1"], at=timezone.now())
