"""How allauth logs staff in: no sign-up, no mail; accounts come from the administrator or the personnel import."""

from allauth.account.adapter import DefaultAccountAdapter


class PortalAccountAdapter(DefaultAccountAdapter):
    """Closes what a portal for staff must not offer."""

    def is_open_for_signup(self, request) -> bool:
        return False
