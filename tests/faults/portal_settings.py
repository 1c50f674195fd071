"""Settings of the portal that tests/faults starts: the real ones, but for static files that nobody has collected and quick hashes."""

import os

from musashimurayama_isms.settings import *  # noqa: F403
from musashimurayama_isms.settings import INSTALLED_APPS, STORAGES

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_BEAT_SCHEDULE_FILENAME = os.environ["BEAT_FILE"]
MIGRATION_MODULES = dict.fromkeys((app.removesuffix(".apps").rpartition(".")[2] for app in INSTALLED_APPS), None)  # tables as they are now
