"""What comes between the first factor and the portal."""

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from .ways import is_strong_alone


class FactorStage(AuthenticateStage):
    """Asks for the second factor, unless the log-on of the PC has asked for it already."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not is_strong_alone(request.session) and super()._should_handle(request)
