"""What is told of the accounts below: factors, locks, resets, unused IDs. The floor below knows no notices, so they stand here."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from musashimurayama_isms.accounts import standing
from musashimurayama_isms.accounts.models import EmergencyLock, FactorReset, RoleCode, User
from musashimurayama_isms.accounts.models.factor_reset import CONSENTING
from musashimurayama_isms.trail.models import Entry

from .notices import Message, notice, notify

CALL = "心当たりがないときは、すぐにポータル管理者へ知らせてください。"


def _acting(*roles: str, at: datetime) -> list[User]:
    return [hat.person for role in roles for hat in standing.acting(role, at=at)]


def _tell_owner(title: str):
    """A word to the person who acted: it may have been somebody else at an open screen, so the actor is told as well."""

    def tell(entry: Entry, person: User) -> None:
        notify(to=person, title=title, body=CALL, url=reverse("account_factors"), urgent=True, at=entry.at)

    return tell


notice("accounts.factor.enrolled")(_tell_owner("ログインの確認方法が登録されました"))
notice("accounts.factor.removed")(_tell_owner("ログインの確認方法が削除されました"))
notice("accounts.factor.codes_made")(_tell_owner("回復コードが作り直されました"))
notice("accounts.factor.code_used")(_tell_owner("回復コードでログインがありました"))


@notice("accounts.factor_reset.asked", urgent=True)
def reset_asked(entry: Entry, reset: FactorReset) -> Iterator[Message]:
    """Whoever may consent; the person concerned, so that nobody takes the account over unnoticed."""
    people = [person for person in _acting(*CONSENTING, at=entry.at) if person.pk != reset.person_id]
    yield Message(people, "確認方法の解除に同意を求められています", url=reset.get_absolute_url())
    yield Message(reset.person, "あなたの確認方法の解除が申し出られました", CALL, reverse("account_factors"))


@notice("accounts.factor_reset.consented", urgent=True)
def reset_done(entry: Entry, reset: FactorReset) -> Iterator[Message]:
    yield Message(reset.asked_by, "確認方法の解除に同意がありました", url=reset.get_absolute_url())
    yield Message(
        reset.person, "あなたの確認方法が解除されました", f"次のログインで登録し直してください。{CALL}", reverse("account_factors")
    )


@notice("accounts.factor_reset.declined")
def reset_declined(entry: Entry, reset: FactorReset) -> Iterator[Message]:
    yield Message(reset.asked_by, "確認方法の解除に同意が得られませんでした", url=reset.get_absolute_url())


@notice("accounts.emergency_lock.set", urgent=True)
def locked(entry: Entry, lock: EmergencyLock) -> Iterator[Message]:
    people = _acting(RoleCode.ADMINISTRATOR, RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, at=entry.at)
    yield Message(people, "利用者が緊急停止されました", "解除は、止めた人と別の人が行います。", lock.get_absolute_url())


@notice("accounts.emergency_lock.released", urgent=True)
def lock_released(entry: Entry, lock: EmergencyLock) -> Iterator[Message]:
    yield Message([lock.locked_by, *_acting(RoleCode.ADMINISTRATOR, at=entry.at)], "緊急停止が解除されました", url=lock.get_absolute_url())


@notice("accounts.appointment.carried_over")
def carried_over(entry: Entry, person: User) -> Iterator[Message]:
    """On the day: what is planned is told to nobody before."""
    url = reverse("accounts:person", args=[person.pk])
    yield Message(person, "機構改革で、あなたの職が変わりました", f"{entry.changes['post']} になりました。役割を確かめてください。", url)


@notice("accounts.unused_ids.found")
def unused_found(entry: Entry, subject: None) -> Iterator[Message]:
    people = _acting(RoleCode.ADMINISTRATOR, RoleCode.CENTRAL_MANAGER, at=entry.at)
    title = f"使われていない利用者IDが{entry.changes['count']}件あります"
    yield Message(people, title, "要らないものは利用を停止してください。", reverse("accounts:unused_users"))
