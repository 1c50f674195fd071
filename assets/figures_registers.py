"""The live figures of systems, devices and ledgers for policy.mechanisms: what is open, what is late, where to look."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from assets.models import Connection, DevelopmentFile, Device, IdCheck, LedgerEntry, LogKept
from assets.models.log_kept import shortest_days
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties import figures as duties
from policy.mechanisms import Figures

# Ledgers that the portal truly keeps; documents and results of tests are documents of a section (policy.models.SectionDocument).
KEPT = (
    *("media", "disposal", "software-licence", "user-id", "privileged-id"),
    *("area-entry-log", "work-record", "change-history", "fault-record"),
)


def ledgers(*, at: datetime) -> dict[str, Figures]:
    """The rows of every ledger kept, in one query; late are those whose day has passed."""
    late = Count("pk", filter=Q(is_open=True, due_on__lt=day_of(at)))
    counts = {"open": Count("pk", filter=Q(is_open=True)), "late": late, "total": Count("pk")}
    rows = LedgerEntry.objects.of(*KEPT).current().order_by().values("ledger").annotate(**counts)
    found = {row.pop("ledger"): row for row in rows}
    return {f"ledger:{code}": Figures(**found.get(code, {}), url=reverse("assets:ledger_list", args=[code])) for code in KEPT}


def systems(*, at: datetime) -> Figures:
    """Development files, on which 3.10.3.2.1 rests; late are those in progress past their end."""
    running = ~Q(phase__in=DevelopmentFile.ENDED)
    return _asked(DevelopmentFile.objects, running, running & Q(ends_on__lt=day_of(at)), "assets:system_list")


def devices(*, at: datetime) -> Figures:
    """Devices; late are those that live on after the end of their support."""
    live = ~Q(status__in=Device.ENDED)
    return _asked(Device.objects, live, live & Q(support_ends_on__lt=day_of(at)), "assets:device_list")


def logs(*, at: datetime) -> Figures:
    """Logs kept; late are those kept for less than the city has decided since."""
    current = Q(ended_on__isnull=True)
    return _asked(LogKept.objects, current, current & Q(kept_days__lt=shortest_days()), "assets:system_list")


def connections(*, at: datetime) -> Figures:
    """Connections; late are those without a survey of the other network."""
    live = ~Q(status=Connection.Status.ENDED)
    return _asked(Connection.objects, live, live & Q(surveyed_on__isnull=True), "assets:system_list")


def unused_ids(*, at: datetime) -> Figures:
    """Rounds of the check for unused IDs; late past the day of the answer, or where the duty's own day has passed without one."""
    running, duty = Q(closed_at__isnull=True), duties.figures("duty:unused-ids", at=at)
    found = _asked(IdCheck.objects, running, running & Q(due_on__lt=day_of(at)), "assets:id_checks")
    return replace(found, open=found.open + duty.open, late=found.late + duty.late)


def _asked(rows: Any, is_open: Q, is_late: Q, url_name: str) -> Figures:
    """Open, late and all of them in one query."""
    found = rows.aggregate(total=Count("pk"), open=Count("pk", filter=is_open), late=Count("pk", filter=is_late))
    return Figures(**found, url=reverse(url_name))


KEEPERS = {
    "ledger:system": systems,
    "ledger:device": devices,
    "ledger:log": logs,
    "ledger:connection": connections,
    "duty:unused-ids": unused_ids,
}
