"""Who is told of what happens to the policy; without personal data."""

from django.urls import reverse

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.notifications.notices import Message, notice
from policy import exception_notices  # noqa: F401  (its notices register themselves)


@notice("policy.confirmation.opened")
def confirmation_opened(entry, round_):
    """All staff are asked to read the new text."""
    yield Message(
        to=round_.people(on=day_of(entry.at)),
        title=f"ポリシー「{round_.revision.name}」が施行されました。読んで確認してください",
        body=f"変わった点を読み、{wareki(round_.due_on)}までに「読んで確認しました」を押してください。",
        url=reverse("policy:confirmation"),
    )
