"""Sessions in the database, as Django keeps them (setting SESSION_ENGINE); the question that every request begins with is prepared."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from musashimurayama_isms.prepared import Prepared

_RUNNING = Prepared(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now))


class SessionStore(DatabaseStore):
    """Django's store; only how a session is looked up is its own."""

    def _get_session_from_db(self) -> Session | None:
        """The row of a session that is not over; without one the key is forgotten, as Django does."""
        found = _RUNNING(key=self.session_key, now=timezone.now())
        if not found:
            self._session_key = None
        return found[0] if found else None
