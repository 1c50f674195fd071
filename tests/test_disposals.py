"""What is done away with: who permits it, the record thing by thing, and what the registers say afterwards."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from assets import move_reminders
from assets.ledgers import write as write_ledger
from assets.models import Asset, Device, LedgerEntry
from assets.models.disposal_line import Processing
from assets.networks import Network
from assets.requests.disposal import begin
from assets.things import Thing
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.approvals.roster import Roster
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.transitions import InvalidTransition
from policy import mechanisms

from .errands import AT, DAY, disposal, form_of, load_types, medium, move, permit, write
from .factory import make_asset

pytestmark = pytest.mark.django_db
SOON = AT + timedelta(hours=1)
DONE = Processing(SOON, "市民 花子", "destroy", "穿孔機で4か所に穴を開けた。", witness="市民 次郎", certificate="A-12")


@pytest.fixture
def city(cast):
    load_types()
    return cast


def keys(found, *rows) -> list[int]:
    """The lines of a disposal about these rows, all of them where none are named."""
    return [line.pk for line in found.lines.all() if not rows or line.object in rows]


def device(city, **fields) -> Device:
    known = {"kind": "terminal", "name": "ノートPC", "place": "書庫", "network": Network.LGWAN, "serial": "SN-9", "status": "stored"}
    return Device.enter(by=city.clerk, at=AT, department=city.section, **(known | fields))


def usb_in_ledger(city) -> LedgerEntry:
    data = {"label": "USB-07", "kind": "usb", "asset_class": 2, "place": "書庫"}
    return write_ledger("media", department=city.section, data=data, by=city.clerk, at=AT)


def test_the_officer_of_the_section_permits_it_and_nobody_else(city):
    request = write(begin([Thing(medium(city))], by=city.clerk, at=AT), city.clerk)
    request.submit(by=city.clerk, at=AT)
    assert {row.person.username for _, row in Request.objects.get(pk=request.pk).open_step.able(Roster(SOON))} == {"section_officer"}
    for person in set(city.everyone()) - {city.section_officer}:
        with pytest.raises(PermissionDenied):
            permit(request, person)
    assert permit(request, city.section_officer).disposal.status == "open"


def test_line_by_line_until_the_registers_and_the_ledger_say_so_and_the_request_is_complete(city):
    holder, laptop, usb = medium(city), device(city), usb_in_ledger(city)
    inside = make_asset(city.section, by=city.clerk, at=AT, contained_in=holder)
    found = disposal(city, [holder, inside, laptop, usb], stated_class="2")
    with pytest.raises(InvalidTransition, match="処理したら"):
        found.request.complete(by=city.clerk, at=SOON)
    found.record(keys(found, holder), DONE, by=city.colleague, at=SOON)
    assert Asset.objects.get(pk=holder.pk).status == "in_use"
    with pytest.raises(InvalidTransition, match="すでに記録"):
        found.record(keys(found, holder), DONE, by=city.clerk, at=SOON)
    found.record(keys(found, inside, laptop, usb), DONE, by=city.clerk, at=SOON)
    assert (found.status, Request.objects.get(pk=found.request_id).status) == ("closed", "completed")
    gone = [type(row)._base_manager.get(pk=row.pk).status for row in (holder, inside, laptop, usb)]
    assert gone == ["disposed"] * 4
    entries = LedgerEntry.objects.of("disposal")
    assert entries.count() == 4
    row = entries.about(laptop).get().data
    assert (row["done_by"], row["method"], row["serial"], row["request_code"]) == ("市民 花子", "destroy", "SN-9", found.number)
    assert mechanisms.registered() >= {"request:disposal", "ledger:disposal", "request:transport", "request:take-out"}


def test_what_is_kept_after_all_stays_and_what_is_used_again_stays_emptied(city):
    first, second, holder = medium(city), medium(city), medium(city)
    found = disposal(city, [first, second])
    found.give_up(keys(found, first), reason="まだ使う", by=city.clerk, at=SOON)
    found.record(keys(found, second), DONE, by=city.clerk, at=SOON)
    assert [Asset.objects.get(pk=row.pk).status for row in (first, second)] == ["in_use", "disposed"]
    again = disposal(city, [holder, make_asset(city.section, by=city.clerk, at=AT, contained_in=holder)], kind="reuse", method="overwrite")
    again.record(keys(again), DONE, by=city.clerk, at=SOON)
    holder.refresh_from_db()
    assert (again.status, holder.status, holder.contents.get().status) == ("closed", "in_use", "disposed")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"done_at": SOON + timedelta(hours=1)}, "done_at"),
        ({"done_at": AT - timedelta(days=1)}, "done_at"),
        ({"witness": "市民　花子"}, "witness"),
    ],
)
def test_a_record_that_cannot_be_true_is_refused_beside_its_field(city, words, field):
    found = disposal(city, [medium(city)])
    with pytest.raises(ValidationError) as refused:
        found.record(keys(found), Processing(**(DONE.__dict__ | words)), by=city.clerk, at=SOON)
    assert set(refused.value.error_dict) == {field}
    with pytest.raises(PermissionDenied):
        found.record(keys(found), DONE, by=city.outsider_clerk, at=SOON)


def test_the_method_must_fit_the_medium_and_what_is_in_use_is_first_put_away(city):
    paper = make_asset(city.section, by=city.clerk, at=AT, kind=Asset.Kind.PAPER)
    laptop = device(city)
    laptop.use(by=city.section_officer, at=AT)
    cases = [(paper, {}, "method"), (medium(city), {"method": "paper"}, "method"), (laptop, {"stated_class": "1"}, "things")]
    cases += [(device(city), {}, "stated_class"), (medium(city), {"kind": "lease"}, "lessor")]
    for row, words, field in cases:
        assert set(form_of(begin([Thing(row)], by=city.clerk, at=AT), city.clerk, **words).errors) == {field}


def test_what_is_out_of_the_house_is_not_done_away_with(city):
    asset = medium(city)
    move(city, things=[asset])
    with pytest.raises(InvalidTransition, match="移動の途中"):
        disposal(city, [asset])


def test_a_recall_ends_it_and_a_record_that_is_not_made_is_reminded_of_once(city):
    found = disposal(city, [medium(city)])
    for day in (0, 1, 2, 5):
        move_reminders.remind(at=AT + timedelta(days=day))
    assert Notification.objects.filter(recipient=city.clerk, title__contains="廃棄の記録がまだ").count() == 1
    found.request.recall(by=city.section_officer, at=SOON, reason="取りやめ")
    found.refresh_from_db()
    assert found.status == "cancelled"
    with pytest.raises(InvalidTransition):
        found.record(keys(found), DONE, by=city.clerk, at=SOON)


def test_a_permit_by_which_something_is_gone_already_cannot_be_recalled(city):
    first, second = medium(city), medium(city)
    found = disposal(city, [first, second])
    found.record(keys(found, first), DONE, by=city.clerk, at=SOON)
    with pytest.raises(InvalidTransition, match="取り消せません"):
        found.request.recall(by=city.section_officer, at=SOON, reason="取りやめ")
    found.give_up(keys(found, second), reason="まだ使う", by=city.clerk, at=SOON)
    assert [Asset.objects.get(pk=row.pk).status for row in (first, second)] == ["disposed", "in_use"]


def test_the_page_records_with_a_photograph_and_tells_what_is_wrong_beside_the_field(city):
    found = disposal(city, [medium(city)], planned_on=DAY)
    client, url = city.client(city.clerk), reverse("assets:disposal_record", args=[found.pk])
    when = {
        f"done_at_{part}": value
        for part, value in zip(("year", "month", "day", "hour", "minute"), ("2030", "1", "1", "9", "0"), strict=True)
    }
    words = {"lines": keys(found), "done_by": "市民 花子", "method": "destroy", "processing": "破壊した", "witness": "市民 次郎"}
    refused = client.post(url, words | when)
    assert (refused.status_code, "未来" in refused.content.decode(), StoredFile.objects.about(found).count()) == (422, True, 0)
    assert city.client(city.ciso).get(url).status_code == 403
