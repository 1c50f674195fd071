"""When step 7 is done, and what of it keeps an incident from being closed (3.4.2.10.3, 3.4.2.10.4, 3.9.3.3)."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from incidents.chain import StepCode
from incidents.models import AuthorityReport, Incident, Step
from incidents.open_points import OpenPoint, leaves_open
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.transitions import InvalidTransition


def undecided(incident: Incident) -> list[str]:
    """What step 7 still waits for: reports of the first stage neither sent nor settled, and the decision to publish."""
    rows = incident.authority_reports.open().first_stage().select_related("stage__authority")
    found = [f"{row.stage}が「{row.get_status_display()}」です" for row in rows]
    return found if incident.publications.in_force().exists() else [*found, "公表の判断が決まっていません"]


@transaction.atomic
def finish_external(incident: Incident, *, by: User, at: datetime) -> None:
    """End the step 外部への報告・公表; later stages stay as open points. InvalidTransition while something is undecided."""
    step = Step.objects.select_related("incident").get(incident=incident, code=StepCode.EXTERNAL).locked()
    if not step.is_pending:
        raise InvalidTransition("この段階は、まだ始まっていないか、すでに済んでいます。最新の状況を表示しました。")
    actor = step.actor(by, at=at)
    if actor is None:
        raise PermissionDenied("この段階を終えられるのは担当の方だけです。")
    left = undecided(step.incident)
    if left:
        raise InvalidTransition(f"まだ終えられません。{'、'.join(left)}。")
    step.finish(actor, outcome=Step.Outcome.DONE, at=at)


@leaves_open
def reports(incident: Incident, at: datetime) -> Iterable[OpenPoint]:
    """Reports that are not sent and not settled, of every stage; before the questions are answered one line for all that hang on them."""
    rows = incident.authority_reports.open().select_related("stage__authority")
    if not incident.assessments.exists():
        first = rows.filter(status=AuthorityReport.Status.UNDECIDED).by_due().first()
        if first:
            until = f"（{first.stage}の期限 {wareki(first.due_on)}）" if first.due_on else ""
            yield OpenPoint(f"報告先がまだ判断されていません{until}", reverse("incidents:authorities", args=[incident.pk]))
        rows = rows.exclude(status=AuthorityReport.Status.UNDECIDED)
    for row in rows:
        until = f"（期限 {wareki(row.due_on)}）" if row.due_on else ""
        yield OpenPoint(f"{row.stage}が「{row.get_status_display()}」です{until}", row.get_absolute_url())


@leaves_open
def publication(incident: Incident, at: datetime) -> Iterable[OpenPoint]:
    """No decision to publish, or one that has not been carried out."""
    url = reverse("incidents:authorities", args=[incident.pk])
    decided = incident.publications.in_force().first()
    if decided is None:
        yield OpenPoint("公表するかどうかが決まっていません", url)
    elif decided.is_to_be_published:
        yield OpenPoint("個別に公表すると決めましたが、公表の記録がありません", url)
