"""Duties that come round: made ahead, done, moved, left out; whoever holds the post holds the duty."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from importlib import import_module
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from musashimurayama_isms.accounts.models import PersonnelChange, User
from musashimurayama_isms.accounts.personnel.file import read
from musashimurayama_isms.duties.ahead import make_ahead
from musashimurayama_isms.duties.figures import figures
from musashimurayama_isms.duties.intervals import in_months
from musashimurayama_isms.duties.models import Duty, Occurrence
from musashimurayama_isms.duties.parties import Owner, Parties, Reach
from musashimurayama_isms.duties.raising import raise_event
from musashimurayama_isms.duties.reminders import remind
from musashimurayama_isms.duties.settling import settle
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .cast import PERSONS, Cast
from .factory import make_absence, make_appointment, make_department, make_post, make_user

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 26, 10, 0, tzinfo=TOKYO)  # a Thursday
TODAY = NOW.date()
Status, Per, Interval = Occurrence.Status, Duty.Per, Duty.Interval


def days(count: int) -> datetime:
    return NOW + timedelta(days=count)


def backup(at=NOW, **fields) -> Duty:
    """A monthly duty of every section."""
    facts = {"title": "バックアップの確認", "owner": Owner.SECTION_OFFICER, "per": Per.SECTIONS, "mechanism": "duty:backup"}
    return Duty.ensure("backup", at=at, **{**facts, "interval": Interval.MONTHLY, "day": 31, **fields})


def of_the_city(code="drill", owner=Owner.GENERAL_MANAGER, **fields) -> Duty:
    return Duty.ensure(code, at=NOW, **{"title": "訓練", "owner": owner, "interval": Interval.YEARLY, "days": ["11-31"], **fields})


def mine(cast, duty=None) -> Occurrence:
    """The first occurrence of 市民課, due on 30 November."""
    return (duty or backup()).occurrences.filter(department=cast.section).first()


def waiting(user, at=NOW) -> set[Occurrence]:
    return set(Occurrence.objects.waiting_for(user, at=at))


def told(user) -> list[str]:
    return list(Notification.objects.filter(recipient=user).values_list("title", flat=True))


# -- made ahead --------------------------------------------------------------------------------------------------------
def test_each_section_gets_its_own_occurrences_for_the_coming_months_and_no_second_ones(cast):
    duty = backup()
    assert [row.due_on for row in duty.occurrences.filter(department=cast.section)][:3] == [
        date(2026, 11, 30),
        date(2027, 1, 4),  # 31 December is closed
        date(2027, 2, 1),
    ]
    assert not duty.occurrences.filter(department__kind="division").exists()
    assert duty.occurrences.filter(department=cast.other_section).count() == 13
    count = duty.occurrences.count()
    assert make_ahead(at=NOW) == make_ahead(at=days(3)) == 0
    assert duty.occurrences.count() == count
    make_ahead(at=days(40))
    assert duty.occurrences.filter(department=cast.section).count() == 15


def test_rounds_missed_by_a_beat_that_stood_still_are_made_up_for(cast):
    duty = backup()
    make_ahead(at=days(300))
    assert duty.occurrences.filter(department=cast.section).overdue(on=days(300).date()).count() == 10


def test_a_reorganisation_moves_what_lies_ahead_to_the_successor_and_gives_a_new_section_its_own(cast):
    duty = backup()
    old, seen = cast.section, mine(cast, duty)
    new = make_department("新市民課", parent=cast.division, since=date(2027, 4, 1))
    make_post(new, "課長", "SECTION_OFFICER", since=date(2027, 4, 1))
    old.until, old.successor = date(2027, 3, 31), new
    old.save()
    make_ahead(at=NOW)
    assert duty.occurrences.filter(department=old).last().due_on == date(2027, 3, 31)
    assert duty.occurrences.filter(department=new).first().due_on == date(2027, 4, 30)
    head = make_user(name="新任 課長")
    make_appointment(head, new.posts.get(), since=date(2027, 4, 1))
    april = datetime(2027, 4, 2, 9, 0, tzinfo=TOKYO)
    assert seen in waiting(head, at=april)  # what the old section left undone
    assert seen not in waiting(cast.section_officer, at=april)


def test_a_changed_interval_re_plans_only_what_lies_ahead_untouched(cast):
    duty = backup(lead_days=70)
    done, moved, skipped, dropped_seen, dropped = duty.occurrences.filter(department=cast.section)[:5]
    done.complete(by=cast.section_officer, at=NOW)
    moved.move(to=date(2027, 1, 8), reason="年末", by=cast.section_officer, at=NOW)
    skipped.skip(reason="不要", by=cast.section_officer, at=NOW)
    Occurrence.objects.filter(pk=dropped_seen.pk).update(appears_on=TODAY)
    duty.change(interval=Interval.YEARLY, days=["06-31"], by=cast.central_manager, at=NOW)
    rows = {row.pk: row for row in duty.occurrences.filter(department=cast.section)}
    assert [rows[row.pk].status for row in (done, moved, skipped, dropped_seen)] == [
        Status.DONE,
        Status.PLANNED,
        Status.SKIPPED,
        Status.SKIPPED,
    ]
    assert dropped.pk not in rows
    assert rows[moved.pk].due_on == date(2027, 1, 8)
    assert [row.due_on for row in rows.values() if row.period.startswith("FY")] == [date(2027, 6, 30)]


def test_another_day_of_the_month_keeps_the_round_even_where_the_new_day_is_over(cast):
    duty = backup()
    duty.change(day=20, by=cast.central_manager, at=NOW)
    assert [row.due_on for row in duty.occurrences.filter(department=cast.section)][:2] == [date(2026, 11, 30), date(2026, 12, 21)]


def test_however_the_rule_is_changed_no_round_is_doubled_or_lost(cast):
    rules = st.lists(
        st.one_of(
            st.builds(lambda day: {"interval": Interval.MONTHLY, "day": day}, st.integers(1, 31)),
            st.builds(lambda months: {"interval": Interval.YEARLY, "days": in_months(months)}, st.sets(st.integers(1, 12), min_size=1)),
            st.builds(lambda weekday: {"interval": Interval.WEEKLY, "weekday": weekday}, st.integers(0, 6)),
        ),
        min_size=1,
        max_size=3,
    )

    @settings(max_examples=8, deadline=None)
    @given(rules, st.integers(0, 45))
    def walk(changes, step):
        with transaction.atomic():
            for number, rule in enumerate(changes):
                duty = Duty.ensure("walk", at=days(number * step), title="試験", owner=Owner.CISO, **rule)
            at = days((len(changes) - 1) * step)
            duty.plan(at=at)
            on = at.date()
            wanted = {period.key for period in duty.rule.periods(on, on + timedelta(days=360))}
            named = {period.key for period in duty.rule.periods(on - timedelta(days=366), on + timedelta(days=420))}
            assert wanted <= set(duty.occurrences.values_list("period", flat=True))
            assert set(duty.occurrences.open().filter(due_on__gte=on).values_list("period", flat=True)) <= named
            assert duty.plan(at=at) == 0
            transaction.set_rollback(True)

    walk()


def test_what_is_due_once_has_one_open_occurrence_that_follows_its_day(cast):
    facts = {"title": "手順の見直し", "owner": Owner.CENTRAL_MANAGER, "interval": Interval.ONCE}
    subject = cast.section  # any object
    duty = Duty.ensure("review", subject=subject, at=NOW, anchor_on=date(2026, 12, 1), **facts)
    again = Duty.ensure("review", subject=subject, at=NOW, anchor_on=date(2026, 12, 1), **facts)
    assert duty == again
    assert Entry.objects.filter(verb="duties.duty.changed").count() == 0
    Duty.ensure("review", subject=subject, at=days(30), anchor_on=date(2027, 12, 1), **facts)
    assert [(row.due_on, row.status) for row in duty.occurrences.all()] == [(date(2027, 12, 1), Status.PLANNED)]
    duty.occurrences.get().complete(by=cast.central_manager, at=days(31))
    Duty.ensure("review", subject=subject, at=days(32), anchor_on=date(2028, 12, 1), **facts)
    assert duty.occurrences.open().get().due_on == date(2028, 12, 1)
    assert make_ahead(at=days(400)) == 0
    assert list(Duty.objects.about(subject)) == [duty]
    assert not Duty.objects.about(cast.division).exists()
    duty.stop(at=days(401))
    assert not duty.occurrences.open().exists()
    Duty.ensure("review", subject=subject, at=days(402), anchor_on=date(2028, 12, 1), **facts)
    assert Duty.objects.active().about(subject).exists()


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("days", {"interval": Interval.YEARLY}),
        ("days", {"interval": Interval.YEARLY, "days": ["06-30", "06-01"]}),
        ("weekday", {"interval": Interval.WEEKLY}),
        ("event", {"interval": Interval.EVENT, "event": "moon-landing"}),
        ("per", {"interval": Interval.MONTHLY, "day": 1, "owner": Owner.SECTION_OFFICER}),
        ("per", {"interval": Interval.MONTHLY, "day": 1, "owner": Owner.PROMOTER, "per": Per.DIVISIONS}),
    ],
)
def test_a_rule_that_lacks_something_or_falls_on_nobody_is_refused(db, field, fields):
    with pytest.raises(ValidationError) as refused:
        Duty.ensure("bad", at=NOW, **{"title": "試験", "owner": Owner.CISO, **fields})
    assert field in refused.value.message_dict
    assert not Duty.objects.exists()


def test_only_the_central_manager_and_the_administrators_set_up_change_and_stop_a_duty(cast):
    rule = {"title": "点検", "owner": Owner.CISO, "interval": Interval.MONTHLY, "day": 1}
    duty = Duty.set_up("check", by=cast.administrator, at=NOW, **rule)
    for person in (cast.section_officer, cast.ciso, cast.clerk):
        for act in (lambda: Duty.set_up("other", by=person, at=NOW, **rule), lambda: duty.change(day=2, by=person, at=NOW)):  # noqa: B023
            with pytest.raises(PermissionDenied):
                act()
        with pytest.raises(PermissionDenied):
            duty.stop(by=person, at=NOW)
    duty.stop(by=cast.central_manager, at=NOW)
    with pytest.raises(InvalidTransition):
        duty.stop(by=cast.central_manager, at=NOW)
    with pytest.raises(InvalidTransition):
        duty.call(due_on=TODAY, by=cast.central_manager, at=NOW)
    duty.resume(by=cast.central_manager, at=days(90))
    assert duty.occurrences.open().first().due_on == date(2027, 3, 1)  # what fell in between is not made up for


def test_what_is_due_once_goes_to_the_section_that_its_object_goes_to(cast):
    facts = {"title": "手順の見直し", "owner": Owner.SECTION_OFFICER, "interval": Interval.ONCE, "anchor_on": date(2026, 12, 1)}
    Duty.ensure("review", subject=cast.division, at=NOW, department=cast.section, **facts)
    duty = Duty.ensure("review", subject=cast.division, at=NOW, department=cast.other_section, **facts)
    assert waiting(cast.outsider_officer) == {duty.occurrences.get()}
    assert not waiting(cast.section_officer)


# -- done, moved, left out ---------------------------------------------------------------------------------------------
def test_the_holder_records_it_as_done_with_a_note_and_the_evidence_that_is_asked_for(cast):
    row = mine(cast, backup(needs_evidence=True))
    with pytest.raises(ValidationError):
        row.complete(by=cast.section_officer, at=NOW, note="確認した")
    row.complete(by=cast.section_officer, at=NOW, note="確認した", uploads=[SimpleUploadedFile("記録.txt", "記録".encode())])
    assert (row.status, row.done_by, row.done_as, row.note) == (Status.DONE, cast.section_officer, "情報セキュリティ担当者", "確認した")
    assert StoredFile.objects.about(row).visible_to(cast.clerk).count() == 1
    assert not StoredFile.objects.about(row).visible_to(cast.outsider_clerk).exists()
    entry = Entry.objects.about(row).get(verb="duties.occurrence.done")
    assert "確認した" not in str(entry.changes)
    for act in (lambda: row.complete(by=cast.section_officer, at=NOW), lambda: row.skip(reason="x", by=cast.section_officer, at=NOW)):
        with pytest.raises(InvalidTransition, match="済み"):
            act()


def test_a_deed_settles_the_open_rounds_that_the_person_holds_and_no_others(cast):
    make_ahead(at=NOW)
    own, others = mine(cast), mine(cast).duty.occurrences.exclude(department=cast.section)
    assert settle(own.duty.occurrences.filter(due_on=own.due_on), by=cast.section_officer, at=NOW, note="見た") == 1
    own.refresh_from_db()
    assert (own.status, own.note) == (Status.DONE, "見た")
    assert not others.exclude(status=Status.PLANNED).exists()
    assert settle(own.duty.occurrences.filter(due_on=own.due_on), by=cast.section_officer, at=NOW, note="もう一度") == 0


def test_all_rounds_are_locked_before_the_first_is_done(cast, monkeypatch):
    own = backup().occurrences.filter(department=cast.section).open()
    called, rows = [], Occurrence.objects.all()
    read = type(rows).select_for_update
    monkeypatch.setattr(type(rows), "select_for_update", lambda rows, **given: (called.append("lock"), read(rows, **given))[1])
    monkeypatch.setattr(Occurrence, "complete", lambda row, **given: called.append(row.pk))
    assert settle(own.order_by("-due_on"), by=cast.section_officer, at=NOW, note="見た") > 1
    assert called == ["lock", *own.order_by("pk").values_list("pk", flat=True)]


@pytest.mark.parametrize(
    "where",
    ["incidents.models.drill", "incidents.models.plan_review", "incidents.models.net_record", "audits.duty", "audits.models.campaign"],
)
def test_every_deed_that_does_a_duty_settles_it_in_one_way(where):
    assert import_module(where).settle is settle


def test_nobody_but_the_holder_acts_on_it(cast):
    row = mine(cast)
    for person in (cast.clerk, cast.colleague, cast.division_officer, cast.central_manager, cast.ciso, cast.outsider_officer):
        for act in (
            lambda: row.complete(by=person, at=NOW),  # noqa: B023
            lambda: row.move(to=days(9).date(), reason="理由", by=person, at=NOW),  # noqa: B023
            lambda: row.skip(reason="理由", by=person, at=NOW),  # noqa: B023
            lambda: row.hand_to(cast.clerk, by=person, at=NOW),  # noqa: B023
        ):
            with pytest.raises(PermissionDenied):
                act()
    assert Occurrence.objects.get(pk=row.pk).status == Status.PLANNED


def test_moving_and_leaving_out_need_a_reason_and_are_told_to_the_one_above(cast):
    row = mine(cast)
    for act in (row.move, row.skip):
        with pytest.raises(ValidationError):
            act(reason=" ", by=cast.section_officer, at=NOW, **({"to": days(9).date()} if act == row.move else {}))
    with pytest.raises(ValidationError):
        row.move(to=days(-1).date(), reason="理由", by=cast.section_officer, at=NOW)
    row.move(to=days(9).date(), reason="業者の都合", by=cast.section_officer, at=NOW)
    assert (row.due_on, row.first_due_on) == (days(9).date(), date(2026, 11, 30))
    row.skip(reason="更新したばかり", by=cast.section_officer, at=NOW)
    assert len(told(cast.division_officer)) == 2
    assert told(cast.section_officer) == []
    assert [remark.text for remark in row.remarks.all()] == ["業者の都合", "更新したばかり"]


def test_what_was_recorded_by_mistake_is_opened_again_and_the_record_stays(cast):
    row = mine(cast)
    row.complete(by=cast.section_officer, at=NOW, note="済んだ")
    with pytest.raises(PermissionDenied):
        row.reopen(reason="違う", by=cast.clerk, at=NOW)
    row.reopen(reason="別の月の記録だった", by=cast.section_officer, at=NOW)
    assert (row.status, row.done_at, row.done_by) == (Status.PLANNED, None, None)
    assert [remark.text for remark in row.remarks.all()] == ["済んだ", "別の月の記録だった"]
    row.complete(by=cast.section_officer, at=NOW)


def test_whom_it_is_handed_to_may_do_it_until_a_transfer_and_the_role_still_answers(cast):
    row = mine(cast)
    with pytest.raises(ValidationError):
        row.hand_to(cast.outsider_clerk, by=cast.section_officer, at=NOW)
    row.hand_to(cast.clerk, by=cast.section_officer, at=NOW)
    assert row in waiting(cast.clerk)
    assert row not in waiting(cast.section_officer)
    assert row.can_complete(cast.section_officer, at=NOW)
    assert told(cast.clerk) == ["業務を任されました：バックアップの確認（令和8年11月分）"]
    with pytest.raises(PermissionDenied):
        row.skip(reason="忙しい", by=cast.clerk, at=NOW)
    cast.clerk.appointments.update(until=TODAY)
    make_appointment(cast.clerk, "bunsho-hosei.staff", since=days(1).date())
    assert row in waiting(cast.section_officer, at=days(1))
    assert row not in waiting(cast.clerk, at=days(1))
    with pytest.raises(PermissionDenied):
        row.complete(by=cast.clerk, at=days(1))
    row.hand_to(cast.colleague, by=cast.section_officer, at=days(1))
    row.hand_to(cast.section_officer, by=cast.section_officer, at=days(1))
    assert row.handed_to is None


# -- whoever holds the post --------------------------------------------------------------------------------------------
def test_after_a_personnel_change_the_duty_is_with_whoever_holds_the_post_and_the_contact_list_falls_due(cast):
    row = mine(cast)
    contacts = of_the_city("contact-list", Owner.CENTRAL_MANAGER, days=["04-01", "10-01"], event="personnel-change")
    lines = [(cast.section_officer, "文書法制課,課長"), (cast.outsider_officer, "市民課,課長")]
    content = "職員番号,氏名,区分,新所属,新職\n" + "".join(f"{user.staff_number},{user.name},異動,{post}\n" for user, post in lines)
    change = PersonnelChange.upload(
        read(content.encode()), effective_on=TODAY, file_name="異動.csv", file_digest="0" * 64, by=cast.personnel, at=NOW
    )
    change.schedule(by=cast.personnel, at=NOW)
    change.apply(by=cast.personnel, at=NOW)
    assert row in waiting(cast.outsider_officer)
    assert row not in waiting(cast.section_officer)
    assert mine(cast).able(at=NOW)[0].person == cast.outsider_officer
    with pytest.raises(PermissionDenied):
        row.complete(by=cast.section_officer, at=NOW)
    row.complete(by=cast.outsider_officer, at=NOW)
    called = contacts.occurrences.get(event="personnel-change")
    assert (called.due_on, called in waiting(cast.central_manager)) == (date(2026, 12, 10), True)


def test_where_nobody_is_there_it_goes_one_up_and_no_further(cast):
    row = mine(cast)
    make_absence(cast.section_officer, starts_at=NOW)
    assert row in waiting(cast.division_officer)
    assert row not in waiting(cast.general_manager)
    make_absence(cast.division_officer, starts_at=NOW)
    assert row in waiting(cast.general_manager)
    row.complete(by=cast.general_manager, at=NOW)
    assert row.done_as == "電子計算組織総括管理者"


def test_the_desk_and_the_button_agree_for_everyone_whoever_is_away(cast):
    for owner in Owner:
        per = {Owner.SECTION_OFFICER: Per.SECTIONS, Owner.PROMOTER: Per.SECTIONS, Owner.DIVISION_OFFICER: Per.DIVISIONS}.get(owner, Per.ONE)
        of_the_city(f"duty-{owner}".lower().replace("_", "-"), owner, per=per)

    @settings(max_examples=8, deadline=None)
    @given(st.sets(st.sampled_from(sorted(PERSONS)), max_size=6))
    def look(away):
        with transaction.atomic():
            for name in away:
                make_absence(getattr(cast, name), starts_at=NOW)
            rows, parties = Occurrence.objects.open().appeared(on=TODAY).with_all(), Parties(NOW)
            for person in cast.everyone():
                reach = Reach(person, at=NOW, parties=parties)
                expected = {row.pk for row in rows if row.can_complete(person, at=NOW, reach=reach)}
                assert {row.pk for row in waiting(person)} == expected
                able = {row.pk for row in rows if person in [holder.person for holder in row.able(at=NOW, parties=parties)]}
                assert able <= expected
            assert all(row.able(at=NOW, parties=parties) for row in rows) or {"ciso", "general_manager"} & away
            transaction.set_rollback(True)

    look()


def test_who_sees_it(cast):
    row, drill = mine(cast), of_the_city().occurrences.first()
    for person in (cast.clerk, cast.section_officer, cast.division_officer, cast.central_manager, cast.ciso, cast.administrator):
        assert set(Occurrence.objects.visible_to(person, at=NOW).filter(pk__in=(row.pk, drill.pk))) == {row, drill}
    for person in (cast.outsider_clerk, cast.outsider_officer, cast.member, cast.auditor):
        assert set(Occurrence.objects.visible_to(person, at=NOW).filter(pk__in=(row.pk, drill.pk))) == {drill}


def test_what_hangs_on_an_object_is_seen_by_who_sees_the_object_and_by_who_has_to_do_it(cast):
    subject = PersonnelChange.upload(
        read("職員番号,氏名,区分,新所属,新職\n1,試験,異動,市民課,職員\n".encode()),
        effective_on=TODAY,
        file_name="a.csv",
        file_digest="0" * 64,
        by=cast.personnel,
        at=NOW,
    )
    duty = Duty.ensure("check", subject=subject, at=NOW, title="確認", owner=Owner.COMMITTEE, interval=Interval.ONCE, anchor_on=TODAY)
    for person, sees in ((cast.personnel, True), (cast.secretary, True), (cast.clerk, False), (cast.ciso, True)):
        assert Occurrence.objects.visible_to(person, at=NOW).filter(duty=duty).exists() == sees
    assert not Duty.objects.visible_to(cast.clerk, at=NOW).exists()
    assert not duty.can_change(cast.central_manager, at=NOW)


# -- events, reminders, figures ----------------------------------------------------------------------------------------
def test_an_event_calls_for_one_occurrence_a_day_until_it_is_done(cast):
    duty = of_the_city("contact-list", Owner.CENTRAL_MANAGER, interval=Interval.EVENT, event="personnel-change", days_after_event=7)
    assert not duty.occurrences.exists()
    assert raise_event("personnel-change", at=NOW) == raise_event("personnel-change", at=NOW) == 1
    row = duty.occurrences.get()
    assert (row.due_on, row.appears_on) == (date(2026, 12, 3), TODAY)
    row.complete(by=cast.central_manager, at=NOW)
    raise_event("personnel-change", at=NOW)
    assert duty.occurrences.count() == 2
    assert make_ahead(at=NOW) == 0
    assert duty.occurrences.count() == 2
    with pytest.raises(LookupError):
        raise_event("moon-landing", at=NOW)
    called = duty.call(due_on=TODAY, reason="大きな事故", by=cast.ciso, at=NOW)
    assert called.remarks.get().text == "大きな事故"


def test_reminders_come_before_on_and_after_the_day_once_each_and_then_one_up(cast):
    mine(cast, backup(at=days(-60)))
    Occurrence.objects.exclude(department=cast.section, period="2026-11").delete()
    for at in (days(-4), days(-3), days(-3), days(4), days(4), days(5), days(7), days(8), days(11)):  # due in 4 days
        remind(at=at)
    assert [title.split("：")[0] for title in reversed(told(cast.section_officer))] == [
        "期限が近づいています",
        "今日が期限です",
        "期限を過ぎています",
        "期限を過ぎています",
        "期限を過ぎています",
    ]
    assert [title.split("：")[0] for title in told(cast.division_officer)] == ["行われていない業務があります"]
    cast.section_officer.appointments.update(until=days(11).date())
    make_appointment(cast.colleague, "shimin-ka.head", since=days(12).date())
    remind(at=days(12))
    assert len(told(cast.colleague)) == 1
    Occurrence.objects.get().complete(by=cast.colleague, at=days(12))
    assert remind(at=days(30)) == 0


def test_a_mechanism_is_counted(cast):
    row = mine(cast)
    others = Occurrence.objects.appeared(on=TODAY).count() - 1
    row.complete(by=cast.section_officer, at=NOW)
    found = figures("duty:backup", at=days(5))
    assert (found.total, found.open, found.late) == (others + 1, others, others)


# -- two at once, and in any order -------------------------------------------------------------------------------------
ACTS = {
    "complete": lambda row, **who: row.complete(**who),
    "move": lambda row, **who: row.move(to=days(20).date(), reason="理由", **who),
    "skip": lambda row, **who: row.skip(reason="理由", **who),
    "reopen": lambda row, **who: row.reopen(reason="理由", **who),
    "hand": lambda row, **who: row.hand_to(User.objects.get(username="colleague"), **who),
}


def test_no_order_of_acts_leaves_an_occurrence_untrue(cast):
    duty = backup()

    @settings(max_examples=15, deadline=None)
    @given(
        st.lists(
            st.tuples(st.sampled_from(["clerk", "colleague", "section_officer", "division_officer"]), st.sampled_from(sorted(ACTS))),
            max_size=8,
        )
    )
    def walk(acts):
        with transaction.atomic():
            row = mine(cast, duty)
            for minute, (name, act) in enumerate(acts):
                before = row.status
                try:
                    ACTS[act](row, by=getattr(cast, name), at=NOW + timedelta(minutes=minute))
                except (InvalidTransition, PermissionDenied):
                    assert Occurrence.objects.get(pk=row.pk).status == before
                assert row.status == before or row.status in Occurrence.TRANSITIONS[Status(before)]
                assert (row.status == Status.DONE) == (row.done_at is not None) == (row.done_by is not None)
                assert row.done_by in (None, cast.section_officer, cast.colleague)
            transaction.set_rollback(True)

    walk()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_and_leave_it_out_at_once_one_acts_and_the_other_is_told_why():
    cast = Cast()
    row = mine(cast)
    gate = Barrier(4)

    def press(act: str) -> str:
        try:
            mine = Occurrence.objects.get(pk=row.pk)
            gate.wait()
            ACTS[act](mine, by=cast.section_officer, at=NOW)
        except InvalidTransition as error:
            return str(error)
        finally:
            connection.close()
        return act

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(press, ["complete", "skip", "complete", "skip"]))
    row.refresh_from_db()
    won = [answer for answer in answers if answer in ACTS]
    assert len(won) == 1
    assert row.status == {"complete": Status.DONE, "skip": Status.SKIPPED}[won[0]]
    assert all(row.get_status_display() in answer for answer in answers if answer not in ACTS)
    assert Entry.objects.filter(verb__in=("duties.occurrence.done", "duties.occurrence.skipped")).count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_make_each_round_once():
    Cast()
    duty = backup()
    count = duty.occurrences.count()
    Occurrence.objects.all().delete()
    gate = Barrier(3)

    def beat(_) -> int:
        try:
            gate.wait()
            return make_ahead(at=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(beat, range(3))) == [0, 0, count]
