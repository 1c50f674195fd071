"""The desks of the chain: what each party sees, and what waits for it, on a page of its own (screens.md)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet

from incidents.chain import Party
from incidents.models import Incident, Receipt, Step
from incidents.parties import Reach, Reached
from musashimurayama_isms.accounts.models import User


@dataclass(frozen=True)
class Scope:
    """One desk: the party that sits there and the words on its page."""

    slug: str
    party: Party
    title: str
    lead: str


SCOPES = (
    Scope("mine", Party.REPORTER, "自分の報告", "自分が報告したインシデントと、書きかけの下書きです。"),
    Scope("section", Party.SECTION_OFFICER, "課のインシデント", "所属から報告を受け、3者へ伝達します。"),
    Scope("division", Party.DIVISION_OFFICER, "部のインシデント", "部内の報告を受け、電子計算組織総括管理者へ報告します。"),
    Scope("committee", Party.COMMITTEE, "委員会の窓口", "情報化推進委員会が統一的な窓口として報告を受け、状況を確認してCISOへ報告します。"),
    Scope("central", Party.CENTRAL_MANAGER, "全庁のインシデント", "中央電子計算組織管理者として、全庁の報告を受けます。"),
    Scope("general", Party.GENERAL_MANAGER, "総括管理者への報告", "電子計算組織総括管理者として部からの報告を受け、CISOへ報告します。"),
    Scope("ciso", Party.CISO, "CISOへの報告", "最高情報セキュリティ責任者（CISO）まで届いた報告です。"),
)


def scopes_of(reach: Reach) -> list[Scope]:
    """The desks that a person may sit at; everyone has 自分の報告."""
    held = (
        set(reach.city) | ({Party.SECTION_OFFICER} if reach.sections else set()) | ({Party.DIVISION_OFFICER} if reach.divisions else set())
    )
    return [scope for scope in SCOPES if scope.party == Party.REPORTER or scope.party in held]


@dataclass(frozen=True)
class Waiting:
    """One act that waits: which, in which incident, since when, until when."""

    incident: Incident
    act: str
    since: datetime
    due: datetime

    def is_late(self, at: datetime) -> bool:
        return self.due <= at


def waiting_for(
    user: User, *, at: datetime, party: str | None = None, reach: Reach | None = None, without: Collection[str] = ()
) -> list[Waiting]:
    """What waits for this person, as one party or as any: one row an incident with its most urgent act, the earliest due first.

    Whoever must pass a report on need not be asked to read it as well. `without` are steps that are shown elsewhere.
    """
    reach = reach or Reach.of(user, at=at)
    steps = Step.objects.waiting_for(user, at=at, reach=reach).exclude(code__in=without)
    steps = steps.select_related("incident__kind", "incident__department__parent", "incident__reporter").order_by("-due_at", "-position")
    receipts = Receipt.objects.waiting_for(user, at=at, reach=reach).select_related(
        "step__incident__kind", "step__incident__department__parent", "step__incident__reporter"
    )
    if party:
        steps, receipts = steps.filter(sender=party), receipts.filter(party=party)
    rows = {step.incident_id: Waiting(step.incident, step.spec.act, step.started_at, step.due_at) for step in steps}
    for receipt in receipts:
        found = Waiting(receipt.step.incident, "受領する", receipt.sent_at, receipt.due_at)
        known = rows.get(found.incident.pk)
        rows[found.incident.pk] = replace(known, since=min(known.since, found.since), due=min(known.due, found.due)) if known else found
    return sorted(rows.values(), key=lambda row: row.due)


def incidents_of(scope: Scope, user: User, reach: Reach, *, at: datetime) -> QuerySet[Incident]:
    """The incidents that belong on a desk, drafts left out."""
    return on_desk(scope.party, reach).with_people()


def on_desk(party: Party, reach: Reached) -> QuerySet[Incident]:
    """The same without their people, for a reach that is known: where a prepared question starts."""
    rows = Incident.objects.submitted().within(reach)
    if party == Party.REPORTER:
        return rows.filter(reporter=reach.user)
    if party == Party.SECTION_OFFICER:
        return rows.filter(department__in=reach.sections)
    if party == Party.DIVISION_OFFICER:
        return rows.filter(Q(department__in=reach.divisions) | Q(department__parent__in=reach.divisions))
    return rows
