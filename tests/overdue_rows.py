"""For every scheduled task a thing that falls due: a function makes it through the models' doors and gives the moment.

A day that counts as a whole gives its morning. What a new task reminds of is added here; test_scheduler_off.py asks for it.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.utils import timezone

from assets.calendar_work import open_due
from incidents.chain import Party, StepCode
from incidents.continuity.net import Net
from incidents.models import Contact, NetRecord
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.models import PersonnelChange, User
from musashimurayama_isms.accounts.personnel.file import read
from musashimurayama_isms.approvals.catalogue import load_request_types
from musashimurayama_isms.approvals.models import Circulation, Item, Meeting
from musashimurayama_isms.fiscal import TOKYO, add_working_days
from musashimurayama_isms.parameters.values import value
from policy.drafting import compare
from policy.models import Revision

from . import audit_rows, errands, inspections, response_rows, reviews, trainings
from .authority_acts import assess, report_to
from .document_rows import approve, make_document, write
from .factory import make_asset
from .policy_rows import TEXTS, make_clause, make_policy, make_revision
from .revisions import adopt
from .test_bulletins import issue
from .test_consultations import asked
from .test_drills import ended, task
from .test_duties import backup
from .test_exceptions import emergency, permitted
from .test_inquiries import ask as ask_sections
from .test_violations import found
from .test_vulnerabilities import make_system, make_target

AT = datetime(2026, 11, 24, 10, 0, tzinfo=TOKYO)  # a Tuesday; what the rows of other modules are made at is near it
Maker = Callable[..., datetime]
DUE: dict[str, list[Maker]] = {}


def falls_due(name: str) -> Callable[[Maker], Maker]:
    """Register what a task reminds of."""

    def register(maker: Maker) -> Maker:
        DUE.setdefault(name, []).append(maker)
        return maker

    return register


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, 0, tzinfo=TOKYO)


# -- retention ---------------------------------------------------------------------------------------------------------
@falls_due("retention.tell")
def contact_net_of_years_ago(cast) -> datetime:
    """Printed in 令和8年度 and kept for five years: due on the first day of 令和14年度."""
    NetRecord.keep_paper("card", Net(AT.date(), with_numbers=False), by=cast.secretary, at=AT)
    return morning(date(AT.year + value("retention.alerts_years") + 1, 4, 1))


# -- incidents ---------------------------------------------------------------------------------------------------------
@falls_due("incidents.remind_overdue")
def late_step(cast) -> datetime:
    reference.load("incident_kinds.json")
    return response_rows.sent(cast, at=AT).steps.get(code=StepCode.PASS_ON).due_at


@falls_due("incidents.remind_authorities")
def authority_report(cast) -> datetime:
    reference.load("incident_kinds.json", "authority_reports.json")
    incident = response_rows.sent(cast, at=AT, personal_information="yes")
    assess(incident, cast.secretary, at=AT, people_count=150, personal="yes")
    return morning(report_to(incident, "ppc", "prompt").due_on)


@falls_due("incidents.remind_reports")
def violation(cast) -> datetime:
    return found(cast).due_at


@falls_due("incidents.remind_reports")
def consultation(cast) -> datetime:
    return asked(cast).due_at


@falls_due("incidents.keep_net")
def number_to_confirm(cast) -> datetime:
    reference.load("outside_contacts.json")
    for person in Net(AT.date(), with_numbers=False).people:
        if person.user:
            Contact.enter("", by=person.user, at=AT)
    return AT + timedelta(days=30 * value("incidents.contact_confirm_months") + 1)


@falls_due("incidents.remind_of_drill_tasks")
def improvement_of_a_drill(cast) -> datetime:
    reference.load("incident_kinds.json")
    return morning(task(cast, ended(cast)).due_on)


@falls_due("incidents.remind_alerts")
def unread_bulletin(cast) -> datetime:
    issue(cast, at=AT)
    return morning(add_working_days(AT.date(), value("incidents.bulletin_remind_working_days")))


@falls_due("incidents.remind_alerts")
def hole(cast) -> datetime:
    return morning(make_target(cast, make_system(cast)).due_on)


@falls_due("incidents.remind_alerts")
def inquiry(cast) -> datetime:
    return morning(ask_sections(cast).due_on)


@falls_due("incidents.remind_of_tasks")
def measure(cast) -> datetime:
    reference.load("incident_kinds.json", "cause_categories.json")
    return morning(response_rows.order(cast, response_rows.passed_on(cast, at=AT), at=AT, owner=Party.SECTION_OFFICER).due_on)


# -- approvals ---------------------------------------------------------------------------------------------------------
@falls_due("approvals.remind_overdue")
def undecided_request(cast) -> datetime:
    errands.load_types()
    request = errands.errand(cast.clerk, [errands.medium(cast)], ["take-out"])
    return request.open_step.due_at


@falls_due("approvals.expire_over")
def permit_at_its_end(cast) -> datetime:
    load_request_types()
    make_policy()
    return morning(permitted(cast, ends_on=date(2026, 12, 10)).until + timedelta(days=1))


@falls_due("approvals.remind_committee")
def unanswered_relay(cast) -> datetime:
    words = {"title": "端末", "text": "内容", "due_on": AT.date() + timedelta(days=3), "recipients": [cast.section]}
    Circulation.send(cast.committee, Circulation.Kind.OPINION, **words, by=cast.secretary, at=AT)
    return morning(AT.date() + timedelta(days=4))


@falls_due("approvals.remind_committee")
def unrecorded_meeting(cast) -> datetime:
    item = Item.bring(cast.committee, Item.Kind.DELIBERATION, title="議題", by=cast.secretary, at=AT)
    planned_at = AT + timedelta(days=5)
    Meeting.call(cast.committee, Meeting.Kind.COMMITTEE, planned_at=planned_at, items=[item], by=cast.secretary, at=AT)
    return planned_at + timedelta(days=1)


# -- assets ------------------------------------------------------------------------------------------------------------
@falls_due("assets.remind_moves")
def medium_outside(cast) -> datetime:
    errands.load_types()
    move = errands.move(cast)
    move.depart(by=cast.clerk, at=errands.AT + timedelta(hours=1))
    return morning(move.due_on)


@falls_due("assets.remind_moves")
def disposal_without_record(cast) -> datetime:
    errands.load_types()
    row = errands.disposal(cast, [errands.medium(cast)])
    return morning(row.planned_on + timedelta(days=1))


@falls_due("assets.remind_registers")
def support_that_ends(cast) -> datetime:
    return morning(make_system(cast, support_ends_on=date(2027, 3, 31)).support_ends_on + timedelta(days=1))


@falls_due("assets.take_stock")
def open_stock_take(cast) -> datetime:
    make_asset(cast.section, by=cast.clerk, at=AT)
    return morning(open_due(at=datetime(2027, 9, 1, 9, 0, tzinfo=TOKYO)).due_on)


@falls_due("assets.take_stock")
def month_of_the_stock_take(cast) -> datetime:
    make_asset(cast.section, by=cast.clerk, at=AT)
    return morning(date(2027, 9, 1))


@falls_due("assets.take_stock")
def unfinished_material(cast) -> datetime:
    until = AT.date() + timedelta(days=10)
    make_asset(cast.section, by=cast.clerk, at=AT, is_unfinished=True, unfinished_until=until)
    return morning(until + timedelta(days=1))


# -- policy ------------------------------------------------------------------------------------------------------------
def next_text(cast, *, on: date) -> Revision:
    """Published, in force from that day."""
    load_request_types()
    base = make_policy()
    draft = make_revision(base.document, draft=True, name="第二の版")
    for number, (heading, text) in TEXTS.items():
        make_clause(draft, number, heading, f"{text}なお、改めた。" if number == "3.1" else text)
    compare(draft, by=None, at=AT)
    return adopt(draft, cast, effective_on=on, at=AT)


@falls_due("policy.apply_due_revisions")
def text_of_a_later_day(cast) -> datetime:
    return morning(next_text(cast, on=date(2026, 12, 10)).effective_on)


@falls_due("policy.remind_of_confirmation")
def unconfirmed_text(cast) -> datetime:
    return morning(next_text(cast, on=AT.date()).confirmation_round.due_on)


@falls_due("policy.turn_day")
def document_of_a_later_day(cast) -> datetime:
    load_request_types()
    now, day = timezone.now(), timezone.localdate() + timedelta(days=10)
    version = make_document(cast.section, by=cast.clerk, at=now).versions.get()
    write(version, by=cast.clerk, at=now, effective_on=day, review_on=day + timedelta(days=365))
    approve(version, asked_by=cast.section_officer, decided_by=cast.central_manager, at=now)
    return morning(day)


@falls_due("policy.remind_exceptions")
def exception_near_its_end(cast) -> datetime:
    load_request_types()
    make_policy()
    return morning(permitted(cast).until)


@falls_due("policy.remind_exceptions")
def unanswered_emergency(cast) -> datetime:
    load_request_types()
    make_policy()
    return emergency(cast).acknowledge_by(3)


# -- audits ------------------------------------------------------------------------------------------------------------
@falls_due("audits.remind")
def unanswered_survey(cast) -> datetime:
    return morning(audit_rows.surveyed(cast, at=AT).questionnaire.due_on)


@falls_due("audits.remind")
def work_behind_its_days(cast) -> datetime:
    audit_rows.engagement(cast, at=AT)
    return morning(date(2026, 12, 31))  # the last day of the fieldwork


@falls_due("audits.remind_of_findings")
def ordered_finding(cast) -> datetime:
    return morning(audit_rows.ordered(cast, at=AT).plan_due_on)


@falls_due("audits.follow_training")
def training_not_attended(cast) -> datetime:
    return morning(trainings.announced(cast).due_on)


@falls_due("audits.remind_of_inspections")
def unsent_sheet(cast) -> datetime:
    return morning(inspections.opened(cast).due_on)


@falls_due("audits.follow_reviews")
def review_left_open(cast) -> datetime:
    return reviews.decided(cast).decided_at + timedelta(days=30)


# -- the rest ----------------------------------------------------------------------------------------------------------
@falls_due("duties.remind")
def late_duty(cast) -> datetime:
    return morning(backup().occurrences.filter(department=cast.section).order_by("due_on").first().due_on)


@falls_due("accounts.note_unused_ids")
def unused_id(cast) -> datetime:
    """Everybody came in lately but the clerk, whose ninety days are over on a day on which nobody looks."""
    User.objects.update(date_joined=AT)
    User.objects.filter(pk=cast.clerk.pk).update(last_login=morning(date(2026, 12, 10)) - timedelta(days=91))
    return morning(date(2026, 12, 10))


@falls_due("accounts.apply_due_changes")
def personnel_list(cast) -> datetime:
    """An auditor moves into the audited 部 on a day on which nobody looks."""
    audit_rows.engagement(cast, at=AT)
    auditor: User = cast.auditor
    words = f"職員番号,氏名,区分,新所属,新職\n{auditor.staff_number},{auditor.name},異動,市民課,職員\n".encode()
    facts = {"effective_on": date(2026, 12, 10), "file_name": "異動.csv", "file_digest": "0" * 64}
    PersonnelChange.upload(read(words), **facts, by=cast.personnel, at=AT).schedule(by=cast.personnel, at=AT)
    return morning(date(2026, 12, 10))
