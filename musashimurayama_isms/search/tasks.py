"""Scheduled work of search."""

from celery import shared_task

from .reindexing import reindex


@shared_task(name="search.reindex")
def reindex_task() -> int:
    """Each night: what was entered in bulk, and so passed the index by, is found from the next day on at the latest."""
    return sum(reindex().values())
