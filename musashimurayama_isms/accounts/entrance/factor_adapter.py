"""How allauth keeps second factors: secrets encrypted, Japanese words, the portal's name in the app of the phone."""

import base64
from hashlib import sha256

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from ..models.user import User

PURPOSE = b"accounts.second-factor:"


def _box() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(sha256(PURPOSE + secret.encode()).digest())) for secret in secrets])


class FactorAdapter(DefaultMFAAdapter):
    """A copy of the database alone opens no account: the keys of apps and recovery codes are encrypted with SECRET_KEY."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "確認コードが違うか、時間が過ぎています。新しいコードを入力してください。",
    }

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text, or a random one, which fits no code, where the key of the installation was changed without a fallback."""
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return generate_totp_secret()

    def get_totp_label(self, user: User) -> str:
        return user.username

    def get_totp_issuer(self) -> str:
        return f"{settings.CITY_NAME} {settings.PORTAL_NAME}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.PORTAL_NAME}

    def get_public_key_credential_user_entity(self, user: User) -> dict:
        return {**super().get_public_key_credential_user_entity(user), "name": user.username, "display_name": user.name}

    def generate_authenticator_name(self, user: User, type: str) -> str:
        return "パスキー"
