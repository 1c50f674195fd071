"""The Celery application: it only carries; every job, mail and reminder is a row in the database first."""

import os

from celery import Celery, Task
from celery.signals import setup_logging

from musashimurayama_isms.logs.shape import set_up_celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musashimurayama_isms.settings")


class PatientTask(Task):
    """What every task of the portal is: an error is tried again after half a minute, a minute, two, and then is a failure.

    All of them bear being run again. A try that comes after the next tick is due lapses with its message (`expires` in
    schedule.py): the tick does the same work.
    """

    autoretry_for = (Exception,)
    max_retries = 3
    retry_backoff = 30
    retry_backoff_max = 600
    retry_jitter = True


app = Celery("musashimurayama_isms", task_cls=PatientTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
setup_logging.connect(set_up_celery, weak=False)
