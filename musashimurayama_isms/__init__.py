"""The security portal of Musashimurayama City: its information security policy as a programme."""

from musashimurayama_isms.celery import app as celery_app

__all__ = ["celery_app"]
