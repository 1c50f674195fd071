"""The duties of the reference data: set up once, with the city's intervals, following its choices, keeping their mechanisms."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.models import RiskAssessment
from audits import duty_figures
from musashimurayama_isms.accounts.models import PersonnelChange
from musashimurayama_isms.accounts.personnel.file import read
from musashimurayama_isms.duties import catalogue
from musashimurayama_isms.duties.ahead import make_ahead
from musashimurayama_isms.duties.intervals import Interval
from musashimurayama_isms.duties.models import Duty, Occurrence
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.parameters.catalogue import get
from musashimurayama_isms.parameters.models import ParameterChoice
from policy import mechanisms
from policy.mechanisms import State

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 11, 10, 0, tzinfo=TOKYO)
DUTY_CODES = {code for code in mechanisms.WORDS if code.startswith("duty:")}


def days(count: float) -> datetime:
    return AT + timedelta(days=count)


def choose(cast, code, chosen, *, at=AT, seen=0):
    return ParameterChoice.choose(get(code), chosen, basis="決定", seen=seen, by=cast.central_manager, at=at)


def due(code: str, **wanted) -> list[date]:
    rows = Occurrence.objects.filter(duty__code=code, **wanted).exclude(status=Occurrence.Status.SKIPPED)
    return list(rows.order_by("due_on").values_list("due_on", flat=True))


def test_each_duty_is_set_up_once_with_its_rounds_and_what_the_city_changed_stays(cast):
    loaded = catalogue.load_duties(at=AT)
    assert (loaded.created, loaded.kept) == (len(list(catalogue.rows())), 0)
    assert due("training") == [date(2026, 6, 30)]
    assert due("backup")[:2] == [date(2026, 6, 1), date(2026, 6, 30)]  # the last day of May is a Sunday
    assert due("policy-review") == [date(2027, 3, 31)]
    assert Occurrence.objects.filter(duty__code="education", department=cast.section).count() == 1
    duty = Duty.objects.get(code="drill")
    duty.change(by=cast.central_manager, at=AT, days=["12-15"], title="避難訓練と合わせた訓練")
    again = catalogue.load_duties(at=days(1))
    assert (again.created, again.kept) == (0, loaded.created)
    assert due("drill") == [date(2026, 12, 15)]


def test_every_duty_speaks_to_somebody_in_plain_words_and_is_kept_by_a_known_mechanism():
    for row in catalogue.rows():
        duty = row.columns
        assert len(duty["instruction"]) > 30, row.code
        assert duty["clauses"], row.code
        assert duty.get("mechanism", "duty:training") in mechanisms.WORDS, row.code
        assert set(row.follows) <= set(catalogue.RULES), row.code
        assert row.follows or duty["interval"], row.code


def test_every_duty_of_the_policy_is_kept():
    assert DUTY_CODES - mechanisms.registered() == set()


def test_a_choice_reaches_the_duty_once_it_is_committed(cast, django_capture_on_commit_callbacks):
    catalogue.load_duties(at=AT)
    with django_capture_on_commit_callbacks(execute=True):
        choose(cast, "duties.training_months", [9])
    assert due("training") == [date(2026, 9, 30)]
    with django_capture_on_commit_callbacks(execute=True):
        choose(cast, "duties.backup_every_months", 3)
    assert Duty.objects.get(code="backup").every_months == 3


def test_a_choice_that_was_missed_is_made_up_for_by_the_daily_round_and_a_later_change_by_hand_stays(cast):
    catalogue.load_duties(at=AT)
    choose(cast, "duties.training_months", [9], at=days(2))
    make_ahead(at=days(3))
    assert due("training") == [date(2026, 9, 30)]
    Duty.objects.get(code="training").change(by=cast.central_manager, at=days(4), days=["10-31"])
    make_ahead(at=days(5))
    assert due("training") == [date(2026, 11, 2)]  # 31 October is a Saturday


def test_a_stopped_duty_does_not_come_to_life_by_a_choice(cast, django_capture_on_commit_callbacks):
    catalogue.load_duties(at=AT)
    Duty.objects.get(code="training").stop(by=cast.central_manager, at=AT)
    with django_capture_on_commit_callbacks(execute=True):
        choose(cast, "duties.training_months", [9])
    assert due("training") == []


def test_who_trains_new_staff_may_be_every_chief(cast, django_capture_on_commit_callbacks):
    catalogue.load_duties(at=AT)
    with django_capture_on_commit_callbacks(execute=True):
        choose(cast, "duties.new_staff_training_owner", "SECTION_OFFICER")
    duty = Duty.objects.get(code="new-staff-training")
    assert (duty.owner, duty.per) == (Duty.Owner.SECTION_OFFICER, Duty.Per.SECTIONS)
    assert due("new-staff-training", department=cast.section)


@pytest.mark.parametrize(
    ("chosen", "rule"),
    [
        ([2, 3], {"days": ["03-31"]}),
        ([4, 12], {"days": ["12-31"]}),
        ([1], {"days": ["01-31"]}),
    ],
)
def test_what_takes_some_months_is_due_with_the_last_of_them(chosen, rule):
    assert catalogue.RULES["policy.review_months"](chosen) == {"interval": Interval.YEARLY, **rule}


def applied(cast, effective_on: date, kind: str, at: datetime) -> None:
    row = (
        "123456,新人 一郎,採用,市民課,職員,shinjin"
        if kind == "採用"
        else f"{cast.clerk.staff_number},{cast.clerk.name},異動,文書法制課,職員,"
    )
    content = f"職員番号,氏名,区分,新所属,新職,利用者ID\n{row}\n".encode()
    facts = {"effective_on": effective_on, "file_name": "異動.csv", "file_digest": "0" * 64}
    change = PersonnelChange.upload(read(content), by=cast.personnel, at=at, **facts)
    change.schedule(by=cast.personnel, at=at)
    change.apply(by=cast.personnel, at=at)


def test_who_joins_in_the_middle_of_the_year_brings_a_round_of_training_and_any_change_one_of_the_contact_list(cast):
    catalogue.load_duties(at=AT)
    applied(cast, date(2026, 5, 18), "異動", days(7))
    assert due("new-staff-training", event="new-staff") == []
    assert due("contact-list", event="personnel-change") == [date(2026, 5, 25)]
    applied(cast, date(2026, 5, 19), "採用", days(8))
    assert due("new-staff-training", event="new-staff") == [date(2026, 6, 18)]


def test_those_of_the_first_of_april_are_trained_in_the_yearly_round(cast):
    at = datetime(2026, 4, 1, 9, 0, tzinfo=TOKYO)
    catalogue.load_duties(at=at)
    applied(cast, date(2026, 4, 1), "採用", at)
    assert due("new-staff-training")[0] == date(2026, 4, 30)
    assert due("new-staff-training", event="new-staff") == []


def test_the_figures_are_those_of_the_rounds_clause_by_clause_in_one_query(cast):
    catalogue.load_duties(at=AT)
    at = days(400)
    with CaptureQueriesContext(connection) as queries:
        found = duty_figures.rounds(at=at)
    assert len(queries) == 1
    whole, sections = found["duty:patterns"], found["duty:patterns"].by_clause["3.10.4.2.2"]
    assert 0 < sections.late < whole.late
    assert whole.by_clause["3.10.4.1.5"].late + sections.late == whole.late


def test_a_duty_that_nobody_does_is_no_mechanism_that_keeps(cast):
    catalogue.load_duties(at=AT)
    assert mechanisms.keeping("duty:tamper-check", at=AT).state in (State.KEPT, State.ACTIVE)
    Duty.objects.get(code="tamper-check").stop(by=cast.central_manager, at=AT)
    assert mechanisms.keeping("duty:tamper-check", at=AT).state == State.LATE


def test_settling_the_assessment_of_risks_does_the_section_s_round(cast):
    catalogue.load_duties(at=AT)
    at = datetime(2026, 12, 1, 10, 0, tzinfo=TOKYO)
    row = Occurrence.objects.get(duty__code="risk-assessment", department=cast.section)
    assessment = RiskAssessment.begin(cast.section, by=cast.section_officer, at=at)
    assessment.lines.all().delete()
    assessment.close(by=cast.section_officer, at=at)
    row.refresh_from_db()
    assert row.status == Occurrence.Status.DONE


def test_the_list_shows_what_was_done_with_evidence(cast):
    catalogue.load_duties(at=AT)
    row = Occurrence.objects.filter(duty__code="backup").first()
    row.complete(by=cast.central_manager, at=AT, note="異常なし")
    client = cast.client(cast.central_manager)
    url = reverse("duties:tab", args=["done"])
    assert "バックアップの確認" in client.get(url).content.decode()
    assert "バックアップの確認" in client.get(url, {"evidence": "no"}).content.decode()
    assert "条件に合う業務はありません" in client.get(url, {"evidence": "yes"}).content.decode()


def test_the_list_of_a_month_asks_no_more_for_many_rows_than_for_few(cast):
    client, url = cast.client(cast.central_manager), reverse("duties:month", args=["2026-06"])
    catalogue.load_duties(at=AT)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(30):
        facts = {"owner": Duty.Owner.SECTION_OFFICER, "per": Duty.Per.SECTIONS, "interval": Interval.MONTHLY, "day": 31}
        Duty.ensure(f"more-{number}", at=AT, title=f"業務{number}", **facts)
    client.get(url)
    with CaptureQueriesContext(connection) as many:
        assert client.get(url).status_code == 200
    assert len(many) <= len(few)
