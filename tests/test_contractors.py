"""Contractors (3.12.1, 3.12.2): selection and the thirteen items before the contract, reports while it runs, a confirmed end."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from assets.models import Contract, Contractor, ContractReport, SocialAccount
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.duties.models import Duty, Occurrence
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters import catalogue
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.transitions import InvalidTransition

from . import outside

pytestmark = pytest.mark.django_db
SUBCONTRACT = {"name": "見本運用", "work": "監視", "information": "申請者の情報", "measures": "同じ対策", "confirmed_by": "認証書"}


def now():
    return timezone.now()


def choose(cast, code: str, value) -> None:
    ParameterChoice.choose(catalogue.get(code), value, basis="議決", seen=0, by=cast.central_manager, at=now())


def test_a_contract_waits_for_the_selection_and_the_thirteen_items(cast):
    contract, today = outside.entered_contract(cast), timezone.localdate()
    items = contract.checklists.get(stage="contract").items.all()
    assert len(items) == 13
    for item in contract.checklists.get(stage="contractor").items.all():
        item.respond("met", evidence="評価表", by=cast.clerk, at=now())
    with pytest.raises(InvalidTransition, match="答えていない項目が13件"):
        contract.conclude(on=today, by=cast.section_officer, at=now())
    for item in items:
        item.respond("na", reason="この契約には要らない", by=cast.clerk, at=now())
    with pytest.raises(PermissionDenied):
        contract.conclude(on=today, by=cast.clerk, at=now())
    contract.conclude(on=today, by=cast.section_officer, at=now())
    assert contract.status == Contract.Status.IN_FORCE
    with pytest.raises(InvalidTransition):
        items[0].respond("met", evidence="第1条", by=cast.clerk, at=now())


def test_the_city_chooses_who_answers_for_the_contract(cast):
    contract = outside.entered_contract(cast)
    allowed = {
        name
        for name in ("clerk", "section_officer", "division_officer", "central_manager")
        if contract.can_conclude(getattr(cast, name), at=now())
    }
    assert allowed == {"section_officer", "central_manager"}
    choose(cast, "assets.contract_owner", ["DIVISION_OFFICER"])
    assert contract.can_conclude(cast.division_officer, at=now())
    assert not contract.can_conclude(cast.section_officer, at=now())
    assert not contract.can_conclude(cast.outsider_officer, at=now())


def test_a_periodic_report_settles_the_duty_that_waits_for_it(cast):
    choose(cast, "duties.contractors_every_months", 1)
    contract, later = outside.concluded(cast), now() + timedelta(days=20)
    duty = Duty.objects.about(contract).get()
    assert [row.duty for row in Occurrence.objects.waiting_for(cast.section_officer, at=later)] == [duty]
    facts = {"received_on": timezone.localdate(), "summary": "異常なし", "at": later}
    ContractReport.enter(contract, "periodic", by=cast.section_officer, **facts)
    assert not Occurrence.objects.waiting_for(cast.section_officer, at=later).exists()
    with pytest.raises(PermissionDenied):
        ContractReport.enter(contract, "periodic", by=cast.outsider_clerk, **facts)
    with pytest.raises(InvalidTransition):
        ContractReport.enter(outside.entered_contract(cast), "periodic", by=cast.clerk, **facts)


def test_an_emergency_reaches_the_officer_and_the_central_manager_at_once(cast):
    contract = outside.concluded(cast)
    report = ContractReport.enter(contract, "emergency", received_on=timezone.localdate(), summary="端末の紛失", by=cast.clerk, at=now())
    assert report.has_problem
    told = Notification.objects.filter(title__contains="緊急の報告")
    assert {row.recipient for row in told} == {cast.section_officer, cast.central_manager}


def test_a_contract_ends_when_everything_has_come_back_or_is_gone(cast):
    contract = outside.concluded(cast)
    with pytest.raises(InvalidTransition, match="答えていない項目"):
        contract.end(by=cast.section_officer, at=now())
    outside.answer_all(contract, cast.clerk, "unmet")
    with pytest.raises(InvalidTransition, match="満たさない項目"):
        contract.end(by=cast.section_officer, at=now())
    outside.answer_all(contract, cast.clerk)
    with pytest.raises(PermissionDenied):
        contract.end(by=cast.clerk, at=now())
    contract.end(by=cast.section_officer, at=now())
    assert contract.status == Contract.Status.ENDED
    assert not Duty.objects.about(contract).active().exists()


def test_under_a_contract_the_officer_asks_for_a_subcontractor_where_the_contract_allows_one(cast):
    outside.open_types(cast)
    closed = outside.concluded(cast, subcontracting="forbidden")
    refused = Request.draft("subcontracting", by=cast.clerk, at=now(), subjects=[closed], content=SUBCONTRACT)
    with pytest.raises(InvalidTransition, match="認めていません"):
        refused.prepare(by=cast.clerk, at=now())
    contract = outside.concluded(cast)
    request = Request.draft("subcontracting", by=cast.clerk, at=now(), subjects=[contract], content=SUBCONTRACT)
    request.prepare(by=cast.clerk, at=now())
    with pytest.raises(PermissionDenied):
        request.submit(by=cast.clerk, at=now())
    request.submit(by=cast.section_officer, at=now())
    with pytest.raises(PermissionDenied):
        outside.permit(request, cast.division_officer)
    outside.permit(request, cast.central_manager)
    assert contract.subcontracts.get().permit == request


def test_contracts_are_their_sections_and_companies_everybodys_to_read(cast):
    contract = outside.entered_contract(cast)
    seen = {user for user in cast.everyone() if Contract.objects.visible_to(user, at=now()).exists()}
    line = {cast.clerk, cast.colleague, cast.promoter, cast.section_officer, cast.division_officer}
    assert seen == line | {cast.central_manager, cast.general_manager, cast.ciso, cast.audit_head}
    assert Contractor.objects.visible_to(cast.outsider_clerk, at=now()).get() == contract.contractor
    with pytest.raises(PermissionDenied):
        contract.contractor.edit(name="別の名", by=cast.outsider_clerk, at=now())
    assert not SocialAccount.objects.visible_to(cast.outsider_clerk, at=now()).exists()
