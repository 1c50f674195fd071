"""Who is told of an inspection: those who answer, the chiefs when they are to sum up, those who are to know the results."""

from django.urls import reverse

from audits.models import Sheet
from musashimurayama_isms.accounts.models import Committee, RoleCode, User
from musashimurayama_isms.accounts.standing import day_of, holders
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.notifications.notices import Message, notice

COMMITTEE = "PROMOTION_COMMITTEE"


@notice("audits.campaign.opened")
def opened(entry, campaign):
    """Everybody who has a sheet of the own, and who holds a role that has one."""
    yield Message(
        to=User.objects.filter(inspection_sheets__in=Sheet.objects.missing().filter(campaign=campaign)),
        title="自己点検に回答してください",
        body=f"「{campaign.title}」の回答の期限は{wareki(campaign.due_on)}です。途中で閉じても、選んだところまで保存されます。",
        url=campaign.get_absolute_url(),
    )
    roles = campaign.sheets.filter(person=None).order_by().values_list("bearer", flat=True).distinct()
    for code in set(roles) & set(RoleCode.values):
        yield Message(
            to=holders(code, on=day_of(entry.at)),
            title="自己点検に回答してください",
            body=f"{RoleCode(code).label}として回答する点検票があります。期限は{wareki(campaign.due_on)}です。",
            url=campaign.get_absolute_url(),
        )


@notice("audits.campaign.reopened")
def reopened(entry, campaign):
    """Those who have not answered may do so after all."""
    yield from opened(entry, campaign)


@notice("audits.campaign.closed")
def closed(entry, campaign):
    for result in campaign.section_results.filter(confirmed_at=None).select_related("department__parent"):
        yield Message(
            to=result.chiefs(at=entry.at),
            title="自己点検の課の結果をまとめてください",
            body=f"「{campaign.title}」の回答が締め切られました。結果を確かめ、改善策を書いてまとめてください。",
            url=result.get_absolute_url(),
        )


@notice("audits.section_result.confirmed")
def confirmed(entry, result):
    yield Message(
        to=holders(RoleCode.CENTRAL_MANAGER, on=day_of(entry.at)),
        title="自己点検の課の結果がまとまりました",
        body=f"{result.department.name}の結果を確かめてください。",
        url=result.get_absolute_url(),
    )


@notice("audits.campaign.reported")
def reported(entry, campaign):
    """Those of the three whom 中央電子計算組織管理者 chose (3.13.2.2); the committee by its members and secretariat."""
    on = day_of(entry.at)
    people = [person for code in campaign.reported_to if code in RoleCode.values for person in holders(code, on=on)]
    if "COMMITTEE" in campaign.reported_to:
        for committee in Committee.objects.filter(code=COMMITTEE):
            people += [*committee.members(on), *committee.secretaries(on)]
    yield Message(
        to=people,
        title="自己点検の結果が報告されました",
        body=f"「{campaign.title}」の結果と改善策を確かめてください。",
        url=reverse("audits:campaign", args=[campaign.pk]),
    )
