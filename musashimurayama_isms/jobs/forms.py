"""The password of a file that leaves."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from musashimurayama_isms.accounts.models import User


class ProtectionForm(forms.Form):
    """A password for one file, typed twice; long enough and not a common word, like those of log-in (3.9.4.3)."""

    password = forms.CharField(
        label="ファイルのパスワード",
        max_length=128,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="12文字以上。ログインのパスワードとは別のものにし、ファイルと一緒に送らないでください。",
    )
    again = forms.CharField(
        label="ファイルのパスワード（もう一度）", max_length=128, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, user=self.user)
        if self.user.check_password(password):
            raise forms.ValidationError("ログインのパスワードと同じものは使えません。別のものにしてください。")
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", "二つのパスワードが違います。もう一度入力してください。")
        return data
