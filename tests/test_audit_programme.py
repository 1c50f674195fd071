"""The plan of a year: drafted, copied from last year, approved by the audit head, put to the committee, changed, closed."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from audits.engagements.request import begin_year_plan
from audits.models import Assignment, AuditHeadNaming, AuditProgramme, Engagement, MediumTermPlan, Target, Theme
from audits.models.programme import PLAN_DIGEST
from audits.programme.changes import changes
from audits.programme.works import MONTHS, Work
from audits.reminders import remind
from musashimurayama_isms.accounts.models import Appointment, PersonnelChange
from musashimurayama_isms.accounts.personnel.file import read
from musashimurayama_isms.approvals.catalogue import load_request_types
from musashimurayama_isms.approvals.models import Decision, Item, Meeting, Request, Resolution
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.transitions import InvalidTransition

from . import audit_rows as rows
from .audit_rows import MAY
from .factory import make_appointment, make_user
from .reviews import MEMBERS

pytestmark = pytest.mark.django_db


def test_the_six_works_have_the_months_of_the_policy_and_january_is_free(cast):
    plan = AuditProgramme.begin(2026, by=cast.audit_head, at=MAY)
    days = {row.work: (row.starts_on, row.ends_on) for row in plan.work_days.all()}
    assert days["plan"] == (date(2026, 4, 1), date(2026, 7, 31))
    assert days["fieldwork"] == (date(2026, 9, 1), date(2026, 12, 31))
    assert days["report"] == (date(2027, 2, 1), date(2027, 3, 31))
    assert not any(first <= date(2027, 1, 15) <= last for first, last in days.values())
    assert set(MONTHS) == set(Work)


def test_days_outside_of_the_months_need_a_word(cast):
    plan = AuditProgramme.begin(2026, by=cast.audit_head, at=MAY)
    work = plan.work_days.get(work="fieldwork")
    given = {"starts_on": date(2026, 8, 20), "ends_on": date(2026, 12, 31), "by": cast.audit_head, "at": MAY}
    with pytest.raises(ValidationError, match="9月～12月"):
        work.settle(**given)
    work.settle(**given, note="窓口の都合のため")
    with pytest.raises(ValidationError):
        work.settle(**{**given, "starts_on": date(2026, 12, 31), "ends_on": date(2026, 9, 1)})


def test_a_plan_that_lacks_something_is_not_approved_and_says_what(cast):
    plan = AuditProgramme.begin(2026, by=cast.auditor, at=MAY)
    with pytest.raises(InvalidTransition, match=r"監査の方針.*テーマがありません.*対象がありません.*やむを得ない理由"):
        plan.approve(by=cast.audit_head, at=MAY)
    plan = rows.programme(cast, year=2027)
    with pytest.raises(PermissionDenied):
        plan.approve(by=cast.auditor, at=MAY)
    with pytest.raises(PermissionDenied):
        plan.edit(policy="別", by=cast.central_manager, at=MAY)
    with pytest.raises(InvalidTransition, match="すでにあります"):
        AuditProgramme.begin(2027, by=cast.audit_head, at=MAY)


def test_only_those_who_work_on_audits_see_a_plan(cast):
    rows.programme(cast)
    seen = [person for person in cast.everyone() if AuditProgramme.objects.visible_to(person, at=MAY).exists()]
    assert set(seen) == {cast.auditor, cast.audit_head, cast.ciso}


def test_an_approved_plan_is_frozen_and_changed_only_with_a_reason_and_a_new_approval(cast):
    plan = rows.programme(cast)
    plan.approve(by=cast.audit_head, at=MAY)
    with pytest.raises(InvalidTransition, match="計画を変える"):
        plan.edit(goals="4課", by=cast.audit_head, at=MAY)
    with pytest.raises(InvalidTransition, match="計画を変える"):
        Theme.add(plan, title="別", clauses=[], by=cast.audit_head, at=MAY)
    plan.reopen(reason="事故のため", by=cast.audit_head, at=MAY)
    plan.edit(goals="4課", by=cast.audit_head, at=MAY)
    plan.approve(by=cast.audit_head, at=MAY)
    first, second = plan.versions.all()
    assert (first.change_reason, first.content["goals"], second.content["goals"]) == ("事故のため", "3課", "4課")
    assert first.digest != second.digest


def test_where_the_committee_is_needed_the_request_goes_first(cast):
    load_request_types()
    plan = rows.programme(cast)
    plan.edit(needs_committee=True, by=cast.audit_head, at=MAY)
    with pytest.raises(InvalidTransition, match="委員会の承認がまだ"):
        plan.approve(by=cast.audit_head, at=MAY)
    request = begin_year_plan(plan, by=cast.auditor, at=MAY)
    assert request.content["sections"] == [cast.section.pk]
    assert request.content["needs_committee"] == "yes"
    with pytest.raises(InvalidTransition, match="すでに書き始め"):
        begin_year_plan(plan, by=cast.auditor, at=MAY)
    request.submit(by=cast.auditor, at=MAY)
    Decision.take(request, "permit", by=cast.audit_head, at=MAY, digest=request.current_version.digest)
    request.refresh_from_db()
    assert request.is_in_review  # it waits for the committee
    resolve(request, cast)
    plan.approve(by=cast.audit_head, at=MAY)
    assert plan.status == AuditProgramme.Status.APPROVED


def resolve(request, cast) -> None:
    """The committee meets and agrees."""
    item = Item.objects.get(request=request)
    meeting = Meeting.call(cast.committee, Meeting.Kind.COMMITTEE, planned_at=MAY, items=[item], by=cast.secretary, at=MAY)
    present = {getattr(cast, name).pk: ("present", None) for name in MEMBERS}
    meeting.hold(held_at=MAY, members=present, by=cast.secretary, at=MAY)
    Resolution.enter(meeting.agenda.get(item=item), Resolution.Outcome.PASSED, by=cast.secretary, at=MAY)
    request.refresh_from_db()
    assert request.status == Request.Status.COMPLETED


def resolved(plan, cast) -> Request:
    request = begin_year_plan(plan, by=cast.auditor, at=MAY)
    request.submit(by=cast.auditor, at=MAY)
    Decision.take(request, "permit", by=cast.audit_head, at=MAY, digest=request.current_version.digest)
    resolve(request, cast)
    return request


def test_the_resolution_of_the_committee_counts_for_what_the_plan_said_then(cast):
    load_request_types()
    plan = rows.programme(cast)
    plan.edit(needs_committee=True, by=cast.audit_head, at=MAY)
    request = resolved(plan, cast)
    assert PLAN_DIGEST not in dict(request.matter.facts(request, request.content))
    Theme.add(plan, title="別", clauses=[], by=cast.audit_head, at=MAY)  # another plan than the committee has seen
    with pytest.raises(InvalidTransition, match="委員会の承認がまだ"):
        plan.approve(by=cast.audit_head, at=MAY)
    resolved(plan, cast)
    plan.approve(by=cast.audit_head, at=MAY)
    plan.reopen(reason="事故のため", by=cast.audit_head, at=MAY)
    plan.edit(goals="4課", by=cast.audit_head, at=MAY)
    with pytest.raises(InvalidTransition, match="委員会の承認がまだ"):
        plan.approve(by=cast.audit_head, at=MAY)


def test_a_request_that_does_not_ask_the_committee_is_not_its_approval(cast):
    load_request_types()
    plan = rows.programme(cast)
    plan.edit(needs_committee=True, by=cast.audit_head, at=MAY)
    request = begin_year_plan(plan, by=cast.auditor, at=MAY)
    request.edit({**request.content, "needs_committee": "no"}, **request_days(request), by=cast.auditor, at=MAY)
    request.submit(by=cast.auditor, at=MAY)
    Decision.take(request, "permit", by=cast.audit_head, at=MAY, digest=request.current_version.digest)
    request.refresh_from_db()
    assert request.status == Request.Status.COMPLETED
    with pytest.raises(InvalidTransition, match="委員会の承認がまだ"):
        plan.approve(by=cast.audit_head, at=MAY)


def request_days(request) -> dict:
    return {"starts_on": request.starts_on, "ends_on": request.ends_on}


def test_next_year_begins_as_a_copy_that_says_what_was_changed(cast):
    plan = rows.programme(cast)
    plan.approve(by=cast.audit_head, at=MAY)
    following = AuditProgramme.begin(2027, copy_from=plan, by=cast.audit_head, at=MAY)
    assert [row.title for row in following.themes.all()] == ["媒体の管理"]
    assert [row.department for row in following.targets.all()] == [cast.section]
    words = {"head_conflict_reason": "ポリシーの定めによる兼務のため", "committee_reason": "例年どおり"}
    following.edit(goals="5課", **words, by=cast.audit_head, at=MAY)
    Target.add(following, kind="section", department=cast.other_section, by=cast.audit_head, at=MAY)
    found = [(row.word, row.was, row.now) for row in changes(plan.content(), following.content())]
    assert found == [("今年度の目標", "3課", "5課"), ("監査の対象", "", "総務部文書法制課")]
    assert plan.targets.count() == 1


def test_a_target_is_taken_out_with_a_reason_that_stays(cast):
    plan = rows.programme(cast)
    with pytest.raises(ValidationError, match="すでに監査の対象"):
        Target.add(plan, kind="section", department=cast.section, by=cast.audit_head, at=MAY)
    with pytest.raises(ValidationError, match="委託事業者を選んで"):
        Target.add(plan, kind="contractor", department=cast.section, by=cast.audit_head, at=MAY)
    plan.targets.get().remove(reason="組織改正のため", by=cast.audit_head, at=MAY)
    assert [(row.label, row.reason) for row in plan.removals.all()] == [("市民部市民課", "組織改正のため")]


def test_an_audit_begins_once_from_an_approved_plan_and_the_year_ends_with_all_of_them(cast):
    plan = rows.programme(cast)
    target, facts = plan.targets.get(), {"purpose": "試験", "ends_on": date(2027, 3, 31), "by": cast.audit_head, "at": MAY}
    with pytest.raises(InvalidTransition, match="承認されていません"):
        Engagement.begin(target=target, **facts)
    plan.approve(by=cast.audit_head, at=MAY)
    with pytest.raises(PermissionDenied):
        Engagement.begin(target=target, **{**facts, "by": cast.auditor})
    row = Engagement.begin(target=target, **facts)
    with pytest.raises(InvalidTransition, match="すでに始まって"):
        Engagement.begin(target=target, **facts)
    plan.refresh_from_db()
    assert plan.status == AuditProgramme.Status.RUNNING
    with pytest.raises(InvalidTransition, match=row.number):
        plan.close(closing="まとめ", by=cast.audit_head, at=MAY)
    with pytest.raises(ValidationError, match="随時に行う理由"):
        Engagement.begin(department=cast.section, **facts)


def test_the_ciso_names_the_audit_head_who_is_the_general_manager(cast):
    with pytest.raises(PermissionDenied):
        AuditHeadNaming.name_head(cast.general_manager, since=MAY.date(), by=cast.central_manager, at=MAY)
    with pytest.raises(InvalidTransition, match="総括管理者ではありません"):
        AuditHeadNaming.name_head(cast.member, since=MAY.date(), by=cast.ciso, at=MAY)
    successor = make_user(name="新 部長")
    make_appointment(successor, "kikaku-zaisei.head")
    AuditHeadNaming.name_head(successor, since=MAY.date(), by=cast.ciso, at=MAY)
    named = Appointment.objects.in_force(MAY.date()).filter(post__roles__code="AUDIT_HEAD")
    assert [row.person for row in named] == [successor]


def test_the_three_years_are_planned_by_the_head_and_do_not_overlap(cast):
    plan = MediumTermPlan.begin(2026, by=cast.audit_head, at=MAY)
    plan.put(fiscal_year=2027, theme="媒体", department=cast.section, by=cast.audit_head, at=MAY)
    with pytest.raises(ValidationError):
        plan.put(fiscal_year=2030, theme="媒体", department=None, by=cast.audit_head, at=MAY)
    with pytest.raises(ValidationError):
        MediumTermPlan.begin(2028, by=cast.audit_head, at=MAY)
    with pytest.raises(PermissionDenied):
        MediumTermPlan.begin(2031, by=cast.auditor, at=MAY)


def test_two_who_begin_the_same_plan_at_once_are_told_so(cast, monkeypatch):
    AuditProgramme.begin(2026, by=cast.audit_head, at=MAY)
    monkeypatch.setattr(QuerySet, "exists", lambda self: False)  # neither had seen the other's
    with pytest.raises(InvalidTransition, match="すでにあります"):
        AuditProgramme.begin(2026, by=cast.audit_head, at=MAY)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_plans_of_overlapping_years_that_are_begun_at_once_there_is_one(cast):
    start, refused = threading.Barrier(2), []

    def begin(first_year: int) -> None:
        try:
            start.wait()
            MediumTermPlan.begin(first_year, by=cast.audit_head, at=MAY)
        except ValidationError:
            refused.append(first_year)
        finally:
            connection.close()

    threads = [threading.Thread(target=begin, args=(year,)) for year in (2026, 2028)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (MediumTermPlan.objects.count(), len(refused)) == (1, 1)


# -- personnel change, reminders -------------------------------------------------------------------------------------------


def test_the_head_is_told_at_once_when_a_personnel_list_moves_an_auditor_into_the_audited_line(cast):
    now = timezone.now()
    row = rows.engagement(cast, at=now)
    today = timezone.localdate(now)
    content = f"職員番号,氏名,区分,新所属,新職\n{cast.auditor.staff_number},{cast.auditor.name},異動,市民課,職員\n".encode()
    facts = {"effective_on": today, "file_name": "異動.csv", "file_digest": "0" * 64, "by": cast.personnel, "at": now}
    change = PersonnelChange.upload(read(content), **facts)
    change.schedule(by=cast.personnel, at=now)
    change.apply(by=cast.personnel, at=now)
    told = Notification.objects.get(recipient=cast.audit_head, title__contains="独立でなくなりました")
    assert row.number in told.title
    assert cast.auditor.name not in told.title + told.body
    assert [each.person for each in Assignment.objects.with_conflicts(at=now)] == [cast.auditor]


def test_a_reminder_that_was_late_for_days_reaches_each_person_once(cast):
    row = rows.surveyed(cast)
    row.questionnaire.refresh_from_db()
    for days in (17, 17, 20):
        remind(at=MAY + timedelta(days=days))
    told = Notification.objects.filter(recipient=cast.section_officer, title__contains="予備調査の期限を過ぎて")
    assert told.count() == 1
    remind(at=MAY + timedelta(days=400))
    remind(at=MAY + timedelta(days=401))
    assert Notification.objects.filter(recipient=cast.auditor, title__contains="終わりの予定").count() == 1
    assert Notification.objects.filter(recipient=cast.audit_head, title__contains="時期を過ぎて").count() >= 1


# -- pages -----------------------------------------------------------------------------------------------------------------


def test_the_pages_of_the_plan_open_and_lead_from_the_first_draft_to_the_first_audit(cast):
    now = timezone.now()
    year = fiscal_year(timezone.localdate(now))
    head = cast.client(cast.audit_head)
    assert head.post(reverse("audits:programme_begin"), {"fiscal_year": year}).status_code == 302
    plan = AuditProgramme.objects.get()
    do = {act: reverse("audits:programme_do", args=[plan.pk, act]) for act in ("words", "theme", "target", "approve", "reopen")}
    assert "承認までに必要なこと" in head.get(plan.get_absolute_url()).content.decode()
    words = {"policy": "方針", "goals": "目標", "contractors": "行わない", "outside_help": "頼まない", "committee_reason": "例年"}
    assert head.post(do["words"], {**words, "head_conflict_reason": "兼務"}).status_code == 302
    assert head.post(do["theme"], {"title": "媒体", "clauses": "三の五"}).status_code == 422
    assert head.post(do["theme"], {"title": "媒体", "clauses": "3-5"}).status_code == 302
    assert head.post(do["target"], {"kind": "system", "department": cast.section.pk}).status_code == 422
    assert head.post(do["target"], {"kind": "section", "department": cast.section.pk, "month": "10"}).status_code == 302
    assert cast.client(cast.auditor).post(do["approve"]).status_code == 403
    assert head.post(do["approve"]).status_code == 302
    plan.refresh_from_db()
    assert plan.status == "approved"
    begin = reverse("audits:programme_row", args=[plan.pk, "target", plan.targets.get().pk, "audit"])
    form = head.get(begin).content.decode()
    assert "媒体" in form
    data = {"purpose": "確かめる", "clauses": "3-5", "ends_on_year": year + 1, "ends_on_month": 3, "ends_on_day": 31}
    assert head.post(begin, data).status_code == 302
    assert Engagement.objects.get().clauses == ["3.5"]
    for name in ("programmes", "medium_term"):
        assert head.get(reverse(f"audits:{name}")).status_code == 200
        assert cast.client(cast.clerk).get(reverse(f"audits:{name}")).status_code == 404
    assert head.get(plan.get_absolute_url()).status_code == 200
    assert cast.client(cast.clerk).get(plan.get_absolute_url()).status_code == 404
