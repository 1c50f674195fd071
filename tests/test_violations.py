"""ポリシー違反 (3.11.2.3, 3.11.6): who is told, who sees it, guidance, suspension, and what protects who has spoken."""

import contextlib
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.chain import Party
from incidents.models import Violation, ViolationRecord
from incidents.report_figures import of_violations
from incidents.violations.reminders import remind_overdue
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.approvals.catalogue import load_request_types
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .taken import take, text_of
from .test_incident_pages import count_queries, moment

MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=TOKYO)  # a Tuesday
CHECK_ON = (MORNING + timedelta(days=14)).date()
Status = Violation.Status


def found(cast, by=None, at=MORNING, **fields) -> Violation:
    given = {"department": cast.section, "kind": "policy", "what": "パスワードが画面の横に貼ってある"} | fields
    return Violation.report(by=by or cast.clerk, at=at, **given)


def told(row, occasion="found") -> set[str]:
    return set(row.words.filter(occasion=occasion).values_list("party", flat=True))


def seen_by(cast, row, at=MORNING, handled=False) -> set[str]:
    rows = Violation.objects
    ask = rows.handled_by if handled else rows.visible_to
    return {user.username for user in cast.everyone() if ask(user, at=at).filter(pk=row.pk).exists()}


def guided(cast, row=None, at=MORNING, **fields) -> Violation:
    row = row or found(cast, **fields)
    row.identify(cast.colleague, by=cast.section_officer, at=at)
    row.guide("貼らずに覚えるよう指導した", check_on=CHECK_ON, by=cast.section_officer, at=at)
    return row


def not_improved(cast) -> Violation:
    row = guided(cast)
    row.judge("また貼っている", is_improved=False, by=cast.section_officer, at=MORNING)
    return row


def suspension_of(cast, row):
    """The act of office, filled in and done."""
    request = row.begin_suspension(by=cast.central_manager, at=MORNING)
    more = {"user_id": "u-1", "kind": "stop", "scope": "全て", "stopped_at": MORNING.isoformat(), "until": "再研修"}
    request.edit(request.content | more, by=cast.central_manager, at=MORNING)
    request.submit(by=cast.central_manager, at=MORNING)
    return request


def test_what_one_of_the_staff_finds_is_told_to_the_union_at_once(cast):
    row = found(cast)
    assert (row.number, row.status) == ("R8-001", Status.NOTIFIED)
    assert told(row) == {Party.SECTION_OFFICER, Party.CENTRAL_MANAGER, Party.GENERAL_MANAGER}
    people = set(Notification.objects.filter(urgent=True).values_list("recipient__username", flat=True))
    assert people == {"section_officer", "central_manager", "general_manager"}
    assert seen_by(cast, row) == {"clerk", "section_officer", "division_officer", "central_manager", "general_manager", "ciso"}
    text = "".join(row.title + row.body for row in Notification.objects.all())
    assert "市民" not in text


def test_what_the_central_manager_finds_is_notified_to_the_officer_by_the_same_act(cast):
    row = found(cast, by=cast.central_manager)
    assert (row.status, told(row)) == (Status.NOTIFIED, {Party.SECTION_OFFICER})


def test_what_the_general_manager_finds_is_notified_by_the_central_manager(cast):
    row = found(cast, by=cast.general_manager)
    assert (row.status, told(row)) == (Status.FOUND, {Party.CENTRAL_MANAGER})
    assert "section_officer" not in seen_by(cast, row)
    with pytest.raises(PermissionDenied):
        row.notify("通知", by=cast.general_manager, at=MORNING)
    row.notify("適切な措置を求めます", by=cast.central_manager, at=MORNING)
    assert (row.status, told(row, "notice")) == (Status.NOTIFIED, {Party.SECTION_OFFICER})
    assert not row.words.pending().filter(party=Party.CENTRAL_MANAGER).exists()
    with pytest.raises(InvalidTransition):
        row.notify("もう一度", by=cast.central_manager, at=MORNING)


@pytest.mark.parametrize(
    ("kind", "person", "may"),
    [
        ("browsing", "central_manager", True),
        ("browsing", "clerk", False),
        ("intrusion", "general_manager", True),
        ("intrusion", "section_officer", False),
        ("access_record", "central_manager", True),
        ("access_record", "general_manager", False),
        ("software", "clerk", True),
    ],
)
def test_each_kind_is_reported_by_those_whom_its_clause_names(cast, kind, person, may):
    if may:
        assert found(cast, by=getattr(cast, person), kind=kind).kind == kind
    else:
        with pytest.raises(ValidationError):
            found(cast, by=getattr(cast, person), kind=kind)


def test_where_the_chief_is_the_matter_the_next_one_up_guides_and_the_chief_sees_nothing(cast):
    row = found(cast, concerns=[Party.SECTION_OFFICER])
    assert row.is_narrow
    assert (row.handler, told(row)) == (Party.DIVISION_OFFICER, {Party.DIVISION_OFFICER, Party.CENTRAL_MANAGER, Party.GENERAL_MANAGER})
    assert "section_officer" not in seen_by(cast, row)
    assert not Notification.objects.filter(recipient=cast.section_officer).exists()
    with pytest.raises(PermissionDenied):
        row.guide("自分を指導", check_on=CHECK_ON, by=cast.section_officer, at=MORNING)
    row.guide("指導した", check_on=CHECK_ON, by=cast.division_officer, at=MORNING)
    assert row.status == Status.GUIDED


def test_where_the_central_manager_is_the_matter_the_general_manager_judges(cast):
    row = found(cast, concerns=[Party.CENTRAL_MANAGER])
    assert (row.overseer, told(row)) == (Party.GENERAL_MANAGER, {Party.SECTION_OFFICER, Party.GENERAL_MANAGER})
    assert "central_manager" not in seen_by(cast, row)
    assert "division_officer" not in seen_by(cast, row)  # narrow: only those told know
    with pytest.raises(PermissionDenied):
        row.weigh("", is_grave=True, by=cast.central_manager, at=MORNING)
    row.weigh("理由", is_grave=True, by=cast.general_manager, at=MORNING)
    assert row.is_grave


def test_a_recipient_who_is_found_to_be_the_person_loses_sight_and_part(cast):
    row = found(cast)
    row.identify(cast.section_officer, by=cast.central_manager, at=MORNING)
    assert row.handler == Party.DIVISION_OFFICER
    assert "section_officer" not in seen_by(cast, row)
    assert told(row, "notice") == {Party.DIVISION_OFFICER}
    assert Notification.objects.filter(recipient=cast.division_officer, title__contains="引き継いで").exists()


def test_whom_the_reporter_kept_out_stays_out_although_named_by_mistake(cast):
    row = found(cast, concerns=[Party.SECTION_OFFICER])
    row.identify(cast.section_officer, by=cast.central_manager, at=MORNING)
    row.identify(cast.colleague, by=cast.central_manager, at=MORNING)
    assert "section_officer" not in seen_by(cast, row)
    assert row.handler == Party.DIVISION_OFFICER


def test_somebody_named_by_mistake_is_let_in_again_where_nobody_was_kept_out(cast):
    row = found(cast)
    row.identify(cast.colleague, by=cast.section_officer, at=MORNING)
    row.identify(cast.promoter, by=cast.section_officer, at=MORNING)
    assert list(row.kept_from.all()) == [cast.promoter]


def test_a_note_reaches_who_handles_it_and_the_overseer_while_it_lies_there(cast):
    def told_of_note(row) -> set[str]:
        Notification.objects.all().delete()
        row.note("写真が見つかった", by=row.reporter, at=MORNING)
        return set(Notification.objects.filter(title__contains="追記").values_list("recipient__username", flat=True))

    assert told_of_note(found(cast)) == {"section_officer"}
    assert told_of_note(not_improved(cast)) == {"section_officer", "central_manager"}
    assert told_of_note(found(cast, by=cast.general_manager)) == {"central_manager"}
    assert told_of_note(found(cast, concerns=[Party.SECTION_OFFICER])) == {"division_officer"}


def test_nobody_names_oneself_and_nobody_is_named_anew_once_told(cast):
    row = found(cast)
    with pytest.raises(ValidationError):
        row.identify(cast.section_officer, by=cast.section_officer, at=MORNING)
    guided(cast, row)
    with pytest.raises(InvalidTransition):
        row.identify(cast.clerk, by=cast.section_officer, at=MORNING)


def test_the_person_named_sees_it_from_the_guidance_on_and_never_who_has_spoken(cast):
    row = found(cast, person=cast.colleague)
    assert "colleague" not in seen_by(cast, row)
    guided(cast, row)
    assert "colleague" in seen_by(cast, row)
    assert "colleague" not in seen_by(cast, row, handled=True)
    page = cast.client(cast.colleague).get(row.get_absolute_url()).content.decode()
    assert "貼らずに覚えるよう指導した" in page
    assert cast.clerk.name not in page
    assert row.what not in page
    assert "経過の記録" not in page
    row.state("手帳に書いたもので、画面には貼っていない", by=cast.colleague, at=MORNING)
    assert Notification.objects.filter(recipient=cast.section_officer, title__contains="本人の説明").exists()
    with pytest.raises(PermissionDenied):
        row.state("他人の説明", by=cast.clerk, at=MORNING)


def test_evidence_is_kept_from_the_person_named(cast):
    row = guided(cast, found(cast, person=cast.colleague))
    entry = row.note("写真を添えます", by=cast.section_officer, at=MORNING)
    attach(entry, SimpleUploadedFile("写真.txt", "記録".encode()), by=cast.section_officer)
    stored = StoredFile.objects.about(entry)
    assert stored.visible_to(cast.section_officer).exists()
    assert not stored.visible_to(cast.colleague).exists()
    assert not stored.visible_to(cast.clerk).exists()
    assert not stored.visible_to(cast.outsider_clerk).exists()


def test_the_section_does_not_see_the_name_that_asked_to_be_hidden(cast):
    row = found(cast, hides_reporter=True, at=timezone.now())
    page = cast.client(cast.section_officer).get(row.get_absolute_url()).content.decode()
    assert cast.clerk.name not in page
    assert cast.clerk.name in cast.client(cast.central_manager).get(row.get_absolute_url()).content.decode()


def test_what_the_hidden_reporter_has_attached_does_not_give_the_name_away(cast):
    row = found(cast, hides_reporter=True, at=timezone.now())
    attach(row.records.get(), SimpleUploadedFile("写真.txt", "記録".encode()), by=cast.clerk)
    for name, by in (("続き.txt", cast.clerk), ("課.txt", cast.section_officer)):
        attach(row.note("もう一枚", by=by, at=timezone.now()), SimpleUploadedFile(name, "記録".encode()), by=by)
    page = cast.client(cast.section_officer).get(row.get_absolute_url()).content.decode()
    assert all(name in page for name in ("写真.txt", "続き.txt", "課.txt"))
    assert cast.clerk.name not in page
    assert f"<span>{cast.section_officer.name}</span>" in page
    assert f"<span>{cast.clerk.name}</span>" in cast.client(cast.central_manager).get(row.get_absolute_url()).content.decode()


def test_the_table_of_those_told_does_not_name_the_hidden_reporter_who_was_told_as_well(cast):
    row = found(cast, by=cast.section_officer, hides_reporter=True, at=timezone.now())
    assert row.words.get(party=Party.SECTION_OFFICER).is_same_person
    row.words.get(party=Party.CENTRAL_MANAGER).acknowledge(by=cast.central_manager, at=timezone.now())
    page = cast.client(cast.division_officer).get(row.get_absolute_url()).content.decode()
    told_table = page[page.index("誰に知らせたか") : page.index("経過の記録")]
    assert cast.section_officer.name not in told_table
    assert cast.central_manager.name not in told_table  # the one receipt without a name would be the reporter's
    assert "同一人" not in told_table
    assert "同一人" in cast.client(cast.central_manager).get(row.get_absolute_url()).content.decode()


def test_guidance_that_helps_ends_the_matter(cast):
    row = guided(cast)
    assert row.due_at == datetime(2026, 12, 8, 17, 15, tzinfo=TOKYO)
    row.judge("貼っていない", is_improved=True, by=cast.section_officer, at=MORNING)
    assert (row.status, row.ended_at, row.due_at) == (Status.IMPROVED, MORNING, None)
    assert Notification.objects.filter(recipient=cast.clerk, body__contains="改善").exists()


def test_the_effect_is_judged_only_after_guidance_and_by_who_guides(cast):
    row = found(cast)
    with pytest.raises(InvalidTransition):
        row.judge("よい", is_improved=True, by=cast.section_officer, at=MORNING)
    guided(cast, row)
    for person in (cast.clerk, cast.colleague, cast.central_manager, cast.division_officer):
        with pytest.raises(PermissionDenied):
            row.judge("よい", is_improved=True, by=person, at=MORNING)


def test_a_day_of_checking_that_is_past_is_refused(cast):
    row = found(cast)
    with pytest.raises(ValidationError):
        row.guide("指導", check_on=(MORNING - timedelta(days=1)).date(), by=cast.section_officer, at=MORNING)
    row.refresh_from_db()
    assert row.status == Status.NOTIFIED


def test_guidance_that_does_not_help_asks_the_central_manager_who_may_go_on_guiding(cast):
    row = not_improved(cast)
    assert (row.status, told(row, "failed")) == (Status.NOT_IMPROVED, {Party.CENTRAL_MANAGER})
    row.guide_again("まず研修を受けさせる", by=cast.central_manager, at=MORNING)
    assert (row.status, told(row, "again")) == (Status.NOTIFIED, {Party.SECTION_OFFICER})


def test_a_suspension_tells_the_three_whom_the_policy_names_and_its_lifting_ends_the_matter(cast):
    load_request_types()
    row = not_improved(cast)
    request = suspension_of(cast, row)
    row.refresh_from_db()
    assert row.status == Status.SUSPENDED
    assert told(row, "suspension") == {Party.CISO, Party.GENERAL_MANAGER, Party.DIVISION_OFFICER}
    assert list(row.suspensions) == [request]
    assert request.content["violation"] == "違反の記録 R8-001"
    report = {"done_on": MORNING.date().isoformat(), "ending": "再研修を終えた"}
    request.complete(by=cast.central_manager, at=MORNING, report=report)
    row.refresh_from_db()
    assert (row.status, row.is_open) == (Status.LIFTED, False)


def test_a_right_of_use_is_stopped_only_after_guidance_has_failed(cast):
    load_request_types()
    row = guided(cast)
    with pytest.raises(InvalidTransition):
        row.begin_suspension(by=cast.central_manager, at=MORNING)
    row.judge("改まらない", is_improved=False, by=cast.section_officer, at=MORNING)
    with pytest.raises(PermissionDenied):
        row.begin_suspension(by=cast.section_officer, at=MORNING)
    assert row.begin_suspension(by=cast.central_manager, at=MORNING) == row.begin_suspension(by=cast.central_manager, at=MORNING)


def test_the_check_says_who_is_asked_to_judge_when_the_central_manager_is_the_matter(cast):
    for concerns, judge in (([], "中央電子計算組織管理者"), ([Party.CENTRAL_MANAGER], "電子計算組織総括管理者")):
        row = found(cast, concerns=concerns)
        row.guide("指導した", check_on=CHECK_ON, by=cast.section_officer, at=MORNING)
        page = cast.client(cast.section_officer).get(reverse("incidents:violation_act", args=[row.pk, "check"])).content.decode()
        assert f"改善しない（{judge}に判断を求める）" in page


def test_a_ban_of_the_terminal_begins_from_the_violation(cast):
    load_request_types()
    request = found(cast, kind="software").begin_ban(by=cast.central_manager, at=MORNING)
    assert (request.type.code, request.content["department"]) == ("terminal-ban", cast.section.pk)
    assert request.content["reason"] == "違反の記録 R8-001"


def test_a_ban_does_not_speak_of_a_violation_that_an_officer_of_the_section_may_not_see(cast):
    load_request_types()
    row = found(cast, kind="software", concerns=[Party.SECTION_OFFICER])
    assert "section_officer" not in seen_by(cast, row)
    assert row.begin_ban(by=cast.central_manager, at=MORNING).content == {"department": cast.section.pk}


def test_a_suspension_is_not_read_nor_heard_of_by_the_chief_from_whom_the_report_is_kept(cast):
    load_request_types()
    row = found(cast, concerns=[Party.SECTION_OFFICER])
    row.guide("指導した", check_on=CHECK_ON, by=cast.division_officer, at=MORNING)
    row.judge("改まらない", is_improved=False, by=cast.division_officer, at=MORNING)
    Notification.objects.all().delete()
    request = suspension_of(cast, row)
    assert request.status == "running"
    seen = Request.objects.filter(pk=request.pk)
    readers = {user.username for user in cast.everyone() if seen.visible_to(user, at=MORNING).exists()}
    assert "division_officer" in readers
    assert "section_officer" not in readers
    assert not Notification.objects.filter(recipient=cast.section_officer).exists()
    assert Notification.objects.filter(recipient=cast.division_officer, title__contains="利用権を停止").exists()


def test_the_word_of_a_suspension_passes_by_a_general_manager_from_whom_the_report_is_kept(cast):
    load_request_types()
    row = found(cast, concerns=[Party.GENERAL_MANAGER])
    row.guide("指導した", check_on=CHECK_ON, by=cast.section_officer, at=MORNING)
    row.judge("改まらない", is_improved=False, by=cast.section_officer, at=MORNING)
    suspension_of(cast, row)
    heard = set(Notification.objects.filter(title__contains="利用権を停止").values_list("recipient__username", flat=True))
    assert "general_manager" not in heard
    assert {"ciso", "section_officer"} <= heard


def test_an_access_record_is_answered_without_guidance(cast):
    row = found(cast, by=cast.central_manager, kind="access_record")
    row.settle("業務による照会だった", by=cast.section_officer, at=MORNING)
    assert row.status == Status.IMPROVED
    assert Notification.objects.filter(recipient=cast.central_manager, title__contains="報告された").exists()
    with pytest.raises(InvalidTransition):
        found(cast).settle("業務", by=cast.section_officer, at=MORNING)


def test_whoever_acts_has_read_and_one_look_reads_all_words(cast):
    row = not_improved(cast)
    assert not row.words.pending().filter(party=Party.SECTION_OFFICER).exists()
    assert row.words.pending().filter(party=Party.CENTRAL_MANAGER).count() == 2
    row.words.filter(party=Party.CENTRAL_MANAGER).first().acknowledge(by=cast.central_manager, at=MORNING)
    assert not row.words.pending().filter(party=Party.CENTRAL_MANAGER).exists()


def test_a_grave_one_is_said_to_all_who_were_told(cast):
    row = found(cast)
    Notification.objects.all().delete()
    row.weigh("市民の情報が見える", is_grave=True, by=cast.central_manager, at=MORNING)
    people = set(Notification.objects.filter(title__contains="重大").values_list("recipient__username", flat=True))
    assert people == {"section_officer", "general_manager"}
    with pytest.raises(PermissionDenied):
        row.weigh("ない", is_grave=False, by=cast.section_officer, at=MORNING)


def test_the_hand_over_for_discipline_is_recorded_once_and_no_more(cast):
    row = guided(cast)
    notices = Notification.objects.count()
    row.hand_over("記録一式", on=MORNING.date(), by=cast.central_manager, at=MORNING)
    assert row.handed_over_on == MORNING.date()
    assert Notification.objects.count() == notices
    with pytest.raises(InvalidTransition):
        row.hand_over("もう一度", on=MORNING.date(), by=cast.central_manager, at=MORNING)
    with pytest.raises(ValidationError):
        found(cast).hand_over("", on=(MORNING + timedelta(days=1)).date(), by=cast.central_manager, at=MORNING)


def test_what_is_no_violation_ends_with_its_reason_and_stays(cast):
    row = found(cast)
    with pytest.raises(PermissionDenied):
        row.dismiss("違う", by=cast.section_officer, at=MORNING)
    row.dismiss("許可があった", by=cast.central_manager, at=MORNING)
    assert (row.status, row.records.last().text) == (Status.UNFOUNDED, "許可があった")
    with pytest.raises(InvalidTransition):
        row.guide("指導", check_on=CHECK_ON, by=cast.section_officer, at=MORNING)


def test_it_becomes_an_incident_past_the_chief_where_the_chief_is_the_matter(cast):
    reference.load("incident_kinds.json")
    incident = found(cast, concerns=[Party.SECTION_OFFICER]).begin_incident(by=cast.central_manager, at=MORNING)
    assert (incident.reporter, incident.bypasses_chief, incident.department) == (cast.central_manager, True, cast.section)


def test_reminders_go_to_who_acts_next_and_later_one_up_each_once(cast):
    row = found(cast)
    for word in row.words.all():
        word.acknowledge(
            by={"SECTION_OFFICER": cast.section_officer, "CENTRAL_MANAGER": cast.central_manager}.get(word.party, cast.general_manager),
            at=MORNING,
        )
    for _ in range(2):
        remind_overdue(at=row.due_at)
    late = Notification.objects.filter(title__contains="期限超過")
    assert [found.recipient for found in late] == [cast.section_officer]
    remind_overdue(at=row.due_at + timedelta(days=7))
    assert "division_officer" in set(late.values_list("recipient__username", flat=True))
    figures = of_violations(at=row.due_at)["report:violation"]
    assert (figures.open, figures.late, figures.total) == (1, 1, 1)


def test_the_reminders_ask_for_the_values_of_the_city_once_however_many_are_late(cast):
    def asked_of_values(at) -> int:
        with CaptureQueriesContext(connection) as queries:
            remind_overdue(at=at)
        return sum(ParameterChoice._meta.db_table in query["sql"] for query in queries)

    rows = [found(cast) for _ in range(3)]
    assert asked_of_values(rows[0].due_at) == 1


ACTS = ["notify", "guide", "improved", "not_improved", "again", "dismiss", "identify", "grave", "hand_over", "state", "suspend"]
PEOPLE = ["clerk", "colleague", "section_officer", "division_officer", "central_manager", "general_manager", "ciso"]


def do(cast, row, what, by, at) -> None:
    today = at.date()
    calls = {
        "notify": lambda: row.notify("通知", by=by, at=at),
        "guide": lambda: row.guide("指導", check_on=today, by=by, at=at),
        "improved": lambda: row.judge("確認", is_improved=True, by=by, at=at),
        "not_improved": lambda: row.judge("確認", is_improved=False, by=by, at=at),
        "again": lambda: row.guide_again("続ける", by=by, at=at),
        "dismiss": lambda: row.dismiss("違う", by=by, at=at),
        "identify": lambda: row.identify(cast.section_officer if by != cast.section_officer else cast.colleague, by=by, at=at),
        "grave": lambda: row.weigh("理由", is_grave=True, by=by, at=at),
        "hand_over": lambda: row.hand_over("", on=today, by=by, at=at),
        "state": lambda: row.state("説明", by=by, at=at),
        "suspend": lambda: suspension_of(cast, row),
    }
    with transaction.atomic():
        calls[what]()


def check(cast, row) -> None:
    """What is true of every violation at every moment."""
    row.refresh_from_db()
    kept = set(row.kept_from.values_list("pk", flat=True))
    assert row.person_id is None or row.person_id in kept
    assert row.told_person_at is None or row.guided_at is not None
    assert (row.due_at is not None) == (row.status in Violation.TIMED)
    assert (row.ended_at is not None) == (not row.is_open)
    assert (row.status == Status.FOUND) == (row.finder == "general" and not row.records.filter(kind__in=["notice", "unfounded"]).exists())
    for person in cast.everyone():
        if person.pk in kept:
            assert not Violation.objects.handled_by(person, at=MORNING).filter(pk=row.pk).exists()
            assert not Violation.objects.waiting_for(person, at=MORNING).filter(pk=row.pk).exists()
    if row.status == Status.SUSPENDED:
        assert row.guided_at
        assert told(row, "suspension") == {
            row.resolve(party, at=MORNING) for party in (Party.CISO, Party.GENERAL_MANAGER, Party.DIVISION_OFFICER)
        }
    if row.is_open and row.status != Status.FOUND:
        assert row.words.filter(party=row.handler).exists()
    assert ViolationRecord.objects.filter(violation=row, kind="report").count() == 1
    assert Entry.objects.about(row).filter(verb="incidents.violation.reported").count() == 1


@pytest.mark.parametrize("reporter", ["clerk", "central_manager", "general_manager"])
def test_no_order_of_acts_loses_a_step_a_clock_or_a_person_told(cast, reporter):
    load_request_types()

    @settings(max_examples=12, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(ACTS)), max_size=9))
    def walk(acts):
        with transaction.atomic():
            row = found(cast, by=getattr(cast, reporter))
            for minute, (person, what) in enumerate(acts, start=1):
                with contextlib.suppress(InvalidTransition, PermissionDenied, ValidationError):
                    do(cast, row, what, getattr(cast, person), MORNING + timedelta(minutes=minute))
                check(cast, row)
            transaction.set_rollback(True)

    walk()


# -- pages -------------------------------------------------------------------------------------------------------------


def boxes(cast, **fields) -> dict:
    return {"kind": "policy", "department": cast.section.pk, "what": "見たこと"} | fields


def test_a_violation_is_reported_guided_and_ended_by_page(cast):
    url = reverse("incidents:violation_new")
    page = cast.client(cast.clerk).post(url, boxes(cast, concerns=[]), follow=True).content.decode()
    row = Violation.objects.get()
    assert "これからのこと" in page
    officer = cast.client(cast.section_officer)
    assert "指導を記録する" in officer.get(row.get_absolute_url()).content.decode()
    day = {f"check_on_{part}": str(getattr(timezone.localdate(), part)) for part in ("year", "month", "day")}
    guide = reverse("incidents:violation_act", args=[row.pk, "guide"])
    assert "指導を記録しました" in officer.post(guide, {"text": "指導した"} | day, follow=True).content.decode()
    check = reverse("incidents:violation_act", args=[row.pk, "check"])
    officer.post(check, {"text": "改まった", "is_improved": "yes"})
    row.refresh_from_db()
    assert row.status == Status.IMPROVED


@pytest.mark.parametrize("wrong", [{"what": ""}, {"kind": "browsing"}, {"department": ""}])
def test_a_wrong_report_keeps_what_was_typed_and_tells_nobody(cast, wrong):
    answer = cast.client(cast.clerk).post(reverse("incidents:violation_new"), boxes(cast, whose="残る言葉") | wrong)
    assert answer.status_code == 422
    assert "残る言葉" in answer.content.decode()
    assert not Violation.objects.exists()
    assert not Notification.objects.exists()


def test_what_the_state_does_not_allow_stands_in_the_form_of_the_report(cast, monkeypatch):
    def refuse(**_):
        raise InvalidTransition("いまはできません。")

    monkeypatch.setattr(Violation, "report", refuse)
    answer = cast.client(cast.clerk).post(reverse("incidents:violation_new"), boxes(cast, whose="残る言葉"))
    assert answer.status_code == 422
    assert all(words in answer.content.decode() for words in ("いまはできません。", "残る言葉"))


def test_a_time_that_has_not_come_stands_beside_its_field(cast):
    data = boxes(cast, **moment("happened_at", timezone.now() + timedelta(days=1)))
    answer = cast.client(cast.clerk).post(reverse("incidents:violation_new"), data)
    assert "未来になっています" in answer.content.decode()
    assert not Violation.objects.exists()


def test_an_act_that_its_rule_refuses_keeps_the_text(cast):
    row = found(cast, at=timezone.now())
    yesterday = timezone.localdate() - timedelta(days=1)
    day = {f"check_on_{part}": str(getattr(yesterday, part)) for part in ("year", "month", "day")}
    url = reverse("incidents:violation_act", args=[row.pk, "guide"])
    answer = cast.client(cast.section_officer).post(url, {"text": "残る指導"} | day)
    assert answer.status_code == 422
    assert "残る指導" in answer.content.decode()
    assert row.records.count() == 1


def test_acts_are_refused_to_who_sees_it_and_hidden_from_strangers(cast):
    row = found(cast, at=timezone.now())
    url = reverse("incidents:violation_act", args=[row.pk, "guide"])
    assert cast.client(cast.clerk).get(url).status_code == 403
    assert cast.client(cast.outsider_officer).get(url).status_code == 404
    assert cast.client(cast.section_officer).get(reverse("incidents:violation_act", args=[row.pk, "unknown"])).status_code == 404


def test_the_decision_about_the_right_of_use_stands_first_on_the_page(cast):
    load_request_types()
    row = not_improved(cast)
    page = cast.client(cast.central_manager).get(row.get_absolute_url()).content.decode()
    assert "利用する権利を停止するか判断してください" in page
    answer = cast.client(cast.central_manager).post(reverse("incidents:violation_suspension", args=[row.pk]))
    assert row.suspensions.get().get_absolute_url() in answer.url or "/draft" in answer.url


def test_the_table_that_leaves_the_portal_names_no_person(cast):
    row = guided(cast, found(cast, person=cast.colleague))
    found(cast, by=cast.outsider_clerk, department=cast.other_section)
    text = text_of(take(cast.client(cast.section_officer), "incidents.violations"))
    assert row.number in text
    assert "R8-002" not in text
    assert cast.colleague.name not in text
    assert Entry.objects.filter(verb="exports.table.taken").exists()


def test_the_questions_the_list_asks_do_not_grow(cast):
    client, url = cast.client(cast.central_manager), reverse("incidents:violations")
    found(cast, at=timezone.now())
    client.get(url)
    counted = count_queries(client, url)
    for _ in range(5):
        found(cast, at=timezone.now())
    assert count_queries(client, url) == counted
