"""Who is told of external services, contracts and accounts. The title leaves by mail: names of services, never of information."""

from assets.models import ExternalService
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import acting
from musashimurayama_isms.notifications.notices import Message, notice
from musashimurayama_isms.parameters.values import value


def _acting(role: str, *, at, department=None) -> list[User]:
    return [row.person for row in acting(role, at=at, department=department)]


@notice("assets.service.manager_named")
def manager_named(entry, service: ExternalService):
    """The person named, who has the next stage in hand."""
    yield Message(
        to=[service.manager] if service.manager else [],
        title=f"外部サービス管理者に指名されました：{service.name}",
        body="次にすることは、外部サービスの画面の始めに示しています。",
        url=service.get_absolute_url(),
    )


@notice("assets.service.contracted")
def contracted(entry, service: ExternalService):
    yield Message(
        to=[service.manager] if service.manager else [],
        title=f"構築時の確認をお願いします：{service.name}",
        body="契約が記録されました。使い始める前に、構築時の対策を確かめてください。",
        url=service.get_absolute_url(),
    )


@notice("assets.service.ending")
def ending(entry, service: ExternalService):
    """The manager, also where a recalled permit ends it."""
    yield Message(
        to=[service.manager] if service.manager else [],
        title=f"利用終了の手続が始まりました：{service.name}",
        body="情報の消去と利用者IDの廃止を確かめ、記録してください。",
        url=service.get_absolute_url(),
    )


@notice("assets.contract.emergency", urgent=True)
def emergency(entry, contract):
    """The section's officer and the 中央管理者."""
    people = _acting(RoleCode.SECTION_OFFICER, at=entry.at, department=contract.department)
    yield Message(
        to=people + _acting(RoleCode.CENTRAL_MANAGER, at=entry.at),
        title=f"委託事業者から緊急の報告がありました：{contract.contractor.name}",
        body="内容を確かめ、インシデントの報告がされているか確かめてください。",
        url=contract.get_absolute_url(),
    )


@notice("assets.social.hijacked", urgent=True)
def hijacked(entry, account):
    """Whoever handles it (incidents.sns_hijack_owner), the responsible person, the section's officer."""
    people = _acting(value("incidents.sns_hijack_owner"), at=entry.at, department=account.department)
    people += _acting(RoleCode.SECTION_OFFICER, at=entry.at, department=account.department)
    yield Message(
        to=[*people, account.owner],
        title=f"市公式アカウントの乗っ取りが確認されました：{account}",
        body="運営会社への停止の依頼、パスワードの変更、住民への注意を、手順に沿って行ってください。",
        url=account.get_absolute_url(),
    )


@notice("assets.social.opened")
@notice("assets.social.owner_named")
def owner_named(entry, account):
    yield Message(
        to=[account.owner],
        title=f"市公式アカウントの責任者になりました：{account}",
        body="認証情報の管理と、発信の前の確認をお願いします。",
        url=account.get_absolute_url(),
    )
