"""The schedule as administrators read it: of each task the last run, the next time, whether it is late or has failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from musashimurayama_isms.schedule import SCHEDULE

from .models import TaskRun, words_of
from .times import next_after

FAILURES_SHOWN = timedelta(days=7)
TONES = {"done": "done", "failed": "error", "again": "warning", "running": "waiting", "ordered": "waiting"}


@dataclass(frozen=True)
class Line:
    """One task at one moment; `since` is when the record began, from which one that never ran is counted."""

    name: str
    last: TaskRun | None
    failures: int
    since: datetime | None
    at: datetime

    @property
    def title(self) -> str:
        return words_of(self.name).title

    @property
    def does(self) -> str:
        return words_of(self.name).does

    @property
    def next_at(self) -> datetime:
        return next_after(self.name, self.at)

    @property
    def tone(self) -> str:
        return TONES[self.last.status] if self.last else "quiet"

    @property
    def late_since(self) -> datetime | None:
        """When it should have run again at the latest, once its grace is over; None while it is in time."""
        counted = self.last.began_at if self.last else self.since
        if counted is None:
            return None
        expected = next_after(self.name, counted) + timedelta(minutes=words_of(self.name).grace)
        return expected if expected < self.at else None

    @property
    def is_late(self) -> bool:
        return self.late_since is not None

    @property
    def has_failed(self) -> bool:
        return self.last is not None and self.last.status == TaskRun.Status.FAILED

    @property
    def trouble_since(self) -> datetime | None:
        """When it began to need a look; None for a task in order."""
        if self.has_failed and self.last:
            return self.last.ended_at or self.last.began_at
        return self.late_since


class Board:
    """All tasks of the schedule at one moment, in three queries; those in trouble first."""

    def __init__(self, *, at: datetime) -> None:
        self.at = at

    @cached_property
    def lines(self) -> list[Line]:
        last = {run.name: run for run in TaskRun.objects.latest()}
        failures = TaskRun.objects.failures(self.at - FAILURES_SHOWN)
        since = TaskRun.objects.order_by("began_at").values_list("began_at", flat=True).first()
        lines = [Line(name, last.get(name), failures.get(name, 0), since, self.at) for name in SCHEDULE]
        return sorted(lines, key=lambda line: line.trouble_since is None)

    @property
    def troubled(self) -> list[Line]:
        return [line for line in self.lines if line.trouble_since]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What is wrong and what to do, in sentences."""
        failed = [line.title for line in self.lines if line.has_failed]
        late = [line.title for line in self.lines if line.is_late and not line.has_failed]
        found = []
        if failed:
            words = (
                "「今すぐ実行」で試してください。また失敗するときは、ワーカーのログでエラーの種類を確かめます。次の予定にも自動で試します。"
            )
            found.append((f"失敗した定時の処理が{len(failed)}件あります：{_named(failed)}", words))
        if late:
            words = "スケジューラとワーカーが動いているかを確かめてください。動き出すと、遅れた分も一度に行います。"
            found.append((f"予定より遅れている定時の処理が{len(late)}件あります：{_named(late)}", words))
        return found


def _named(titles: list[str], most: int = 3) -> str:
    return "、".join(titles[:most]) + ("ほか" if len(titles) > most else "")
