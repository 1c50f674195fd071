"""Scheduled work of the organisation."""

from celery import shared_task
from django.utils import timezone

from .due import apply_due_changes, end_sessions_of_leavers, note_unused_ids
from .reorganisation.people import carry_over_left


@shared_task(name="accounts.apply_due_changes")
def apply_due_changes_task() -> int:
    end_sessions_of_leavers(at=timezone.now())
    applied = apply_due_changes(at=timezone.now())
    carry_over_left(at=timezone.now())  # after the lists: who is moved by one is not left behind
    return applied


@shared_task(name="accounts.note_unused_ids")
def note_unused_ids_task() -> int:
    return note_unused_ids(at=timezone.now())
