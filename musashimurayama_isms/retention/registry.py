"""All kinds, and what is never destroyed here with the reason why."""

from functools import cache

from django.db import models

from .declared import audits, incidents, organisation, registers, requests
from .kinds import Kind

KINDS: dict[str, Kind] = {
    kind.code: kind for kind in (*incidents.KINDS, *requests.KINDS, *registers.KINDS, *audits.KINDS, *organisation.KINDS)
}

# Models with columns of content that no kind destroys. A new model needs a kind or a word here; a test asks for it.
STANDING = {
    "accounts.appointment": "who was what on which day is the ground of every record",
    "accounts.department": "the organisation, with its telephone",
    "accounts.handoverstandard": "reference data",
    "accounts.user": "persons stay in the record by name (3.10.2.2)",
    "approvals.route": "who decides, and why: a rule of the city",
    "approvals.requesttype": "reference data",
    "assets.contractor": "a company in use by contracts; it is corrected on its page",
    "audits.course": "what is taught is used again every year",
    "audits.mediumtermplan": "a plan of the city, without persons",
    "audits.mediumtermrow": "a plan of the city, without persons",
    "duties.duty": "a rule that comes round; goes blank with the record it is about",
    "files.storedfile": "goes with the record it is attached to",
    "guardian.groupobjectpermission": "not used for records",
    "guardian.userobjectpermission": "not used for records",
    "incidents.contact": "the net in force, kept by each person",
    "incidents.outsidecontact": "the net in force",
    "incidents.planreview": "the continuity plan is a rule of the city",
    "incidents.planversion": "the continuity plan is a rule of the city",
    "jobs.job": "its files go after jobs.result_days; goes blank with the record it is about",
    "notifications.notification": "goes blank with the record it is about",
    "parameters.parameterchoice": "a decision of the city",
    "policy.custody": "where a regulation is kept",
    "policy.documentversion": "a regulation of the city",
    "policy.measureconfirmation": "how an obligation is kept",
    "policy.obligationreview": "part of a revision of the policy",
    "policy.readinggrant": "who may read a regulation",
    "policy.sectiondocument": "a regulation of the city",
    "trail.entry": "the trail is never touched",
    "trail.reading": "the trail is never touched",
}


@cache
def by_model() -> dict[type[models.Model], list[Kind]]:
    """Every model of which rows are destroyed, with the kinds that destroy them."""
    found: dict[type[models.Model], list[Kind]] = {}
    for kind in KINDS.values():
        for model in kind.parts:
            found.setdefault(model, []).append(kind)
    return found
