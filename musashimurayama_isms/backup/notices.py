"""Administrators are told when a backup could not be made; once a night, however often the clock tries."""

from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.accounts.standing import acting
from musashimurayama_isms.notifications.notices import Message, notice


@notice("backup.backup.failed")
def failed(entry, backup):
    """The reason stands on the page: it names a place on the server."""
    if backup.tries == 1:
        to = list({hat.person.pk: hat.person for hat in acting(RoleCode.ADMINISTRATOR, at=entry.at)}.values())
        words = "理由を確かめて、控えを作り直してください。"
        yield Message(to=to, title="控え（バックアップ）を作れませんでした", body=words, url=backup.get_absolute_url())
