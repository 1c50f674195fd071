"""What the frame of every page shows: mode, names, and lazily the person's rooms, hats and unread notices."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from musashimurayama_isms import VERSION

from .frame import Frame


def frame(request: HttpRequest) -> dict:
    """Constants for everybody; `frame` (dashboard.frame.Frame) only for a person who is logged in.

    A fragment that draws no frame costs no query.
    """
    context = {
        "portal_name": settings.PORTAL_NAME,
        "portal_contact": settings.PORTAL_CONTACT,
        "portal_version": VERSION,
        "city_name": settings.CITY_NAME,
        "is_trial": settings.IS_TRIAL,
    }
    user = getattr(request, "user", None)
    if user is not None:
        context["frame"] = SimpleLazyObject(lambda: Frame(user, at=timezone.now(), path=request.path) if user.is_authenticated else None)
    return context
