"""The security portal of Musashimurayama City: its information security policy as a programme."""

from musashimurayama_isms.celery import app as celery_app

VERSION = "0.1.0"

__all__ = ["VERSION", "celery_app"]
