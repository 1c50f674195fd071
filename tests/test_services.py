"""External services (3.12.3, 3.12.4): the lists that stand before each stage, who decides, who manages, how it ends."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from assets.classification import AssetClass
from assets.criteria import Stage, criteria
from assets.criteria import catalogue as catalogue_of_criteria
from assets.forms.service_requests import LightServiceUseForm
from assets.models import Checklist, ExternalService, ServiceManager, SocialAccount, Subcontract
from musashimurayama_isms.accounts.models import Appointment, Post, RoleCode
from musashimurayama_isms.accounts.reference import path_of
from musashimurayama_isms.accounts.standing import has_role
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.approvals.roster import Roster
from musashimurayama_isms.duties.models import Duty, Occurrence
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters import catalogue
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.transitions import InvalidTransition
from policy import mechanisms
from policy.models import Regulation

from . import outside

pytestmark = pytest.mark.django_db
Status = ExternalService.Status


@pytest.fixture
def city(cast):
    outside.open_types(cast)
    return cast


def now():
    return timezone.now()


def may_decide(request: Request, cast) -> set[str]:
    """Who of the cast may take the open step."""
    step = request.open_step
    able = {row.person for _, row in step.able(Roster(now()))}
    return {
        name
        for name in ("clerk", "section_officer", "division_officer", "central_manager", "general_manager", "ciso")
        if getattr(cast, name) in able
    }


# -- the list ------------------------------------------------------------------------------------------------------
def test_every_criterion_of_the_clauses_is_asked():
    asked = {row.clause for row in criteria(Stage.SELECTION)}
    assert {f"3.12.3.2.2.{place}" for place in range(1, 8)} <= asked
    assert {f"3.12.3.2.{place}" for place in (3, 5, 6, 7, 8, 9)} | {"3.12.3.2.4.1", "3.12.3.2.4.2"} <= asked
    assert [row.clause for row in criteria(Stage.CONTRACT)] == [f"3.12.2.{place}" for place in range(1, 14)]
    assert {row.clause for row in criteria(Stage.CONTRACTOR)} == {"3.12.1.1", "3.12.1.2"}
    known = {row["clause"] for row in json.loads(path_of("obligations.json").read_text(encoding="utf-8"))}
    assert {row.clause for row in catalogue_of_criteria()} <= known
    assert {row.stage for row in catalogue_of_criteria()} == set(Stage.values)


def test_an_answer_needs_its_evidence_or_its_reason_and_a_pause_keeps_what_is_there(city):
    item = outside.considered(city).checklist.items.first()
    with pytest.raises(ValidationError):
        item.respond("met", by=city.clerk, at=now())
    with pytest.raises(ValidationError):
        item.respond("unmet", evidence="資料", by=city.clerk, at=now())
    item.respond("met", by=city.clerk, at=now(), is_pause=True)
    assert (item.answer, item.is_complete) == ("met", False)
    item.respond("met", uploads=[SimpleUploadedFile("約款.txt", "第1条".encode())], by=city.clerk, at=now())
    assert item.is_complete
    assert item.answered_by == city.clerk
    with pytest.raises(PermissionDenied):
        item.respond("met", evidence="資料", by=city.outsider_clerk, at=now())


# -- 分類Ⅱ以上 -----------------------------------------------------------------------------------------------------------
def test_the_application_waits_for_the_selection_and_only_the_permit_authority_decides(city):
    service = outside.considered(city)
    draft = Request.draft("external-service", by=city.clerk, at=now(), subjects=[service], content=outside.content(city))
    with pytest.raises(InvalidTransition, match="答えていない項目"):
        draft.prepare(by=city.clerk, at=now())
    outside.answer_all(service, city.clerk)
    unmet = service.checklist.items.first()
    unmet.respond("unmet", reason="海外の拠点が含まれる", by=city.clerk, at=now())
    draft.prepare(by=city.clerk, at=now())
    with pytest.raises(PermissionDenied):
        draft.submit(by=city.section_officer, at=now())
    draft.submit(by=city.central_manager, at=now())
    facts = dict(draft.matter.facts(draft, draft.content))
    assert any("海外の拠点が含まれる" in str(words) for words in facts.values())
    assert may_decide(draft, city) == {"general_manager"}
    with pytest.raises(PermissionDenied):
        unmet.respond("met", evidence="後から", by=city.clerk, at=now())
    outside.permit(draft, city.general_manager)
    service.refresh_from_db()
    assert service.status == Status.APPROVED
    assert service.manager == city.colleague
    assert has_role(city.colleague, RoleCode.SERVICE_MANAGER, at=now())
    assert service.data_location == "日本国内"
    assert Notification.objects.filter(recipient=city.colleague, title__contains="指名されました").exists()


def test_no_application_before_the_rules_it_rests_on_stand(city):
    request = Request.draft("external-service-light", by=city.clerk, at=now(), content=outside.content(city, asset_class=3))
    rule = Regulation.objects.get(code="cloud-light-scope")
    rule.bring_back(by=city.central_manager, at=now())
    with pytest.raises(InvalidTransition, match=rule.title):
        request.submit(by=city.clerk, at=now())
    rule.keep_elsewhere(where="書庫", since=timezone.localdate(), review_on=None, by=city.central_manager, at=now())
    request.submit(by=city.clerk, at=now())
    assert request.is_in_review


def test_each_gate_asks_for_its_list_and_its_person(city):
    service = outside.approved(city)
    with pytest.raises(InvalidTransition, match="答えていない項目"):
        service.note_contract(on=timezone.localdate(), reference="第1号", by=city.central_manager, at=now())
    outside.answer_all(service, city.clerk, "unmet")
    with pytest.raises(InvalidTransition, match="満たさない項目"):
        service.note_contract(on=timezone.localdate(), reference="第1号", by=city.central_manager, at=now())
    outside.answer_all(service, city.clerk)
    with pytest.raises(PermissionDenied):
        service.note_contract(on=timezone.localdate(), reference="第1号", by=city.section_officer, at=now())
    service.note_contract(on=timezone.localdate(), reference="第1号", by=city.central_manager, at=now())
    with pytest.raises(PermissionDenied):
        service.checklist.items.first().respond("met", evidence="資料", by=city.clerk, at=now())
    outside.answer_all(service, city.colleague)
    for stranger in (city.clerk, city.section_officer, city.central_manager):
        with pytest.raises(PermissionDenied):
            service.start_use(by=stranger, at=now())
    service.start_use(by=city.colleague, at=now())
    assert service.status == Status.IN_USE


def test_a_service_in_use_is_confirmed_at_the_citys_interval_in_the_hands_of_its_manager(city):
    ParameterChoice.choose(
        catalogue.get("duties.external_services_every_months"), 1, basis="議決", seen=0, by=city.central_manager, at=now()
    )
    service = outside.in_use(city)
    duty = Duty.objects.about(service).get()
    later = now() + timedelta(days=20)
    assert duty.occurrences.first().due_on > timezone.localdate() + timedelta(days=25)
    waiting = Occurrence.objects.waiting_for(city.colleague, at=later)
    assert [row.duty for row in waiting] == [duty]
    assert not Occurrence.objects.waiting_for(city.section_officer, at=later).exists()
    outside.answer_all(service, city.colleague)
    service.confirm(by=city.colleague, at=later)
    assert not Occurrence.objects.waiting_for(city.colleague, at=later).exists()
    assert service.checklist.items.filter(answer="").exists()


def test_the_section_officer_steps_in_while_no_manager_is_there_and_the_permit_authority_names_another(city):
    service = outside.in_use(city)
    with pytest.raises(PermissionDenied):
        service.name_manager(city.clerk, by=city.section_officer, at=now())
    with pytest.raises(InvalidTransition):
        service.name_manager(city.outsider_clerk, by=city.general_manager, at=now())
    service.name_manager(city.clerk, by=city.general_manager, at=now())
    assert service.manager == city.clerk
    assert not service.can_manage(city.colleague, at=now())
    city.clerk.left_on = timezone.localdate() - timedelta(days=1)
    city.clerk.save()
    assert service.can_manage(city.section_officer, at=now())
    assert Occurrence.objects.waiting_for(city.section_officer, at=now() + timedelta(days=350)).exists()
    assert not service.can_manage(city.outsider_officer, at=now())


def test_the_role_of_a_manager_ends_with_the_service_also_after_the_section_got_another_name(city):
    service = outside.in_use(city)
    today = timezone.localdate()
    row = service.managers.get()
    Appointment.objects.filter(person=city.colleague, post=row.post).update(since=today - timedelta(days=9))
    Post.objects.filter(pk=row.post_id).update(since=today - timedelta(days=9))
    facts = {"name": "市民窓口課", "code": "madoguchi", "parent": city.division, "since": today - timedelta(days=3)}
    city.section.rename(**facts, by=city.personnel, at=now())
    assert has_role(city.colleague, RoleCode.SERVICE_MANAGER, at=now())
    ServiceManager.end_all(service, on=today)
    tomorrow = now() + timedelta(days=1)
    assert not has_role(city.colleague, RoleCode.SERVICE_MANAGER, at=tomorrow)


def test_the_use_ends_only_when_data_and_accounts_are_gone_and_takes_permit_duty_and_role_along(city):
    service = outside.in_use(city)
    permit = service.permit
    with pytest.raises(InvalidTransition, match="外部サービスの画面"):
        permit.complete(by=city.clerk, at=now())
    service.begin_end(reason="別のサービスに移行", by=city.colleague, at=now())
    outside.answer_all(service, city.colleague)
    accounts = service.checklist.items.get(clause="3.12.3.7.1.3")
    accounts.respond("unmet", reason="管理用のIDが残る", by=city.colleague, at=now())
    with pytest.raises(InvalidTransition, match="満たさない項目"):
        service.end(by=city.colleague, at=now())
    accounts.respond("met", evidence="一覧が空", by=city.colleague, at=now())
    service.end(by=city.colleague, at=now())
    permit.refresh_from_db()
    assert (service.status, permit.status) == (Status.ENDED, Request.Status.COMPLETED)
    assert service.manager is None
    assert not Duty.objects.about(service).active().exists()
    assert not has_role(city.colleague, RoleCode.SERVICE_MANAGER, at=now() + timedelta(days=1))


def test_a_recalled_permit_begins_the_end_and_a_new_one_renews(city):
    service = outside.in_use(city)
    first = service.permit
    again = outside.applied(city, service)
    outside.permit(again, city.general_manager)
    service.refresh_from_db()
    first.refresh_from_db()
    assert (service.permit, service.status, first.status) == (again, Status.IN_USE, Request.Status.COMPLETED)
    again.recall(by=city.general_manager, at=now(), reason="事故のため")
    service.refresh_from_db()
    assert (service.status, service.ending) == (Status.ENDING, "許可が取り消されたため")
    assert service.checklist.stage == Stage.END


# -- 分類Ⅱ未満 -----------------------------------------------------------------------------------------------------------
def test_below_the_second_class_the_division_officer_decides_and_the_service_may_be_used_at_once(city):
    request = outside.light(city)
    assert may_decide(request, city) == {"division_officer"}
    outside.permit(request, city.division_officer)
    service = ExternalService.objects.get(permit=request)
    assert (service.status, service.is_light, service.manager) == (Status.IN_USE, True, city.colleague)
    assert Request.objects.about(service).get() == request
    assert Duty.objects.about(service).active().exists()
    service.begin_end(reason="不要になった", by=city.colleague, at=now())
    outside.answer_all(service, city.colleague)
    service.end(by=city.colleague, at=now())
    assert service.status == Status.ENDED


def test_the_short_form_refuses_the_second_class_in_words_that_lead_to_the_other(city):
    draft = Request.draft("external-service-light", by=city.clerk, at=now())
    given = LightServiceUseForm.data_of({**outside.content(city, asset_class=2), "terms_read": True, "risk": "低い"})
    form = LightServiceUseForm(given, request=draft, user=city.clerk, at=now())
    assert not form.is_valid()
    assert list(form.errors) == ["asset_class"]
    assert "分類Ⅱ以上）」を申請してください" in form.errors["asset_class"][0]
    with pytest.raises(InvalidTransition):
        outside.considered(city, asset_class=AssetClass.III)


# -- 再委託 ------------------------------------------------------------------------------------------------------------
def test_a_subcontractor_is_entered_by_the_manager_and_approved_by_the_central_manager(city):
    service = outside.in_use(city)
    given = {"name": "見本運用", "work": "監視", "information": "相談の内容", "measures": "同じ対策", "confirmed_by": "認証書"}
    foreign = Request.draft("subcontracting", by=city.section_officer, at=now(), subjects=[service], content=given)
    with pytest.raises(PermissionDenied):
        foreign.submit(by=city.section_officer, at=now())
    request = Request.draft("subcontracting", by=city.colleague, at=now(), subjects=[service], content=given)
    request.submit(by=city.colleague, at=now())
    assert may_decide(request, city) == {"central_manager"}
    assert not Subcontract.objects.exists()
    outside.permit(request, city.central_manager)
    assert service.subcontracts.get().name == "見本運用"


# -- SNS -------------------------------------------------------------------------------------------------------------
def test_an_account_has_a_responsible_person_and_is_decided_by_the_central_manager(city):
    request = outside.asked_for_account(city, account="@other")
    assert may_decide(request, city) == {"central_manager"}
    account = outside.account(city)
    assert account.owner == city.colleague
    assert account.permit.decisions.get().person == city.central_manager
    with pytest.raises(PermissionDenied):
        account.name_owner(city.clerk, by=city.section_officer, at=now())
    account.name_owner(city.clerk, by=city.central_manager, at=now())
    account.tell_hijack(by=city.colleague, at=now())
    assert Notification.objects.filter(recipient=city.central_manager, title__contains="乗っ取り").exists()
    with pytest.raises(PermissionDenied):
        account.recover(by=city.outsider_officer, at=now())
    account.recover(by=city.central_manager, at=now())
    account.end(ending="終了", by=city.section_officer, at=now())
    assert account.status == SocialAccount.Status.ENDED
    assert account.permit.status == Request.Status.COMPLETED


# -- who sees -----------------------------------------------------------------------------------------------------------
def test_approved_services_are_everybodys_to_read_and_their_details_the_sections_and_the_wide_roles(city):
    service, other = outside.approved(city), outside.considered(city, name="検討だけ")
    seen = {user for user in city.everyone() if ExternalService.objects.visible_to(user, at=now()).filter(pk=service.pk).exists()}
    line = {city.clerk, city.colleague, city.promoter, city.section_officer, city.division_officer}
    assert seen == line | {city.central_manager, city.general_manager, city.ciso, city.audit_head}
    listed = ExternalService.objects.in_list(city.outsider_clerk, at=now())
    assert list(listed) == [service]
    assert other in ExternalService.objects.in_list(city.clerk, at=now())
    assert not Checklist.objects.visible_to(city.outsider_clerk, at=now()).exists()


def test_the_mechanisms_of_chapter_12_are_counted(city):
    outside.in_use(city)
    kept = mechanisms.keepings(["ledger:external-service", "duty:external-service-review", "request:external-service"], at=now())
    assert {code: row.figures.total for code, row in kept.items()} == {
        "ledger:external-service": 1,
        "duty:external-service-review": 0,
        "request:external-service": 1,
    }
    assert kept["ledger:external-service"].figures.open == 1
