"""Who is told of what happens in the registers and ledgers."""

from django.urls import reverse

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import day_of, holders
from musashimurayama_isms.notifications.notices import Message, notice


@notice("assets.ledger.acted", urgent=True)
def incident_to_report(entry, row):
    """A card stopped, a medium lost: the persons concerned are reminded that it is an incident too (3.9.3.1)."""
    act = next((act for act in row.declared.acts if act.label == entry.changes.get("act")), None)
    if act is None or not act.tells_of_incident:
        return
    people = User.objects.filter(pk__in=[link.object_id for link in row.subjects.filter(content_type__model="user")])
    officers = holders(RoleCode.SECTION_OFFICER, on=day_of(entry.at), department=row.department)
    yield Message(
        to=[*people, *officers],
        title=f"{row.declared.name} {row.number}：「{act.label}」が記録されました",
        body="まだインシデントとして報告していない場合は、すぐに報告してください。",
        url=reverse("incidents:start"),
    )


@notice("assets.device.lost", urgent=True)
def device_lost(entry, device):
    """A device nobody finds is an incident to be reported."""
    yield Message(
        to=[*holders(RoleCode.SECTION_OFFICER, on=day_of(entry.at), department=device.department)],
        title=f"機器 {device.code} の所在不明が記録されました",
        body="まだインシデントとして報告していない場合は、すぐに報告してください。",
        url=reverse("incidents:start"),
    )


@notice("assets.idcheck.opened")
def ids_to_answer(entry, check):
    """The 職員課 answers."""
    yield Message(
        to=[*holders(RoleCode.PERSONNEL, on=day_of(entry.at))],
        title="使われていないIDの点検をお願いします",
        body=f"{entry.changes['count']}件のIDについて、使用中・停止・抹消のどれにするかを回答してください。",
        url=check.get_absolute_url(),
    )


@notice("assets.idcheck.answered")
def id_to_stop(entry, row):
    """Whoever keeps the ID stops it or takes it away."""
    if entry.changes["outcome"] == "使用中":
        return
    yield Message(
        to=[*holders(RoleCode.SECTION_OFFICER, on=day_of(entry.at), department=row.department)],
        title=f"{row.declared.name} {row.number} の{entry.changes['outcome']}をお願いします",
        body="職員課との点検の結果です。システムで処理してから、台帳に記録してください。",
        url=row.get_absolute_url(),
    )


@notice("assets.connection.cut", urgent=True)
def connection_cut(entry, system):
    """中央管理者 and the section of the system know at once that it is cut (3.10.1.10.5)."""
    on = day_of(entry.at)
    officers = holders(RoleCode.SECTION_OFFICER, on=on, department=system.department)
    yield Message(
        to=[*holders(RoleCode.CENTRAL_MANAGER, on=on), *officers],
        title=f"{system.code} の外部との接続を遮断しました",
        body="接続先の問題を確かめ、再開か終了を決めてください。",
        url=system.get_absolute_url(),
    )
