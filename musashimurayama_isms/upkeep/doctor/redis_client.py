"""A connection to the portal's Redis with little patience."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from django.conf import settings
from redis import Redis

SECONDS = 3


@contextmanager
def client() -> Iterator[Redis]:
    """Raises RedisError at its first use where nobody answers."""
    with closing(Redis.from_url(settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS)) as server:
        yield server
