"""The pages of chapter 12: what they ask, keep and refuse, and how many questions they ask the database."""

from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assets.models import ExternalService
from incidents.models import Incident, IncidentKind
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.trail.models import Entry

from . import outside
from .taken import take, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(cast):
    outside.open_types(cast)
    return cast


def url(name: str, *args) -> str:
    return reverse(f"assets:{name}", args=args)


def test_an_answer_is_kept_as_it_is_typed_and_what_it_lacks_is_said_beside_it(city):
    client, service = city.client(city.clerk), outside.considered(city)
    item = service.checklist.items.first()
    page = url("checklist", service.checklist.pk)
    assert client.post(url("checklist_pause", item.pk), {"answer": "met", "evidence": "", "reason": ""}).status_code == 204
    refused = client.post(url("checklist_item", item.pk), {"answer": "met", "evidence": "", "reason": ""})
    assert refused.status_code == 422
    assert "何で確かめたかを書くか" in refused.content.decode()
    proof = SimpleUploadedFile("約款.txt", "第1条".encode())
    saved = client.post(url("checklist_item", item.pk), {"answer": "met", "evidence": "", "reason": "", "uploads": proof})
    assert saved.url == f"{page}#item-{item.pk}"
    text = client.get(page).content.decode()
    assert "16項目のうち1項目に回答" in text
    assert "約款.txt" in text
    assert [entry.changes["answer"] for entry in Entry.objects.about(service.checklist)] == ["満たす", "満たす"]


def test_the_page_of_a_service_asks_first_for_the_list_then_for_the_application(city):
    service = outside.considered(city)
    client = city.client(city.clerk)
    assert "次にすること：選定の確認に答える" in client.get(service.get_absolute_url()).content.decode()
    outside.answer_all(service, city.clerk)
    assert "次にすること：利用を申請する" in client.get(service.get_absolute_url()).content.decode()
    answer = client.post(url("service_apply", service.pk))
    draft = Request.objects.get()
    assert answer.url == reverse("approvals:draft", args=[draft.pk])
    assert client.post(url("service_apply", service.pk)).url == answer.url
    assert Request.objects.count() == 1
    assert f'value="{service.provider}"' in client.get(answer.url).content.decode()


def test_a_stranger_reads_the_register_and_meets_404_at_the_details(city):
    service = outside.approved(city)
    client = city.client(city.outsider_clerk)
    text = client.get(url("service_list")).content.decode()
    assert service.name in text
    assert service.get_absolute_url() not in text
    assert client.get(service.get_absolute_url()).status_code == 404
    assert client.get(url("service_list"), {"q": "ほかの"}).content.decode().count(service.name) == 0


def test_the_lists_leave_with_their_class_in_the_name_and_only_with_what_the_person_may_open(city):
    outside.considered(city, name="検討だけ")
    answer = take(city.client(city.clerk), "assets.services")
    assert quote("【分類Ⅰ】") in answer["Content-Disposition"]
    assert "検討だけ" in text_of(answer)
    assert take(city.client(city.outsider_clerk), "assets.services", "xlsx").status_code == 200
    assert {entry.changes["count"] for entry in Entry.objects.filter(verb="exports.table.taken")} == {0, 1}


def test_of_an_approved_service_others_take_out_what_its_list_shows_and_nothing_of_its_page(city):
    service = outside.in_use(city)
    service.purpose = "内部だけの目的"
    service.save(update_fields=["purpose"])
    own, foreign = (text_of(take(city.client(person), "assets.services")) for person in (city.clerk, city.outsider_clerk))
    assert "内部だけの目的" in own
    assert service.name in foreign
    assert "内部だけの目的" not in foreign


def test_the_pages_ask_the_same_however_much_there_is(city):
    service, contract, client = outside.considered(city), outside.concluded(city), city.client(city.clerk)
    outside.considered(city, name="別のサービス")
    outside.report(contract, city)
    pages = [url("service_list"), url("checklist", service.checklist.pk), url("contract_list"), contract.get_absolute_url()]
    before = [questions(client, page) for page in pages]
    outside.answer_all(service, city.clerk)
    for number in range(4):
        outside.considered(city, name=f"サービス{number}")
        outside.entered_contract(city, title=f"契約{number}")
        outside.report(contract, city)
    assert [questions(client, page) for page in pages] == before


def questions(client, page: str) -> int:
    """How many queries a page asks once it is warm."""
    client.get(page)
    with CaptureQueriesContext(connection) as found:
        client.get(page)
    return len(found)


def test_an_emergency_begins_an_incident_with_what_is_known(city):
    reference.load("incident_kinds.json")
    contract, client = outside.concluded(city), city.client(city.clerk)
    today = timezone.localdate()
    day = {f"received_on_{part}": str(getattr(today, part)) for part in ("year", "month", "day")}
    page = client.post(url("contract_report", contract.pk), {"kind": "emergency", "summary": "紛失", **day}, follow=True)
    link = page.context["page"].incident_url
    assert "インシデントを報告してください" in page.content.decode()
    local = timezone.localtime()
    moment = {f"noticed_at_{part}": str(getattr(local, part)) for part in ("year", "month", "day", "hour", "minute")}
    kind = IncidentKind.objects.get(code="contractor")
    client.post(link, {"kind": kind.pk, "personal_information": "unknown", **moment})
    draft = Incident.objects.get()
    assert (draft.place, draft.information, draft.asset_class) == (
        f"委託先：{contract.contractor.name}（{contract.title}）",
        contract.information,
        contract.asset_class,
    )


def test_a_service_to_consider_is_entered_for_ones_own_section(city):
    client = city.client(city.clerk)
    refused = client.post(url("service_new"), {**outside.NAMES, "asset_class": "3"})
    assert refused.status_code == 422
    client.post(url("service_new"), {**outside.NAMES, "asset_class": "2"})
    assert ExternalService.objects.get().department == city.section
