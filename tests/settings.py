"""Settings of the test run: the real ones, with throw-away secrets and the services that tests/services.py starts."""

import os

from tests.services import redis_url

os.environ.setdefault("PORTAL_MODE", "trial")
os.environ["SECRET_KEY"] = "tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG"
os.environ["TRAIL_KEYS"] = "test:" + "5a" * 32
os.environ.setdefault("DATABASE_URL", "sqlite:///var/test/portal.sqlite3")
os.environ["REDIS_URL"] = redis_url()

from musashimurayama_isms.settings import *  # noqa: E402, F403
from musashimurayama_isms.settings import CACHES, STORAGES, VAR_DIR  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw")
MEDIA_ROOT = VAR_DIR / "test" / "media" / WORKER  # a sweep in one worker of xdist must not take what another has kept
STATIC_ROOT = VAR_DIR / "test" / "static"  # empty: static files come from where they are written
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Workers of xdist share one Redis: each has a database of its own in it, for a test that clears its cache clears a whole database.
CACHES["default"]["OPTIONS"] = {"db": int(WORKER.removeprefix("gw") or 0) + 1}
