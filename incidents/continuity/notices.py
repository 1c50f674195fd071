"""Who is told of the plan and of the net; no numbers, no names."""

from django.urls import reverse

from incidents.continuity.people import NET_ROLES
from musashimurayama_isms.accounts.models import Committee
from musashimurayama_isms.accounts.standing import acting, day_of
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.notifications.notices import Message, notice


def _people_of_net(at):
    return [row.person for role in NET_ROLES for row in acting(role, at=at)]


@notice("incidents.plan.submitted")
def submitted(entry, version):
    """Whoever may put it into force."""
    yield Message(
        to=[actor.person for actor in version.approvers(at=entry.at)],
        title=f"{version}の承認をお願いします",
        body="四つの内容を読み、承認するか差し戻してください。",
        url=version.get_absolute_url(),
    )


@notice("incidents.plan.returned")
def returned(entry, version):
    yield Message(
        to=[version.drafted_by, version.submitted_by],
        title=f"{version}が差し戻されました",
        body="直してほしいことを読み、書き直してからもう一度承認を求めてください。",
        url=version.get_absolute_url(),
    )


@notice("incidents.plan.approved")
def approved(entry, version):
    """Everybody who acts by it, and the secretariat."""
    committee = Committee.objects.filter(code="PROMOTION_COMMITTEE").first()
    secretaries = list(committee.secretaries(day_of(entry.at))) if committee else []
    yield Message(
        to=[*_people_of_net(entry.at), *secretaries],
        title=f"{version}が承認されました（{wareki(version.effective_on)}施行）",
        body="変わったことを読み、手元の紙を新しいものに替えてください。",
        url=version.get_absolute_url(),
    )


@notice("incidents.contact_net.checked")
def checked(entry, record):
    """Those on the net: a paper made now is right."""
    yield Message(
        to=_people_of_net(entry.at),
        title="緊急連絡網が確認されました。紙とカードを新しくしてください",
        body="自分の番号が正しいかも確かめてください。",
        url=reverse("incidents:net"),
    )
