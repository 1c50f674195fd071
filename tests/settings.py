"""Settings of the test run: the real ones, with throw-away secrets and the services that tests/services.py starts."""

import os

os.environ.setdefault("PORTAL_MODE", "trial")
os.environ["SECRET_KEY"] = "tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG"
os.environ["TRAIL_KEYS"] = "test:" + "5a" * 32
os.environ.setdefault("DATABASE_URL", "sqlite:///var/test/portal.sqlite3")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:6379/15")

from musashimurayama_isms.settings import *  # noqa: E402, F403
from musashimurayama_isms.settings import STORAGES, VAR_DIR  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
MEDIA_ROOT = VAR_DIR / "test" / "media"
