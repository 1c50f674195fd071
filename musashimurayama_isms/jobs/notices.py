"""Who is told of long work: who asked for it, when it failed for good; of the portal's own, its readers and the administrators."""

from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.accounts.standing import acting
from musashimurayama_isms.notifications.notices import Message, notice


@notice("jobs.job.failed")
def failed(entry, job):
    """The reason stands on the job's page: it may name things that do not belong into a mail."""
    to = [job.created_by] if job.created_by else _holders(RoleCode.ADMINISTRATOR, at=entry.at)
    title = f"処理ができませんでした：{job.title}"
    yield Message(to=to, title=title, body="理由を確かめてください。", url=job.get_absolute_url())


@notice("jobs.job.done")
def done(entry, job):
    """What the portal has made by itself for a role; administrators see that it ran, not what it says."""
    kind = job.kind_of_work
    if job.created_by is None and kind is not None and kind.read_by:
        to = _holders(*kind.read_by, RoleCode.ADMINISTRATOR, at=entry.at)
        yield Message(to=to, title=f"{job.title}ができました", body="処理の画面で確かめてください。", url=job.get_absolute_url())


@notice("jobs.result.missed")
def missed(entry, result):
    """A file that vanished without the portal points to the disk, and others may be gone with it."""
    title = f"処理の結果のファイルがディスクにありません：{result.job.title}"
    body = "ファイルの置き場所とディスクを確かめ、必要なら控えから戻してください。"
    yield Message(to=_holders(RoleCode.ADMINISTRATOR, at=entry.at), title=title, body=body, url=result.job.get_absolute_url())


def _holders(*codes, at):
    """Who acts for these roles now, each once."""
    return list({hat.person.pk: hat.person for code in codes for hat in acting(code, at=at)}.values())
