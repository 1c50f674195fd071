"""Sixteen processes that record acts through a real door for some seconds; prints how many acts a second were recorded.

The act is a call logged on an incident: a row, its entry in the trail, its notices. Each process writes on an incident of its own, so
that what they share is the head of the chain alone, as in a city hall.
"""
# ruff: noqa: E402  models can be imported only once Django is set up

import multiprocessing
import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musashimurayama_isms.settings")

import django

django.setup()

from django.db import connections
from django.utils import timezone

from incidents.models import Call, Incident
from musashimurayama_isms.accounts.models import User

WRITERS = 16
SECONDS = 10.0


def write(key: str, by: int, start: float, counts: "multiprocessing.Queue[int]") -> None:
    """Log calls until the time is over; puts how many."""
    incident, person, done = Incident.objects.get(pk=key), User.objects.get(pk=by), 0
    time.sleep(max(0, start - time.monotonic()))
    while time.monotonic() < start + SECONDS:
        now = timezone.now()
        Call.log(incident, name="見本の相手", result=Call.Result.REACHED, means=Call.Means.EXTENSION, called_at=now, by=person, at=now)
        done += 1
    counts.put(done)


def main() -> None:
    by = User.objects.get(username="chuo").pk
    keys = [str(pk) for pk in Incident.objects.submitted().values_list("pk", flat=True)[:WRITERS]]
    connections.close_all()
    fork = multiprocessing.get_context("fork")  # Django is set up once, not sixteen times
    counts, start = fork.Queue(), time.monotonic() + 3
    processes = [fork.Process(target=write, args=(key, by, start, counts)) for key in keys]
    for process in processes:
        process.start()
    done = sum(counts.get(timeout=SECONDS + 60) for _ in processes)
    for process in processes:
        process.join()
    sys.stdout.write(f"{done / SECONDS}\n")


if __name__ == "__main__":
    main()
