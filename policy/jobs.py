"""Long work of the policy room: reading an uploaded text. Nothing is stored but the report; a person looks at it first."""

from django.urls import reverse

from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.jobs.run import Run
from policy.intake import preview_of, reading_of

READ = "policy.read"


@job(READ, title="ポリシー本文の読み取り")
def read_policy(run: Run) -> dict:
    """Read the file attached to the job; the result is the preview. Refused with the reader's own sentence."""
    reading = reading_of(run.job, at=run.clock())
    if reading.policy is None:
        raise JobRefused(reading.refusal)
    preview = preview_of(reading)
    return {
        "message": "読み取りが終わりました。内容を確かめてください。",
        "url": reverse("policy:import_preview", args=[run.job.pk]),
        **preview,
    }
