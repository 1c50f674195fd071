"""What the frame of every page shows: mode, rooms, the person's hats, unread notices."""

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict:
    return {"portal_name": settings.PORTAL_NAME, "city_name": settings.CITY_NAME, "is_trial": settings.IS_TRIAL}
