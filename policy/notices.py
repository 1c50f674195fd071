"""Who is told of what happens to the policy; without personal data."""

from django.urls import reverse

from musashimurayama_isms.accounts.models import Appointment, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.notifications.notices import Message, notice
from policy import exception_notices  # noqa: F401  (its notices register themselves)
from policy.clearance import homes_of
from policy.models import ReadingGrant


@notice("policy.confirmation.opened")
def confirmation_opened(entry, round_):
    """All staff are asked to read the new text."""
    yield Message(
        to=round_.people(on=day_of(entry.at)),
        title=f"ポリシー「{round_.revision.name}」が施行されました。読んで確認してください",
        body=f"変わった点を読み、{wareki(round_.due_on)}までに「読んで確認しました」を押してください。",
        url=reverse("policy:confirmation"),
    )


@notice("policy.document_version.came_into_force")
def version_came_into_force(entry, version):
    """The staff of the owner section and the readers named for the document (2.9); no title of a restricted one leaves by mail."""
    document, on = version.document, day_of(entry.at)
    grants = ReadingGrant.objects.in_force(on).filter(document=document)
    sections = [document.owner_id, *grants.filter(department__isnull=False).values_list("department", flat=True)]
    staff = Appointment.objects.in_force(on).filter(post__department__in=sections).values("person")
    personal = grants.filter(person__isnull=False).select_related("person")
    homes = homes_of([row.person_id for row in personal], on=on)
    people = [row.person for row in personal if not row.is_asleep(on, homes=homes)]
    yield Message(
        to=[*User.objects.serving(on).filter(pk__in=staff), *people],
        title=f"{document.owner.full_name}の{document.outside_name}の第{version.number}版が施行されました",
        body="内容を確認し、今日からは新しい版に従ってください。",
        url=document.get_absolute_url(),
    )
