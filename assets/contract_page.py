"""What the page of a contract shows: first what is asked now, then what was agreed, the reports, the history."""

from collections import defaultdict
from datetime import date, datetime
from functools import cached_property
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from assets.models import Checklist, Contract, ContractReport
from assets.service_page import Act, history
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.duties.models import Duty, Occurrence
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.trail.models import Entry

Status = Contract.Status


class ContractPage:
    """Everything about one contract for one person at a moment."""

    def __init__(self, contract: Contract, user: User, *, at: datetime) -> None:
        self.contract, self.user, self.at = contract, user, at
        self.can_enter = contract.is_open and contract.can_enter(user, at=at)
        self.can_conclude = contract.is_open and contract.can_conclude(user, at=at)

    @cached_property
    def checklists(self) -> list[Checklist]:
        return list(self.contract.checklists.with_tally())

    @property
    def current(self) -> list[Checklist]:
        """The lists that are to be answered now: before the contract, and once its last day comes near."""
        rows = [row for row in self.checklists if row.is_open and row.stage in self.contract.stages]
        return rows if self.contract.status == Status.PREPARED or self.is_near_end or any(row.answered for row in rows) else []

    @property
    def is_answered(self) -> bool:
        return bool(self.current) and all(row.answered == row.total for row in self.current)

    @property
    def is_near_end(self) -> bool:
        return self.contract.status == Status.IN_FORCE and (self.contract.ends_on - self.today).days <= 30

    @property
    def is_overrun(self) -> bool:
        return self.contract.is_overrun(on=self.today)

    @property
    def today(self) -> date:
        return day_of(self.at)

    @property
    def act(self) -> Act | None:
        """The act that ends the stage, for who may do it, once its lists are answered."""
        if not (self.is_answered and self.can_conclude):
            return None
        if self.contract.status == Status.PREPARED:
            return Act("契約を記録する", self._url("concluded"))
        return Act("委託を終える", self._url("end"), is_post=True, confirm="confirm-end")

    @property
    def others(self) -> list[Act]:
        found, status = [], self.contract.status
        if self.can_enter and status == Status.IN_FORCE and self.contract.subcontracting == Contract.Subcontracting.ON_APPROVAL:
            found.append(Act("再委託の承認を申請する", self._url("subcontract"), is_post=True))
        if self.can_enter and status == Status.PREPARED:
            found.append(Act("契約を取りやめる", self._url("drop"), is_post=True, confirm="confirm-drop"))
        return found

    @property
    def can_report(self) -> bool:
        return self.can_enter and self.contract.status == Status.IN_FORCE

    def _url(self, name: str) -> str:
        return reverse(f"assets:contract_{name}", args=[self.contract.pk])

    @property
    def facts(self) -> list[tuple[str, object]]:
        row = self.contract
        kinds = [words for words, has in (("個人情報", row.has_personal), ("特定個人情報（マイナンバー）", row.has_my_number)) if has]
        return [
            ("委託する内容", row.work),
            ("契約の期間", f"{wareki(row.starts_on)}～{wareki(row.ends_on)}"),
            ("契約日", wareki(row.concluded_on) if row.concluded_on else ""),
            ("渡す情報", row.information),
            ("個人情報", "、".join(kinds) or "含まない"),
            ("作業場所", row.place),
            ("委託先の責任者", row.in_charge),
            ("再委託", row.get_subcontracting_display()),
        ]

    @cached_property
    def reports(self) -> list[tuple[ContractReport, list[StoredFile]]]:
        """The reports with their files, with two queries."""
        rows = list(self.contract.reports.select_related("entered_by"))
        kind, files = ContentType.objects.get_for_model(ContractReport), defaultdict(list)
        for row in StoredFile.objects.filter(content_type=kind, object_id__in=[str(row.pk) for row in rows]).select_related("uploaded_by"):
            files[row.object_id].append(row)
        return [(row, files[str(row.pk)]) for row in rows]

    @cached_property
    def next_round(self) -> Occurrence | None:
        """The periodic report that is awaited next."""
        return Occurrence.objects.open().filter(duty__in=Duty.objects.about(self.contract).active()).order_by("due_on").first()

    @cached_property
    def subcontracts(self) -> list:
        return list(self.contract.subcontracts.select_related("permit__type"))

    @cached_property
    def requests(self) -> list[Request]:
        return list(Request.objects.about(self.contract).visible_to(self.user, at=self.at).select_related("type"))

    @property
    def incident_url(self) -> str:
        """The report of an incident, with what is known filled in."""
        about = {"kind": "contractor", "information": self.contract.information, "asset_class": self.contract.asset_class}
        place = {"place": f"委託先：{self.contract.contractor.name}（{self.contract.title}）"}
        return f"{reverse('incidents:start')}?{urlencode(about | place)}"

    @cached_property
    def entries(self) -> list[Entry]:
        return history(self.contract)
