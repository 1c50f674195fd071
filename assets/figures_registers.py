"""The live figures of systems, devices and ledgers for policy.mechanisms: what is open, what is late, where to look."""

from datetime import datetime
from functools import partial

from django.db.models import Count, Q
from django.urls import reverse

from assets.models import Connection, DevelopmentFile, DevelopmentItem, Device, IdCheck, LedgerEntry, LogKept, System
from musashimurayama_isms.accounts.standing import day_of
from policy.mechanisms import Figures

# Ledgers that the portal truly keeps; 廃棄の記録 is registered by the disposal of assets, which writes into it.
KEPT = (
    *("media", "software-licence", "user-id", "privileged-id", "area-entry-log", "work-record", "change-history", "fault-record"),
    "document",
)


def ledger(code: str, *, at: datetime) -> Figures:
    """The rows of a ledger; late are those whose day has passed."""
    rows = LedgerEntry.objects.of(code).current()
    late = Count("pk", filter=Q(is_open=True, due_on__lt=day_of(at)))
    found = rows.aggregate(total=Count("pk"), open=Count("pk", filter=Q(is_open=True)), late=late)
    return Figures(open=found["open"], late=found["late"], total=found["total"], url=reverse("assets:ledger_list", args=[code]))


def systems(*, at: datetime) -> Figures:
    """Development files in progress (3.10.3.2.1 rests on them); late are those past their end."""
    running = DevelopmentFile.objects.running()
    late = running.filter(ends_on__lt=day_of(at)).count()
    return Figures(open=running.count(), late=late, total=System.objects.count(), url=reverse("assets:system_list"))


def devices(*, at: datetime) -> Figures:
    """Devices; late are those in use after the end of their support."""
    late = Device.objects.support_ending(until=day_of(at)).count()
    return Figures(open=Device.objects.live().count(), late=late, total=Device.objects.count(), url=reverse("assets:device_list"))


def logs(*, at: datetime) -> Figures:
    """Logs kept; late are those kept for less than the city has decided."""
    current = LogKept.objects.current()
    return Figures(
        open=current.count(), late=LogKept.objects.too_short().count(), total=LogKept.objects.count(), url=reverse("assets:system_list")
    )


def connections(*, at: datetime) -> Figures:
    """Connections; late are those without a survey of the other network."""
    live = Connection.objects.live().count()
    late = Connection.objects.unsurveyed().count()
    return Figures(open=live, late=late, total=Connection.objects.count(), url=reverse("assets:system_list"))


def tests(*, at: datetime) -> Figures:
    """Items of the step テスト in development files."""
    rows = DevelopmentItem.objects.filter(phase="testing")
    waiting = rows.open().filter(development__phase="testing")
    late = waiting.filter(development__ends_on__lt=day_of(at)).count()
    return Figures(open=waiting.count(), late=late, total=rows.count(), url=reverse("assets:system_list"))


def unused_ids(*, at: datetime) -> Figures:
    """Rounds of the check for unused IDs; late past the day of the answer."""
    rounds = IdCheck.objects.open()
    late = rounds.filter(due_on__lt=day_of(at)).count()
    return Figures(open=rounds.count(), late=late, total=IdCheck.objects.count(), url=reverse("assets:id_checks"))


KEEPERS = {
    **{f"ledger:{code}": partial(ledger, code) for code in KEPT},
    "ledger:system": systems,
    "ledger:device": devices,
    "ledger:log": logs,
    "ledger:connection": connections,
    "ledger:test-result": tests,
    "duty:unused-ids": unused_ids,
}
