"""Old notes go: the last run of each task always stays."""

from datetime import datetime, timedelta

from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.schedule import SCHEDULE

from .models import TaskRun
from .times import is_often

OFTEN_KEPT = timedelta(days=1)


def sweep(*, at: datetime) -> int:
    """Delete what is older than the city keeps (portal.round_weeks), and successes of each minute after a day; gives how many."""
    rows = TaskRun.objects.exclude(pk__in=list(TaskRun.objects.latest().values_list("pk", flat=True)))
    often = [name for name in SCHEDULE if is_often(name)]
    gone, _ = rows.filter(began_at__lt=at - timedelta(weeks=value("portal.round_weeks"))).delete()
    done = rows.filter(name__in=often, status=TaskRun.Status.DONE, began_at__lt=at - OFTEN_KEPT)
    return gone + done.delete()[0]
