"""Who is told of a review: the committee's people when it begins and is put, those above when it is decided."""

from musashimurayama_isms.accounts.models import Committee, RoleCode, User
from musashimurayama_isms.accounts.standing import day_of, holders
from musashimurayama_isms.approvals.models.numbering import PROMOTION
from musashimurayama_isms.notifications.notices import Message, notice

ABOVE = (RoleCode.CISO, RoleCode.GENERAL_MANAGER, RoleCode.CENTRAL_MANAGER, RoleCode.AUDIT_HEAD)


def committee_people(*, on) -> list[User]:
    return [person for row in Committee.objects.filter(code=PROMOTION) for person in (*row.members(on), *row.secretaries(on))]


def preparing(*, on) -> list[User]:
    """The secretariat and 中央."""
    secretaries = [person for row in Committee.objects.filter(code=PROMOTION) for person in row.secretaries(on)]
    return [*secretaries, *holders(RoleCode.CENTRAL_MANAGER, on=on)]


@notice("audits.policy_review.begun")
def begun(entry, review):
    """Members may bring in what they know of."""
    on = day_of(entry.at)
    yield Message(
        to=[*committee_people(on=on), *holders(RoleCode.CENTRAL_MANAGER, on=on)],
        title="ポリシーの見直しが始まりました",
        body=f"「{review}」の材料を確かめ、足りないものがあれば加えてください。",
        url=review.get_absolute_url(),
    )


@notice("audits.policy_review.put")
def put(entry, review):
    yield Message(
        to=committee_people(on=day_of(entry.at)),
        title="ポリシーの見直しが委員会に付議されました",
        body=f"「{review}」の材料を会議までに確かめてください。",
        url=review.get_absolute_url(),
    )


@notice("audits.policy_review.returned")
def returned(entry, review):
    yield Message(
        to=preparing(on=day_of(entry.at)),
        title="ポリシーの見直しが準備に戻りました",
        body="委員会の結果を確かめ、材料を整えてもう一度付議してください。",
        url=review.get_absolute_url(),
    )


@notice("audits.policy_review.decided")
def decided(entry, review):
    on = day_of(entry.at)
    above = [person for code in ABOVE for person in holders(code, on=on)]
    yield Message(
        to=[*above, *committee_people(on=on)],
        title="ポリシーの見直しを委員会が議決しました",
        body=f"「{review}」の取扱いを確かめてください。改定するとしたものは、改定の準備に進みます。",
        url=review.get_absolute_url(),
    )


@notice("audits.policy_review.closed")
def closed(entry, review):
    on = day_of(entry.at)
    yield Message(
        to=[person for code in ABOVE for person in holders(code, on=on)],
        title="ポリシーの見直しが終わりました",
        body=f"「{review}」の記録がまとまりました。",
        url=review.get_absolute_url(),
    )
