"""Who hears of what is told outside and of what is published; no personal data in titles and bodies."""

from collections.abc import Iterable

from django.urls import reverse

from incidents.authorities.holders import deciders
from incidents.chain import Party
from incidents.parties import actors
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.notifications.notices import Message, notice

ABOVE = (Party.GENERAL_MANAGER, Party.CENTRAL_MANAGER, Party.CISO)


def words(incident, text: str) -> str:
    """A title about an incident; of a drill the notice itself says 訓練 first."""
    return f"インシデント {incident.number} {text}"


def page(incident) -> str:
    return reverse("incidents:authorities", args=[incident.pk])


def _people(incident, parties: Iterable[Party], *, at) -> list[User]:
    kept_out = {Party.SECTION_OFFICER, Party.COMMITTEE} if incident.bypasses_chief else set()
    return [actor.person for party in parties if party not in kept_out for actor in actors(party, incident.department, at=at)]


@notice("incidents.assessment.recorded", urgent=True)
def assessed(entry, incident):
    """Who has to send something now, or to decide anew."""
    if entry.changes.get("became_due") or entry.changes.get("reopened"):
        rows = incident.authority_reports.open().select_related("incident__department__parent")
        yield Message(
            to=[actor.person for row in rows for actor in row.able(at=entry.at)],
            title=words(incident, "の外部への報告が必要です"),
            body="分かった事実から、報告先と期限が変わりました。画面で確かめてください。",
            url=page(incident),
        )


@notice("incidents.authority_report.sent")
def sent(entry, incident):
    yield Message(
        to=_people(incident, ABOVE, at=entry.at),
        title=words(incident, f"を報告しました（{entry.changes['report']}）"),
        body="送付の日時と内容は、外部報告の画面で確かめられます。",
        url=page(incident),
    )


@notice("incidents.authority_report.retracted")
def retracted(entry, incident):
    yield Message(
        to=_people(incident, ABOVE, at=entry.at),
        title=words(incident, f"の送付の記録が取り消されました（{entry.changes['report']}）"),
        body="誤って記録されたものです。まだ送っていないときは、あらためて送付します。",
        url=page(incident),
    )


@notice("incidents.authority_report.waived")
def waived(entry, incident):
    """Not sending is a decision: those above the committee read it."""
    yield Message(
        to=_people(incident, ABOVE, at=entry.at),
        title=words(incident, f"を報告しないことにしました（{entry.changes['report']}）"),
        body="理由は、外部報告の画面で確かめられます。",
        url=page(incident),
    )


@notice("incidents.publication.proposed", urgent=True)
def proposed(entry, incident):
    yield Message(
        to=[actor.person for actor in deciders(incident, at=entry.at)],
        title=words(incident, "の公表の案を確認してください"),
        body="公表するか、どのように公表するかの案です。承認または差戻しをお願いします。",
        url=page(incident),
    )


@notice("incidents.publication.returned")
def returned(entry, incident):
    rows = incident.publications.filter(version=entry.changes["version"]).select_related("proposed_by")
    yield Message(
        to=[row.proposed_by for row in rows],
        title=words(incident, "の公表の案が差し戻されました"),
        body="意見を確かめて、案を作り直してください。",
        url=page(incident),
    )


@notice("incidents.publication.approved")
def approved(entry, incident):
    rows = incident.publications.filter(version=entry.changes["version"]).select_related("proposed_by")
    parties = (*ABOVE, Party.DIVISION_OFFICER, Party.SECTION_OFFICER)
    yield Message(
        to=[*(row.proposed_by for row in rows), *_people(incident, parties, at=entry.at)],
        title=words(incident, f"の公表が決まりました（{entry.changes['way']}）"),
        body="市民や報道機関からの問合せに備えて、内容を確かめてください。",
        url=page(incident),
    )


@notice("incidents.publication.published")
def published(entry, incident):
    yield Message(
        to=_people(incident, (*ABOVE, Party.DIVISION_OFFICER, Party.SECTION_OFFICER), at=entry.at),
        title=words(incident, "を公表しました"),
        body="公表した日と場所は、外部報告の画面で確かめられます。",
        url=page(incident),
    )
