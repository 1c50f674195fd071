"""Who is told of what follows a permit, and of the acts of office. No name leaves by mail: number and link are enough."""

from assets.requests.office import OfficeMatter
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import day_of, holders
from musashimurayama_isms.notifications.notices import Message, notice
from musashimurayama_isms.parameters.values import value


def _city(entry, *roles: str) -> list[User]:
    return [person for role in roles for person in holders(role, on=day_of(entry.at))]


def _named(entry, request, *roles: str) -> list[User]:
    matter: OfficeMatter = request.matter
    return matter.let_in(request, matter.of_section(request, *roles, at=entry.at))


@notice("assets.office.removal_asked")
def removal_asked(entry, request):
    """中央電子計算組織管理者 carries it out (3.10.2.2.2)."""
    yield Message(
        to=_city(entry, RoleCode.CENTRAL_MANAGER),
        title=f"利用者IDの抹消をお願いします：{request.number}",
        body="システムでIDを使えなくしてから、届出の画面で抹消した日を記録してください。",
        url=request.get_absolute_url(),
    )


@notice("assets.office.survey_opened", urgent=True)
def survey_opened(entry, request):
    """Those named to look; the CISO, where the city wants it so."""
    told = _city(entry, RoleCode.CISO) if value("approvals.device_survey_tells_ciso") else []
    yield Message(
        to=[*request.matter.readers(request, at=entry.at), *told],
        title=f"端末等の利用状況の調査が始まりました：{request.number}",
        body="調べる理由、範囲、調べる人を確かめてください。知ったことは、ほかの人に話さないでください。",
        url=request.get_absolute_url(),
    )


@notice("assets.office.right_suspended", urgent=True)
def right_suspended(entry, request):
    """CISO, 総括管理者 and that 部's 総括担当者, at once (3.11.6.2.3); the section's officer, whose guidance failed.

    Not one from whom the violation is kept: the violation itself tells the next one up instead.
    """
    city = request.matter.let_in(request, _city(entry, RoleCode.CISO, RoleCode.GENERAL_MANAGER))
    yield Message(
        to=[*city, *_named(entry, request, RoleCode.DIVISION_OFFICER, RoleCode.SECTION_OFFICER)],
        title=f"利用権を停止・剥奪しました：{request.number}",
        body="指導しても改まらなかったため、利用する権利を止めました。内容を確かめてください。",
        url=request.get_absolute_url(),
    )


@notice("assets.office.terminal_banned", urgent=True)
def terminal_banned(entry, request):
    """The officer of the section that used it."""
    yield Message(
        to=_named(entry, request, RoleCode.SECTION_OFFICER),
        title=f"端末の使用を禁止しました：{request.number}",
        body="許可のないソフトウェアの導入か設定の変更が見つかりました。解く条件を確かめ、使っている人を指導してください。",
        url=request.get_absolute_url(),
    )
