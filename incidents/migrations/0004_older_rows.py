"""Rows of an installation from before the response: open incidents get steps 5 to 10, kinds say whom they tell."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

# Code, who does it, the step it comes after, the days an incident of an older version gets from the day of the upgrade.
RESPONSE = (
    ("triage", "GENERAL_MANAGER", "to_general", 1),
    ("measures", "CENTRAL_MANAGER", "pass_on", 1),
    ("external", "COMMITTEE", "pass_on", 1),
    ("cause", "CENTRAL_MANAGER", "pass_on", 30),
    ("prevention", "COMMITTEE", "cause", 45),
    ("confirmation", "CISO", "prevention", 60),
)
FIRST_POSITION = 5


def open_response(apps, schema_editor):
    """Incidents reported before the portal knew steps 5 to 10 get them, with clocks from today."""
    now = timezone.now()
    step_model = apps.get_model("incidents", "Step")
    for incident in apps.get_model("incidents", "Incident").objects.filter(status__in=("reported", "reached")).iterator():
        done = set(incident.steps.filter(done_at__isnull=False).values_list("code", flat=True))
        for position, (code, sender, after, days) in enumerate(RESPONSE, start=FIRST_POSITION):
            begun = {"started_at": now, "due_at": now + timedelta(days=days)} if after in done else {}
            narrowed = incident.bypasses_chief and sender == "COMMITTEE"
            who = "GENERAL_MANAGER" if narrowed else sender
            step_model.objects.create(incident=incident, code=code, position=position, sender=who, **begun)


# What the kinds of an older installation say from now on: their heading, and whom they tell at once.
KINDS = {
    "missent": ("sent", ["CENTRAL_MANAGER"]),
    "lost": ("sent", []),
    "ic_card": ("sent", ["CENTRAL_MANAGER"]),
    "password": ("sent", ["CENTRAL_MANAGER"]),
    "malware": ("machine", []),
    "intrusion": ("machine", []),
    "exposed": ("sent", []),
    "failure": ("machine", ["CENTRAL_MANAGER"]),
    "contractor": ("partner", []),
    "other": ("other", []),
}


def say_whom_kinds_tell(apps, schema_editor):
    """The reference data only adds rows, so rows that are there already learn here what is new."""
    kinds = apps.get_model("incidents", "IncidentKind").objects
    for code, (group, also_tells) in KINDS.items():
        kinds.filter(code=code).update(group=group, also_tells=also_tells)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0003_response")]

    operations = [
        migrations.RunPython(open_response, migrations.RunPython.noop),
        migrations.RunPython(say_whom_kinds_tell, migrations.RunPython.noop),
    ]
