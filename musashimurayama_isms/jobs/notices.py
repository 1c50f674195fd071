"""Who is told of long work: the one who asked for it, when it failed for good."""

from musashimurayama_isms.notifications.notices import Message, notice


@notice("jobs.job.failed")
def failed(entry, job):
    """The reason stands on the job's page: it may name things that do not belong into a mail."""
    if job.created_by:
        title = f"処理ができませんでした：{job.title}"
        yield Message(to=job.created_by, title=title, body="理由を確かめてください。", url=job.get_absolute_url())
