"""The Celery application: it only carries; every job, mail and reminder is a row in the database first."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musashimurayama_isms.settings")

app = Celery("musashimurayama_isms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
