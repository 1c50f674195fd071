"""障害記録: a reported fault is written into the ledger by the 中央電子計算組織管理者, or by the section it happened in (3.10.1.7)."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from assets.ledgers import write
from assets.models import LedgerEntry, System
from incidents.chain import Party
from incidents.models import Incident
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

LEDGER, KIND = "fault-record", "failure"
KEEPERS = (Party.CENTRAL_MANAGER, Party.SECTION_OFFICER)


def entries_of(incident: Incident):
    """The rows of the ledger about this incident."""
    return LedgerEntry.objects.of(LEDGER).about(incident)


def is_asked(incident: Incident) -> bool:
    """Whether the fault still has to be written down."""
    return concerns(incident) and not incident.is_draft and not entries_of(incident).exists()


def concerns(incident: Incident) -> bool:
    """Whether it belongs into the ledger: no drill does (3.9.2.3), nor a report past the chief, for the section reads the ledger."""
    return incident.kind.code == KIND and not incident.is_drill and not incident.bypasses_chief


def can_record(incident: Incident, user: User, *, at: datetime) -> bool:
    """The 中央電子計算組織管理者, and the officer of the section."""
    return any(actor.person.pk == user.pk for party in KEEPERS for actor in incident.able(party, at=at))


@transaction.atomic
def record_fault(
    incident: Incident, *, system: System, occurred_at: datetime, symptom: str, impact: str = "", by: User, at: datetime
) -> LedgerEntry:
    """Write the row, which stays open until recovery and cause are written there.

    The ledger is read more widely than the report: it names the post that reported, not the person. InvalidTransition where it
    stands there already, PermissionDenied for anyone else, ValidationError by field of the ledger.
    """
    incident = incident.lock()
    if not concerns(incident):
        raise InvalidTransition("この報告は、障害記録に書くものではありません。")
    if not is_asked(incident):
        raise InvalidTransition("この障害は、すでに障害記録にあります。最新の状況を表示しました。")
    if not can_record(incident, by, at=at):
        raise PermissionDenied("障害記録に書けるのは、中央電子計算組織管理者と課の情報セキュリティ担当者です。")
    data = {"system": system, "occurred_at": occurred_at, "symptom": symptom, "impact": impact}
    data |= {"reported_by": incident.reporter_post or incident.department.full_name, "incident": incident.number}
    entry = write(LEDGER, department=incident.department, data=data, by=by, at=at, subjects=[incident])
    record(by, "incidents.fault.recorded", incident, at=at, ledger_number=entry.number)
    return entry
