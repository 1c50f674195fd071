"""Forms of the second factors; allauth checks the codes and the signatures."""

from allauth.account.forms import ReauthenticateForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm
from django import forms
from django.contrib.auth.signals import user_login_failed
from django.core.cache import cache
from django.utils import timezone

from musashimurayama_isms.fields import half_width, line

from . import lockout

CODE_LIVES = 120  # seconds for which a code of the app may be taken at all, the steps before and after included
ONCE = "このコードは使用済みです。次のコードが表示されるまで待って入力してください。"
LOCKED = "誤りが続いたため、この利用者IDのログインを一時的に止めています。しばらく待つか、ポータル管理者に連絡してください。"


def _dress(field: forms.Field, label: str, help_text: str = "", **attrs) -> None:
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update({"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 20, "size": 12, **attrs})
    field.error_messages["required"] = f"{label}を入力してください。"


class CodeForm(AuthenticateForm):
    """The code of the app, or a recovery code, at log-in; full-width digits count as well."""

    hides_need = True

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _dress(
            self.fields["code"],
            "確認コード",
            "確認アプリの6桁の数字です。使えないときは、回復コード（8桁）を入力してください。",
            autofocus=True,
        )

    def clean_code(self) -> str:
        """A right code, used once, of a person who is not locked out."""
        if lockout.is_locked(self.user, at=timezone.now()):
            raise forms.ValidationError(LOCKED, code="locked")
        self.cleaned_data["code"] = half_width(self.cleaned_data["code"]).replace(" ", "")
        code = super().clean_code()
        is_app = self.authenticator.type == Authenticator.Type.TOTP
        if is_app and not cache.add(f"accounts.code:{self.user.pk}:{code}", 1, timeout=CODE_LIVES):
            raise forms.ValidationError(ONCE, code="used")
        return code


class PasskeyForm(AuthenticateWebAuthnForm):
    """The answer of a passkey at log-in; one that does not fit counts as a failure."""

    def clean_credential(self) -> Authenticator:
        if lockout.is_locked(self.user, at=timezone.now()):
            raise forms.ValidationError(LOCKED, code="locked")
        try:
            return super().clean_credential()
        except forms.ValidationError:
            user_login_failed.send(type(self), credentials={"username": self.user.username}, request=context.request)
            raise forms.ValidationError("このパスキーは、この利用者IDに登録されていません。", code="unknown") from None


class AddAppForm(ActivateTOTPForm):
    """The first code of a new app, which proves that the app has the key."""

    hides_need = True

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _dress(self.fields["code"], "アプリに表示された6桁の数字")

    def clean_code(self) -> str:
        self.cleaned_data["code"] = half_width(self.cleaned_data["code"]).replace(" ", "")
        return super().clean_code()


class AddPasskeyForm(AddWebAuthnForm):
    """A new passkey with a name by which the person knows it again."""

    hides_need = True
    name = line("名前", "どの機器か分かる名前にします（例 窓口PCの指紋、ICカード）。", max_length=50)
    credential = forms.JSONField(
        widget=forms.HiddenInput, error_messages={"required": "機器の確認が済んでいません。もう一度お試しください。"}
    )


class ProofForm(ReauthenticateForm):
    """The password once more, before something that would help a thief at an open screen."""

    hides_need = True

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["password"]
        field.label, field.help_text = "パスワード", ""
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs["autofocus"] = True
        field.error_messages["required"] = "パスワードを入力してください。"

    def clean_password(self) -> str:
        try:
            return super().clean_password()
        except forms.ValidationError:
            raise forms.ValidationError("パスワードが違います。入力し直してください。", code="wrong") from None
