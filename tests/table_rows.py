"""Where each table is taken from: the page of its list, and the object in tests/world.py that both speak of."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from assets.ledgers.registry import ledgers

from .world import World


@dataclass(frozen=True)
class Place:
    """The name of a page, the key of its object in the world (or its arguments), and what the address of the table calls them."""

    page: str
    key: str | None = None
    names: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    is_of_section: bool = False  # the address is narrowed to the section of the cast

    def _args(self, world: World) -> list:
        return list(self.args) or world.args(self.key)

    def path(self, world: World) -> str:
        path = reverse(self.page, args=self._args(world))
        return f"{path}?{urlencode(self._section(world))}" if self.is_of_section else path

    def _section(self, world: World) -> dict[str, int]:
        return {"department": world.cast.section.pk} if self.is_of_section else {}

    def query(self, world: World) -> str:
        """What of the address of the page the table is told."""
        return urlencode(dict(zip(self.names, self._args(world), strict=False)) | self._section(world))


def of(page: str, key: str) -> Place:
    """A list inside one thing."""
    return Place(page, key, ("of",))


PLACES = {
    "accounts.handover": Place("accounts:handover"),
    "accounts.my_handover": Place("accounts:handover"),
    "accounts.organisation": Place("accounts:organisation"),
    "accounts.personnel_changes": Place("accounts:personnel_changes"),
    "accounts.personnel_lines": of("accounts:personnel_change", "change"),
    "accounts.reorganisation": Place("accounts:reorganisation"),
    "accounts.role": of("accounts:role", "code"),
    "accounts.settled_handover": Place("accounts:handover"),
    "accounts.locks": Place("accounts:emergency_locks"),
    "accounts.resets": Place("accounts:factor_resets"),
    "accounts.unused": Place("accounts:unused_users"),
    "accounts.users": Place("accounts:users"),
    "approvals.requests": Place("approvals:desk", "request_scope", ("scope",)),
    "assets.accounts": Place("assets:social_list"),
    "assets.assets": Place("assets:asset_list"),
    "assets.contractors": Place("assets:contractor_list"),
    "assets.contracts": Place("assets:contract_list"),
    "assets.devices": Place("assets:device_list"),
    "assets.disposals": Place("assets:disposal_list"),
    "assets.id_check_lines": of("assets:id_check", "id_check"),
    "assets.id_checks": Place("assets:id_checks"),
    "assets.import_lines": of("assets:import", "imported"),
    "assets.imports": Place("assets:import_list"),
    "assets.improvements": Place("assets:improvements"),
    "assets.moves": Place("assets:move_list"),
    "assets.outside": Place("assets:outside"),
    "assets.risks": Place("assets:risks"),
    "assets.services": Place("assets:service_list"),
    "assets.stock_take": of("assets:stock_take", "stock_take"),
    "assets.stock_take_lines": of("assets:stock_take_section", "stock_sheet"),
    "assets.stock_takes": Place("assets:stock_take_list"),
    "assets.systems": Place("assets:system_list"),
    "audits.actions": Place("audits:actions"),
    "audits.campaign_results": of("audits:campaign", "campaign"),
    "audits.campaigns": Place("audits:inspections"),
    "audits.courses": Place("audits:training_courses"),
    "audits.engagements": Place("audits:engagements"),
    "audits.findings": of("audits:findings", "reported_audit"),
    "audits.items": of("audits:checklist", "audit"),
    "audits.missing": Place("audits:training_section"),
    "audits.my_training": Place("audits:training"),
    "audits.people": of("audits:training_people", "training_session"),
    "audits.programmes": Place("audits:programmes"),
    "audits.review_inputs": of("audits:policy_review", "policy_review"),
    "audits.reviews": Place("audits:policy_reviews"),
    "audits.sessions": Place("audits:training_sessions"),
    "audits.training_year": Place("audits:training_year"),
    "backup.backups": Place("backup:list"),
    "committee.circulations": Place("committee:circulations"),
    "committee.items": Place("committee:items"),
    "committee.meetings": Place("committee:meetings"),
    "duties.duties": Place("duties:duties"),
    "duties.list": Place("duties:list"),
    "duties.rounds": of("duties:duty", "duty"),
    "incidents.authority_reports": Place("incidents:authority_reports"),
    "incidents.board": Place("incidents:board"),
    "incidents.bulletin_readers": of("incidents:bulletin_readers", "bulletin"),
    "incidents.bulletins": Place("incidents:bulletins"),
    "incidents.calls": of("incidents:calls", "incident"),
    "incidents.compliance": Place("incidents:compliance_list"),
    "incidents.consultations": Place("incidents:consultations"),
    "incidents.drills": Place("incidents:drills"),
    "incidents.evidence": of("incidents:response", "handled"),
    "incidents.half_year": Place("incidents:half_year", "half", ("year", "part")),
    "incidents.incidents": Place("incidents:desk", "scope", ("scope",)),
    "incidents.inquiries": Place("incidents:inquiries"),
    "incidents.inquiry_places": of("incidents:inquiry", "inquiry"),
    "incidents.plan_versions": Place("incidents:plan"),
    "incidents.tasks": of("incidents:response", "handled"),
    "audits.unordered": Place("audits:unordered"),
    "retention.batches": Place("retention:due"),
    "retention.disposals": Place("retention:disposals"),
    "retention.due": Place("retention:batch", "retention_batch", ("kind", "year"), is_of_section=True),
    "retention.holds": Place("retention:holds"),
    "retention.rows": of("retention:disposal", "record_disposal"),
    "desk.sent": Place("desk_sent"),
    "desk.waiting": Place("desk"),
    "disclosure.copies": Place("disclosure:list"),
    "reports.history": Place("reports_history"),
    "year_turn.carried": Place("year_turn_list", "turn_list", ("year", "room")),
    "incidents.violations": Place("incidents:violations"),
    "incidents.vulnerabilities": Place("incidents:vulnerabilities"),
    "incidents.vulnerability_targets": Place("incidents:vulnerabilities"),
    "jobs.jobs": Place("jobs:list"),
    "notifications.notices": Place("notifications:list"),
    "overview.overrides": Place("overview_overrides"),
    "parameters.gaps": Place("parameters:list"),
    "policy.comparison": of("policy:comparison", "draft_text"),
    "policy.confirmation": Place("policy:confirmation_progress"),
    "policy.corrections": of("policy:corrections", "revision"),
    "policy.coverage": Place("policy:coverage"),
    "policy.documents": Place("policy:documents"),
    "policy.exceptions": Place("policy:exceptions"),
    "policy.laws": Place("policy:laws"),
    "policy.regulations": Place("policy:regulations"),
    "policy.reviews": of("policy:reviews", "draft_text"),
    "policy.revisions": Place("policy:revisions"),
    "trail.entries": Place("trail:list"),
}
PLACES |= {ledger.table: Place("assets:ledger_list", args=(ledger.code,)) for ledger in ledgers()}
