"""Who is told of a masked copy: who may confirm it, then who prepared it."""

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import acting
from musashimurayama_isms.notifications.notices import Message, notice

from .hands import CONFIRMING
from .models import Disclosure


def confirmers(copy: Disclosure, *, at) -> list[User]:
    """Those who may confirm it: by office, not in the work, and who see the record."""
    hands = copy.hands()
    people = {hat.person.pk: hat.person for code in CONFIRMING for hat in acting(code, at=at) if hat.person.pk not in hands}
    return [one for one in people.values() if Disclosure.objects.visible_to(one, at=at).filter(pk=copy.pk).exists()]


@notice("disclosure.disclosure.submitted")
def submitted(entry, copy):
    yield Message(
        to=confirmers(copy, at=entry.at),
        title="黒塗りの写しの確認を依頼されました",
        body=f"{copy}の黒塗りが足りているか、隠しすぎていないかを確かめてください。",
        url=copy.get_absolute_url(),
    )


@notice("disclosure.disclosure.sent_back")
def sent_back(entry, copy):
    yield Message(to=copy.created_by, title="黒塗りの写しが差し戻されました", body=f"{copy}を直してください。", url=copy.get_absolute_url())


@notice("disclosure.disclosure.approved")
def approved(entry, copy):
    yield Message(to=copy.created_by, title="黒塗りの写しが確定しました", body=f"{copy}の写しを印刷できます。", url=copy.get_absolute_url())
