"""脆弱性: a hole runs to its end in every system that may have it (3.10.6.1)."""

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

from assets.models import System
from assets.registers import RegisterReach
from incidents.alert_figures import security_information
from incidents.models import Bulletin, Vulnerability, VulnerabilityTarget
from incidents.vulnerabilities.forms import AimForm, names_product
from incidents.vulnerabilities.page import VulnerabilityPage
from incidents.vulnerabilities.reminders import remind_vulnerabilities
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.dashboard.desk import waiting
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .cast import PERSONS
from .factory import make_absence, make_department
from .taken import take, text_of

MORNING = timezone.make_aware(datetime(2026, 11, 24, 9, 0))
TODAY = day_of(MORNING)
Status = VulnerabilityTarget.Status


def make_system(cast, department=None, *, by=None, at=MORNING, **fields) -> System:
    facts = {"name": "住民記録", "purpose": "証明書", "network": "lgwan", "asset_class": 1, "manager": "課長"}
    return System.enter(by=by or cast.central_manager, at=at, department=department or cast.section, **facts | fields)


def make_hole(cast, *, at=MORNING, **fields) -> Vulnerability:
    on = day_of(at)
    facts = {"title": "リモートから操作されるおそれ", "severity": 2, "product": "製品A 3.2", "measures": "3.3に更新"}
    return Vulnerability.enter(**facts | {"found_on": on, "due_on": on + timedelta(days=14)} | fields, by=cast.central_manager, at=at)


def make_target(cast, system=None, *, at=MORNING, **fields) -> VulnerabilityTarget:
    hole = make_hole(cast, at=at, **fields)
    hole.aim([system or make_system(cast, at=at)], by=cast.central_manager, at=at)
    return hole.targets.get()


def answer(target, status, *, by, at=MORNING, **fields):
    if status == Status.WORKING:
        fields.setdefault("planned_on", day_of(at))
    if status == Status.DONE:
        fields.setdefault("done_on", day_of(at))
    return target.answer(status, by=by, at=at, **{"words": "版を確かめた"} | fields)


# -- entering and asking -----------------------------------------------------------------------------------------------


def test_the_section_of_the_central_manager_enters_holes_and_nobody_else(cast):
    facts = {"title": "弱点", "severity": 4, "product": "製品", "measures": "更新", "found_on": TODAY, "due_on": TODAY, "at": MORNING}
    keepers = {"central_manager", "secretary", "administrator"}
    for name in PERSONS:
        if name in keepers:
            assert Vulnerability.enter(by=getattr(cast, name), **facts).is_open
        else:
            with pytest.raises(PermissionDenied):
                Vulnerability.enter(by=getattr(cast, name), **facts)
    assert [row.number for row in Vulnerability.objects.order_by("pk")] == ["脆R8-001", "脆R8-002", "脆R8-003"]
    for wrong in ({"found_on": TODAY + timedelta(days=1)}, {"due_on": TODAY - timedelta(days=1)}):
        with pytest.raises(ValidationError):
            Vulnerability.enter(by=cast.central_manager, **facts | wrong)


def test_asking_tells_the_officers_of_the_systems_and_puts_it_on_their_desks(cast):
    hole, system = make_hole(cast), make_system(cast)
    assert hole.aim([system], by=cast.central_manager, at=MORNING) == 1
    assert {row.recipient for row in Notification.objects.all()} == {cast.section_officer}
    assert [item.kind for item in waiting(cast.section_officer, at=MORNING)] == ["脆弱性"]
    assert not waiting(cast.clerk, at=MORNING)
    with pytest.raises(ValidationError):
        hole.aim([system], by=cast.central_manager, at=MORNING)
    with pytest.raises(PermissionDenied):
        hole.aim([make_system(cast)], by=cast.section_officer, at=MORNING)


def test_a_critical_hole_is_told_at_once(cast):
    make_target(cast, severity=1)
    assert Notification.objects.get().urgent


def test_where_no_officer_is_there_the_division_hears(cast):
    make_absence(cast.section_officer, starts_at=MORNING)
    make_target(cast)
    assert {row.recipient for row in Notification.objects.all()} == {cast.division_officer}


def test_a_section_sees_the_hole_and_its_own_systems_only(cast):
    mine, other = make_system(cast), make_system(cast, cast.other_section)
    hole = make_hole(cast)
    hole.aim([mine, other], by=cast.central_manager, at=MORNING)
    make_hole(cast)
    seen = {name: Vulnerability.objects.visible_to(getattr(cast, name), at=MORNING).count() for name in PERSONS}
    assert {name for name, count in seen.items() if count == 2} == {
        "central_manager",
        "secretary",
        "administrator",
        "general_manager",
        "ciso",
    }
    assert (seen["clerk"], seen["outsider_clerk"], seen["division_officer"], seen["personnel"]) == (1, 1, 1, 0)
    rows = VulnerabilityTarget.objects.visible_to(cast.clerk, at=MORNING)
    assert [row.system for row in rows] == [mine]


def test_systems_whose_software_names_the_product_are_chosen_beforehand(cast):
    likely = make_system(cast, software="製品A ３．２\n帳票ソフト")
    make_system(cast, software="別の製品")
    form = AimForm(vulnerability=make_hole(cast, product="製品Ａ 3.2"))
    assert form.initial["likely"] == [likely.pk]
    assert names_product("Sample Server 9", "ｓａｍｐｌｅ 10")
    assert not names_product("", "製品A")
    assert not names_product("版 3.2", "製品A 3.2")


# -- answers -----------------------------------------------------------------------------------------------------------


def test_every_answer_needs_words_and_the_day_that_belongs_to_it(cast):
    target = make_target(cast)
    for status, fields in (
        (Status.NOT_AFFECTED, {"words": " "}),
        (Status.WORKING, {"planned_on": TODAY - timedelta(days=1)}),
        (Status.DONE, {"done_on": TODAY + timedelta(days=1)}),
    ):
        with pytest.raises(ValidationError):
            answer(target, status, by=cast.clerk, **fields)
    answer(target, Status.WORKING, by=cast.clerk)
    answer(target, Status.DONE, by=cast.clerk)
    target.refresh_from_db()
    assert (target.status, target.planned_on, target.done_on) == (Status.DONE, None, TODAY)
    with pytest.raises(InvalidTransition):
        answer(target, Status.WORKING, by=cast.clerk)


def test_strangers_do_not_answer_and_only_the_officer_asks_to_leave_it(cast):
    target = make_target(cast)
    for person in (cast.outsider_officer, cast.general_manager, cast.division_officer):
        with pytest.raises(PermissionDenied):
            answer(target, Status.DONE, by=person)
    with pytest.raises(PermissionDenied):
        answer(target, Status.REFUSAL_ASKED, by=cast.clerk)
    answer(target, Status.REFUSAL_ASKED, by=cast.section_officer)
    assert Notification.objects.filter(recipient=cast.central_manager, title__contains="申出").exists()
    assert [item.kind for item in waiting(cast.central_manager, at=MORNING)] == ["脆弱性"]
    assert not [item for item in waiting(cast.general_manager, at=MORNING) if item.kind == "脆弱性"]


def test_leaving_it_is_accepted_by_another_person_until_a_day(cast):
    target = answer(make_target(cast), Status.REFUSAL_ASKED, by=cast.section_officer)
    later = TODAY + timedelta(days=90)
    with pytest.raises(PermissionDenied):
        target.accept(words="認める", review_on=later, by=cast.section_officer, at=MORNING)
    with pytest.raises(ValidationError):
        target.accept(words="認める", review_on=TODAY, by=cast.central_manager, at=MORNING)
    with pytest.raises(ValidationError):
        target.accept(words="", review_on=later, by=cast.central_manager, at=MORNING)
    target.accept(words="代わりの対策がある", review_on=later, by=cast.central_manager, at=MORNING)
    target.refresh_from_db()
    assert (target.status, target.review_on, target.decided_by) == (Status.REFUSED, later, cast.central_manager)
    assert Notification.objects.filter(recipient=cast.section_officer, title__contains="決まりました").exists()


def test_what_the_central_manager_asks_for_the_own_section_is_decided_by_the_general_manager(cast):
    department = cast.central_manager.appointments.get().post.department
    target = answer(make_target(cast, make_system(cast, department)), Status.REFUSAL_ASKED, by=cast.central_manager)
    assert target.decider(cast.central_manager, at=MORNING) is None
    assert [item.kind for item in waiting(cast.general_manager, at=MORNING)] == ["脆弱性"]
    assert Notification.objects.filter(recipient=cast.general_manager, title__contains="申出").exists()
    assert target.decline(words="更新する", by=cast.general_manager, at=MORNING).status == Status.WORKING


# -- the end -----------------------------------------------------------------------------------------------------------


def test_it_is_closed_only_when_every_system_is_at_an_end(cast):
    target = make_target(cast)
    hole = target.vulnerability
    with pytest.raises(InvalidTransition, match="1件"):
        hole.close(outcome="終えた", by=cast.central_manager, at=MORNING)
    answer(target, Status.DONE, by=cast.clerk)
    with pytest.raises(ValidationError):
        hole.close(outcome="", by=cast.central_manager, at=MORNING)
    with pytest.raises(PermissionDenied):
        hole.close(outcome="終えた", by=cast.section_officer, at=MORNING)
    hole.close(outcome="終えた", by=cast.central_manager, at=MORNING)
    with pytest.raises(InvalidTransition):
        target.ask_again(due_on=TODAY, by=cast.central_manager, at=MORNING)
    with pytest.raises(InvalidTransition):
        hole.change(title="別の件名", by=cast.central_manager, at=MORNING)
    hole.reopen(by=cast.central_manager, at=MORNING)
    with pytest.raises(PermissionDenied):
        target.ask_again(due_on=TODAY, by=cast.secretary, at=MORNING)
    target.ask_again(due_on=TODAY, by=cast.central_manager, at=MORNING)
    assert target.vulnerability.targets.get().status == Status.UNCHECKED


def test_the_central_manager_hears_once_nothing_is_left_and_the_system_shows_its_holes(cast):
    now = timezone.now()
    target = make_target(cast, at=now)
    page = cast.client(cast.clerk).get(target.system.get_absolute_url()).content.decode()
    assert "脆R8-001 リモートから操作されるおそれ" in page
    answer(target, Status.WORKING, by=cast.clerk, at=now)
    assert not Notification.objects.filter(recipient=cast.central_manager).exists()
    answer(target, Status.DONE, by=cast.clerk, at=now)
    assert Notification.objects.get(recipient=cast.central_manager).title.endswith("すべてのシステムの対応が終わりました")


def test_a_new_day_moves_the_systems_that_have_the_old_one_and_are_not_at_an_end(cast):
    target = make_target(cast)
    done = make_system(cast)
    hole = target.vulnerability
    hole.aim([done], by=cast.central_manager, at=MORNING)
    answer(hole.targets.get(system=done), Status.DONE, by=cast.clerk)
    later = hole.due_on + timedelta(days=7)
    hole.change(due_on=later, by=cast.central_manager, at=MORNING)
    assert {row.status: row.due_on for row in hole.targets.all()} == {"unchecked": later, "done": later - timedelta(days=7)}


def test_what_is_late_is_computed_and_reminded_of_and_told_further_up(cast):
    target = make_target(cast)
    Notification.objects.all().delete()
    due = timezone.make_aware(datetime(2026, 12, 8, 9, 0))

    def titles(person, *, at):
        Notification.objects.all().delete()
        remind_vulnerabilities(at=at)
        remind_vulnerabilities(at=at)  # each word once
        return [row.title for row in Notification.objects.filter(recipient=person)]

    assert titles(cast.section_officer, at=due - timedelta(days=3)) == []
    assert titles(cast.section_officer, at=due - timedelta(days=1)) == ["期限が近づいています：脆弱性 脆R8-001 への対応（S-0001）"]
    assert titles(cast.section_officer, at=due)[0].startswith("今日が期限です")
    assert not VulnerabilityTarget.objects.overdue(on=day_of(due)).exists()
    late = due + timedelta(days=1)
    assert VulnerabilityTarget.objects.overdue(on=day_of(late)).get() == target
    assert titles(cast.section_officer, at=late)[0].startswith("期限を過ぎています")
    assert titles(cast.central_manager, at=late) == ["期限を過ぎています：脆弱性 脆R8-001（S-0001）"]
    assert security_information(at=late).by_clause["3.10.6.1"].late == 1
    answer(target, Status.DONE, by=cast.clerk, at=late)
    assert titles(cast.section_officer, at=late + timedelta(days=9)) == []


def test_the_day_to_look_again_is_told_to_the_central_manager(cast):
    target = answer(make_target(cast), Status.REFUSAL_ASKED, by=cast.section_officer)
    target.accept(words="認める", review_on=TODAY + timedelta(days=30), by=cast.central_manager, at=MORNING)
    Notification.objects.all().delete()
    assert remind_vulnerabilities(at=MORNING + timedelta(days=29)) == 0
    assert remind_vulnerabilities(at=MORNING + timedelta(days=40)) == 1
    assert Notification.objects.get().recipient == cast.central_manager


# -- whatever people do ------------------------------------------------------------------------------------------------

WHAT = [*VulnerabilityTarget.ANSWERS, "accept", "decline", "again", "close", "reopen"]
ACTS = st.lists(
    st.tuples(st.sampled_from(["clerk", "section_officer", "central_manager", "general_manager"]), st.sampled_from(WHAT)), max_size=14
)


def test_no_order_of_acts_loses_a_system_or_lets_one_person_ask_and_accept(cast):
    system = make_system(cast)

    @settings(max_examples=25, deadline=None)
    @given(ACTS)
    def walk(acts):
        with transaction.atomic():
            target = make_target(cast, system)
            for minute, (name, what) in enumerate(acts, start=1):
                _act(target, getattr(cast, name), what, MORNING + timedelta(minutes=minute))
                _check(target)
            transaction.set_rollback(True)

    walk()


def _act(target, person, what, at):
    hole = target.vulnerability
    doors = {
        "accept": lambda: target.accept(words="認める", review_on=TODAY + timedelta(days=9), by=person, at=at),
        "decline": lambda: target.decline(words="認めない", by=person, at=at),
        "again": lambda: target.ask_again(due_on=TODAY, by=person, at=at),
        "close": lambda: hole.close(outcome="終えた", by=person, at=at),
        "reopen": lambda: hole.reopen(by=person, at=at),
    }
    with contextlib.suppress(InvalidTransition, PermissionDenied):
        doors.get(what, lambda: answer(target, what, by=person, at=at))()


def _check(target):
    row = VulnerabilityTarget.objects.select_related("vulnerability").get(pk=target.pk)
    if not row.vulnerability.is_open:
        assert row.is_ended
    if row.status == Status.REFUSED:
        assert row.decided_by_id != row.answered_by_id
        assert row.review_on is not None
    if row.status == Status.DONE:
        assert row.done_on is not None
    if row.status != Status.UNCHECKED:
        assert row.words
        assert row.answered_by_id
    assert VulnerabilityTarget.objects.unended().filter(pk=row.pk).exists() == (not row.is_ended)


# -- pages -------------------------------------------------------------------------------------------------------------


def day(name: str, value) -> dict:
    return {f"{name}_{part}": str(getattr(value, part)) for part in ("year", "month", "day")}


def test_from_the_word_to_the_systems_by_the_pages(cast):
    now = timezone.now()
    system = make_system(cast, at=now, software="製品A 3.2")
    client = cast.client(cast.secretary)
    content = {
        "title": "弱点",
        "severity": "1",
        "product": "製品A",
        "measures": "更新する",
        "origin": "nation",
        **day("found_on", day_of(now)),
    }
    assert client.post(reverse("incidents:vulnerability_new"), content | {"product": ""}).status_code == 422
    page = client.post(reverse("incidents:vulnerability_new"), content, follow=True).content.decode()
    hole = Vulnerability.objects.get()
    assert hole.due_on == day_of(now) + timedelta(days=3)  # the city's days for 緊急
    assert "台帳のソフトウェアに製品の名称があるシステム" in page
    url = reverse("incidents:vulnerability_aim", args=[hole.pk])
    assert client.post(url, {}).status_code == 422
    assert "1件のシステムの所管課に" in client.post(url, {"likely": [system.pk]}, follow=True).content.decode()
    assert "加えられるシステムはありません" in client.get(url).content.decode()
    change = reverse("incidents:vulnerability_change", args=[hole.pk])
    assert client.post(change, content | {"title": "弱点（改）", **day("due_on", day_of(now))}, follow=True).status_code == 200
    hole.refresh_from_db()
    assert (hole.title, hole.targets.get().due_on) == ("弱点（改）", day_of(now))


def test_the_section_answers_with_evidence_and_a_bad_answer_keeps_its_words(cast):
    target = make_target(cast, at=timezone.now())
    client, url = cast.client(cast.clerk), reverse("incidents:target_answer", args=[target.pk])
    page = client.get(target.vulnerability.get_absolute_url()).content.decode()
    assert "当てはまるかを確かめてください" in page
    assert "対応しない（中央管理者の承認を求める）" not in client.get(url).content.decode()
    refused = client.post(url, {"status": "done", "words": "打った言葉"})
    assert (refused.status_code, "打った言葉" in refused.content.decode()) == (422, True)
    proof = SimpleUploadedFile("記録.txt", "版".encode())
    bad = SimpleUploadedFile("記録.png", b"<html></html>")
    content = {"status": "done", "words": "更新した", **day("done_on", timezone.localdate())}
    assert client.post(url, content | {"uploads": bad}).status_code == 422
    assert not StoredFile.objects.exists()
    assert "記録.txt" in client.post(url, content | {"uploads": proof}, follow=True).content.decode()
    assert "いまは答えられません" in client.get(url, follow=True).content.decode()
    assert client.get(StoredFile.objects.get().get_absolute_url()).status_code == 200
    assert cast.client(cast.outsider_clerk).get(StoredFile.objects.get().get_absolute_url()).status_code == 404


def test_the_decision_and_the_second_look_by_the_pages(cast):
    now = timezone.now()
    target = answer(make_target(cast, at=now), Status.REFUSAL_ASKED, by=cast.section_officer, at=now)
    url, client = reverse("incidents:target_decide", args=[target.pk]), cast.client(cast.central_manager)
    assert client.post(url, {"outcome": "accept", "words": "認める"}).status_code == 422
    later = timezone.localdate() + timedelta(days=30)
    page = client.post(url, {"outcome": "accept", "words": "認める", **day("review_on", later)}, follow=True).content.decode()
    assert "もう一度確認を求める" in page
    assert "決めるものはありません" in client.get(url, follow=True).content.decode()
    client.post(reverse("incidents:target_ask_again", args=[target.pk]), day("due_on", later))
    target.refresh_from_db()
    assert (target.status, target.due_on) == (Status.UNCHECKED, later)
    answer(target, Status.NOT_AFFECTED, by=cast.clerk, at=now)
    hole = target.vulnerability
    client.post(reverse("incidents:vulnerability_close", args=[hole.pk]), {"outcome": "該当なし"})
    hole.refresh_from_db()
    assert not hole.is_open
    assert "対応中に戻しました" in client.post(reverse("incidents:vulnerability_reopen", args=[hole.pk]), follow=True).content.decode()


def test_a_bulletin_begins_with_the_words_of_the_hole(cast):
    now = timezone.now()
    hole = make_hole(cast, at=now, severity=1)
    client = cast.client(cast.central_manager)
    url = f"{reverse('incidents:bulletin_new')}?vulnerability={hole.pk}"
    assert "リモートから操作されるおそれ" in client.get(url).content.decode()
    content = {"title": "件名", "text": "本文", "urgency": "1", "kind": "hole", "audience": "all", "origin": "nation"}
    client.post(url, content | day("expires_on", day_of(now)))
    assert Bulletin.objects.get().vulnerability == hole
    assert "出した注意喚起" in client.get(hole.get_absolute_url()).content.decode()


def test_the_table_is_narrowed_as_the_list_and_as_the_person_sees(cast):
    now = timezone.now()
    hole = make_hole(cast, at=now)
    hole.aim([make_system(cast, at=now), make_system(cast, cast.other_section, at=now, name="文書管理")], by=cast.central_manager, at=now)
    make_target(cast, at=now, severity=4, title="低い弱点")
    mine = text_of(take(cast.client(cast.clerk), "incidents.vulnerability_targets", severity=2))
    assert "住民記録" in mine
    assert "文書管理" not in mine
    assert "低い弱点" not in mine
    assert Entry.objects.get(verb="exports.table.taken").changes["count"] == 1
    assert take(cast.client(cast.central_manager), "incidents.vulnerability_targets", "xlsx").getvalue().startswith(b"PK")


def test_lists_and_pages_ask_the_same_number_of_questions_with_few_and_many(cast):
    now = timezone.now()
    hole = make_hole(cast, at=now)
    hole.aim([make_system(cast, at=now)], by=cast.central_manager, at=now)
    client = cast.client(cast.section_officer)

    def asked(url) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    few = asked(reverse("incidents:vulnerabilities")), asked(hole.get_absolute_url())
    hole.aim([make_system(cast, at=now) for _ in range(4)], by=cast.central_manager, at=now)
    for _ in range(3):
        make_target(cast, at=now)
    assert (asked(reverse("incidents:vulnerabilities")), asked(hole.get_absolute_url())) == few
    found = client.get(reverse("incidents:vulnerabilities"), {"q": "製品a", "severity": "2", "late": "true"})
    assert found.context["page_obj"].paginator.count == 0


def test_how_many_questions_a_word_to_the_officers_asks_does_not_grow_with_the_sections(cast):
    def questions(hole, *sections) -> int:
        systems = [make_system(cast, section) for section in sections]
        with CaptureQueriesContext(connection) as found:
            hole.aim(systems, by=cast.central_manager, at=MORNING)
        return len(found)

    empty = [make_department(f"課{number}", parent=cast.section.parent) for number in range(5)]  # there the 部 is asked for as well
    questions(make_hole(cast), cast.section)
    few = questions(make_hole(cast), cast.section, empty[0])
    assert questions(make_hole(cast), cast.section, cast.other_section, *empty) == few


def test_the_tally_counts_only_the_systems_that_the_person_sees(cast):
    hole = make_hole(cast)
    hole.aim([make_system(cast), make_system(cast, cast.other_section)], by=cast.central_manager, at=MORNING)

    def asked(person) -> int:
        reach = RegisterReach.of(person, at=MORNING)
        rows = Vulnerability.objects.visible_to(person, at=MORNING, reach=reach).with_tally(on=TODAY, reach=reach)
        assert len(VulnerabilityPage(hole, reach, MORNING).targets) == rows.get().asked
        return rows.get().asked

    assert (asked(cast.clerk), asked(cast.central_manager), asked(cast.secretary)) == (1, 2, 2)
