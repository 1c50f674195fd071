"""The list of long work as a table."""

from musashimurayama_isms.tables import Asked, Column, Sheet, table

from .models import Job

COLUMNS = (
    Column("処理", "title", 36),
    Column("状態", "get_status_display", 10),
    Column("依頼した人", lambda job: job.created_by.name if job.created_by else "ポータル", 18),
    Column("依頼日時", "created_at", 18),
    Column("開始日時", "started_at", 18),
    Column("終了日時", "finished_at", 18),
    Column("できなかった理由", "error", 50),
)


@table("jobs.jobs", "処理の一覧")
def jobs(asked: Asked) -> Sheet:
    """One's own, newest first; administrators have all."""
    return Sheet(Job.objects.visible_to(asked.user).select_related("created_by").defer("params", "result"), COLUMNS)
