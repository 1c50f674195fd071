"""The ways in which information leaves: the five types of requests that one errand unites, and what each brings with it."""

from collections.abc import Collection

from django.db import models

from assets.classification import AssetClass


class Way(models.TextChoices):
    """The code is that of the request type; the words are those of the person who does it."""

    TRANSPORT = "transport", "庁外の場所へ運ぶ"
    DISPATCH = "media-dispatch", "郵便・宅配で送る"
    OFF_SITE = "off-site-copy", "複製を庁外に保管する（戻すまで）"
    DISCLOSURE = "disclosure", "市の外の相手に提供する"
    TAKE_OUT = "take-out", "持ち出して使い、戻す"


ARRIVING = frozenset({Way.TRANSPORT, Way.DISPATCH, Way.OFF_SITE, Way.DISCLOSURE})  # somebody says that it has arrived
RETURNING = frozenset({Way.OFF_SITE, Way.TAKE_OUT})  # it stays the city's own and comes back
RECEIVED = frozenset({Way.TRANSPORT, Way.DISPATCH, Way.DISCLOSURE})  # somebody takes it over


def united(ways: Collection[str], asset_class: int | None) -> list[str]:
    """The request types that an errand is of.

    3.5.2.7.2 asks for a permit of a transport from 分類Ⅱ up; below, carrying it out of the house is a take-out (3.9.1.5).
    """
    found = [way for way in Way.values if way in ways]
    if asset_class is not None and asset_class > AssetClass.II:
        found = [Way.TAKE_OUT.value if way == Way.TRANSPORT else way for way in found]
    return list(dict.fromkeys(found))
