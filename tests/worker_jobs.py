"""Long work for the real worker of test_jobs_worker.py; it writes into a file what happened to it."""

import time
from pathlib import Path

from musashimurayama_isms.jobs.registry import job
from musashimurayama_isms.jobs.run import Run

WORK = "test.worker"


@job(WORK, title="作業")
def work(run: Run) -> dict[str, str]:
    """Note that it began, hang the first time or go on for ever if told to, note that it ended."""
    diary = Path(run.params["diary"])
    with diary.open("a") as lines:
        lines.write("begun\n")
    run.progress(1, 2, "作業しています")
    if run.params.get("hang") and run.job.attempts == 1:
        time.sleep(120)
    if run.params.get("endless"):
        run.keep("途中.txt", b"half")
        while True:
            time.sleep(0.1)
            run.progress(1, 2, "まだ続きます")
    with diary.open("a") as lines:
        lines.write("ended\n")
    run.keep("結果.txt", b"whole")
    return {"message": "終わりました。"}
