"""The room 組織: who may open what, what the pages say, and that they cost the same however large the city."""

from datetime import date, datetime, timedelta

import pytest
from axes.models import AccessAttempt
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from musashimurayama_isms.accounts.access import may_log_in
from musashimurayama_isms.accounts.models import (
    Absence,
    Appointment,
    Department,
    DeputyNaming,
    Deputyship,
    HandoverItem,
    PersonnelChange,
    Post,
    RoleCode,
    User,
)
from musashimurayama_isms.accounts.reference import load
from musashimurayama_isms.accounts.standing import acting, holder
from musashimurayama_isms.trail import access as trail_access
from musashimurayama_isms.trail.models import Entry

from .factory import make_absence, make_appointment, make_deputyship, make_user
from .test_personnel_change import line, sheet

pytestmark = pytest.mark.django_db


def day_boxes(name: str, day: date) -> dict[str, str]:
    return {f"{name}_year": str(day.year), f"{name}_month": str(day.month), f"{name}_day": str(day.day)}


def moment_boxes(name: str, moment: datetime) -> dict[str, str]:
    local = timezone.localtime(moment)
    return {**day_boxes(name, local.date()), f"{name}_hour": str(local.hour), f"{name}_minute": str(local.minute)}


def today() -> date:
    return timezone.localdate()


OPEN_TO_ALL = ["organisation", "roles", "committees", "absences", "handover"]
FOR_PERSONNEL = ["personnel_changes", "upload_personnel_change"]


@pytest.mark.parametrize("name", OPEN_TO_ALL + FOR_PERSONNEL + ["users"])
def test_nobody_sees_a_page_before_logging_in(cast, name):
    response = cast.client().get(reverse(f"accounts:{name}"))
    assert response.status_code == 302
    assert reverse("account_login") in response.url


@pytest.mark.parametrize("name", OPEN_TO_ALL)
def test_the_organisation_is_open_to_every_member_of_staff(cast, name):
    for person in (cast.clerk, cast.ciso, cast.auditor):
        assert cast.client(person).get(reverse(f"accounts:{name}")).status_code == 200


def test_the_pages_of_one_department_role_and_person_are_open_to_all(cast):
    browser = cast.client(cast.outsider_clerk)
    page = browser.get(cast.section.get_absolute_url()).content.decode()
    assert "市民 課長" in page
    assert "情報セキュリティ担当者" in page
    assert "市民 課長" in browser.get(reverse("accounts:role", args=["SECTION_OFFICER"])).content.decode()
    assert "市民部市民課 職員" in browser.get(cast.clerk.get_absolute_url()).content.decode()
    assert browser.get(reverse("accounts:person", args=[999_999])).status_code == 404
    assert browser.get(reverse("accounts:role", args=["NONE"])).status_code == 404


def test_personnel_lists_are_for_the_personnel_section_and_administrators(cast):
    for name in FOR_PERSONNEL:
        for person in (cast.personnel, cast.administrator):
            assert cast.client(person).get(reverse(f"accounts:{name}")).status_code == 200
        for person in (cast.clerk, cast.section_officer, cast.ciso, cast.central_manager):
            assert cast.client(person).get(reverse(f"accounts:{name}")).status_code == 404


def test_accounts_are_for_administrators_alone(cast):
    addresses = [reverse("accounts:users"), reverse("accounts:user", args=[cast.clerk.pk])]
    acts = [reverse(f"accounts:{name}", args=[cast.clerk.pk]) for name in ("issue_password", "release_lock", "close_user", "open_user")]
    for person in (cast.clerk, cast.personnel, cast.ciso, cast.central_manager):
        browser = cast.client(person)
        assert [browser.get(address).status_code for address in addresses] == [404, 404]
        assert [browser.post(address).status_code for address in acts] == [404] * 4
    browser = cast.client(cast.administrator)
    assert [browser.get(address).status_code for address in addresses] == [200, 200]
    assert [browser.get(address).status_code for address in acts] == [405] * 4


def test_the_administrators_read_the_trail_and_others_do_not(cast):
    now = timezone.now()
    assert trail_access.may_read(cast.administrator, at=now)
    assert not trail_access.may_read(cast.ciso, at=now)


def test_the_organisation_of_another_day_is_shown(cast):
    Department.objects.filter(code="shimin-ka").update(until=date(2026, 3, 31), successor=cast.other_section)
    browser = cast.client(cast.clerk)
    assert "市民課" in browser.get("/organisation/?on=2026-03-31").content.decode()
    assert "市民課" not in browser.get("/organisation/?on=2026-04-01").content.decode().split("<main")[1]
    typed = browser.get("/organisation/", day_boxes("on", date(2026, 3, 31)))
    assert "市民課" in typed.content.decode().split("<main")[1]
    assert browser.get("/organisation/?on=garbage").status_code == 200
    assert "引き継いでいます" in browser.get(cast.section.get_absolute_url()).content.decode()


def test_an_absent_chief_and_the_deputy_are_seen(cast):
    make_deputyship("shimin-ka.head", cast.colleague)
    make_absence(cast.section_officer, starts_at=timezone.now() - timedelta(hours=1))
    browser = cast.client(cast.clerk)
    assert "不在" in browser.get(cast.section_officer.get_absolute_url()).content.decode().split("<main")[1]
    assert "市民 課長の代理" in browser.get(cast.colleague.get_absolute_url()).content.decode()
    assert "市民 次郎" in browser.get(reverse("accounts:role", args=["SECTION_OFFICER"])).content.decode()


def away(cast, person, *, after: int = 0) -> str:
    """What a person is told after entering an absence of two days, some days from now."""
    start = timezone.now() + timedelta(days=after)
    data = {**moment_boxes("starts_at", start), **moment_boxes("ends_at", start + timedelta(days=2)), "reason": "trip"}
    page = cast.client(person).post(reverse("accounts:absences"), data, follow=True).content.decode()
    return page.split("不在を登録しました。")[1].split("</")[0]


def test_who_goes_away_hears_of_a_deputy_only_where_there_is_one(cast):
    assert "市民部市民課 課長には、この間の代理がいません" in away(cast, cast.section_officer)
    make_deputyship("shimin-ka.head", cast.colleague)
    assert "代理の人が処理できます" in away(cast, cast.section_officer, after=7)
    assert "代理" not in away(cast, cast.clerk)


def test_the_deputy_that_the_policy_names_is_one(cast):
    assert "代理の人が処理できます" in away(cast, cast.ciso)


def count_queries(django_assert_max_num_queries, browser, address: str) -> int:
    with django_assert_max_num_queries(60) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)


def test_pages_cost_the_same_with_forty_persons_more(cast, django_assert_max_num_queries):
    addresses = [
        reverse("accounts:organisation"),
        cast.section.get_absolute_url(),
        reverse("accounts:role", args=["SECTION_OFFICER"]),
        reverse("accounts:committees"),
        reverse("accounts:users"),
        reverse("accounts:person", args=[cast.clerk.pk]),
    ]
    browser = cast.client(cast.administrator)
    for address in addresses:
        browser.get(address)
    before = [count_queries(django_assert_max_num_queries, browser, address) for address in addresses]
    for _ in range(40):
        make_appointment(make_user(), "shimin-ka.staff")
    for day in range(1, 20):
        make_appointment(cast.clerk, "shimin-ka.chief", since=date(2021, 1, day), until=date(2021, 1, day))
    after = [count_queries(django_assert_max_num_queries, browser, address) for address in addresses]
    assert after == before


# -- absences and deputies ---------------------------------------------------------------------------------------------


def test_the_chief_enters_an_absence_names_a_deputy_and_the_deputy_acts(cast):
    browser, now = cast.client(cast.section_officer), timezone.now()
    post = Post.objects.get(code="shimin-ka.head")
    named = browser.post(
        reverse("accounts:name_deputy", args=[post.pk]),
        {"deputy": cast.colleague.pk, **day_boxes("since", today()), **day_boxes("until", today() + timedelta(days=7))},
    )
    assert named.status_code == 302
    entered = browser.post(
        reverse("accounts:absences"),
        {**moment_boxes("starts_at", now - timedelta(minutes=5)), **moment_boxes("ends_at", now + timedelta(hours=4)), "reason": "trip"},
    )
    assert entered.status_code == 302
    (row,) = acting(RoleCode.SECTION_OFFICER, at=now, department=cast.section)
    assert (row.person, row.in_place_of) == (cast.colleague, cast.section_officer)
    browser.post(reverse("accounts:end_absence", args=[Absence.objects.get().pk]))
    assert acting(RoleCode.SECTION_OFFICER, at=timezone.now(), department=cast.section)[0].person == cast.section_officer
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"accounts.absence.entered", "accounts.deputyship.named", "accounts.absence.ended"} <= verbs


def test_an_absence_that_overlaps_or_is_over_is_told_on_the_page(cast):
    browser, now = cast.client(cast.section_officer), timezone.now()
    make_absence(cast.section_officer, starts_at=now, hours=4)
    for start, end in ((1, 2), (-5, -4), (3, 3)):
        boxes = {
            **moment_boxes("starts_at", now + timedelta(hours=start)),
            **moment_boxes("ends_at", now + timedelta(hours=end)),
            "reason": "leave",
        }
        assert browser.post(reverse("accounts:absences"), boxes).status_code == 200
    assert Absence.objects.count() == 1


def test_nobody_ends_the_absence_of_another(cast):
    absence = make_absence(cast.section_officer, starts_at=timezone.now())
    assert cast.client(cast.clerk).post(reverse("accounts:end_absence", args=[absence.pk])).status_code == 404


def test_only_the_holder_or_the_personnel_section_names_a_deputy(cast):
    address = reverse("accounts:name_deputy", args=[Post.objects.get(code="shimin-ka.head").pk])
    for person in (cast.clerk, cast.division_officer, cast.ciso):
        assert cast.client(person).get(address).status_code == 403
    for person in (cast.section_officer, cast.personnel, cast.administrator):
        assert cast.client(person).get(address).status_code == 200
    staff = reverse("accounts:name_deputy", args=[Post.objects.get(code="shimin-ka.staff").pk])
    assert cast.client(cast.clerk).get(staff).status_code == 403


def test_a_deputy_who_cannot_be_one_is_told_on_the_page(cast):
    address = reverse("accounts:name_deputy", args=[Post.objects.get(code="shimin-ka.head").pk])
    browser = cast.client(cast.section_officer)
    week = {**day_boxes("since", today()), **day_boxes("until", today() + timedelta(days=7))}
    past = {**day_boxes("since", today() - timedelta(days=7)), **day_boxes("until", today())}
    User.objects.filter(pk=cast.colleague.pk).update(left_on=today() + timedelta(days=3))
    for choice in ({"deputy": cast.colleague.pk, **week}, {"deputy": cast.clerk.pk, **past}, {"deputy": cast.section_officer.pk, **week}):
        assert browser.post(address, choice).status_code == 200
    assert not Deputyship.objects.exists()


def test_a_deputyship_that_is_ended_ends_at_once(cast):
    naming = DeputyNaming.objects.get(
        pk=make_deputyship("shimin-ka.head", cast.colleague, since=today() - timedelta(days=3), until=today() + timedelta(days=3)).pk
    )
    assert cast.client(cast.clerk).post(reverse("accounts:end_deputyship", args=[naming.pk])).status_code == 403
    assert cast.client(cast.section_officer).post(reverse("accounts:end_deputyship", args=[naming.pk])).status_code == 302
    naming.refresh_from_db()
    assert naming.until == today() - timedelta(days=1)


# -- the 情報化推進員 --------------------------------------------------------------------------------------------------


def test_the_chief_names_the_promoter_and_the_earlier_naming_ends(cast):
    address = reverse("accounts:name_promoter", args=[cast.section.pk])
    response = cast.client(cast.section_officer).post(address, {"person": cast.clerk.pk, **day_boxes("since", today())})
    assert response.status_code == 302
    assert holder(RoleCode.PROMOTER, on=today(), department=cast.section) == cast.clerk
    assert holder(RoleCode.PROMOTER, on=today() - timedelta(days=1), department=cast.section) == cast.promoter
    assert Appointment.objects.get(person=cast.clerk, kind="named").named_by == cast.section_officer


def test_only_the_chief_of_the_section_names_and_only_own_staff(cast):
    address = reverse("accounts:name_promoter", args=[cast.section.pk])
    for person in (cast.clerk, cast.outsider_officer, cast.administrator, cast.division_officer):
        assert cast.client(person).get(address).status_code == 403
    browser = cast.client(cast.section_officer)
    for candidate in (cast.outsider_clerk, cast.promoter):
        assert browser.post(address, {"person": candidate.pk, **day_boxes("since", today())}).status_code == 200
    assert holder(RoleCode.PROMOTER, on=today(), department=cast.section) == cast.promoter


# -- personnel lists ---------------------------------------------------------------------------------------------------


def upload(browser, content: bytes, day: date):
    file = SimpleUploadedFile("異動.csv", content, content_type="text/csv")
    return browser.post(reverse("accounts:upload_personnel_change"), {"file": file, **day_boxes("effective_on", day)})


def test_the_personnel_section_uploads_reads_applies_and_undoes(cast):
    browser = cast.client(cast.personnel)
    response = upload(browser, sheet(line(cast.clerk, "異動", "職員課", "係長")), today())
    change = PersonnelChange.objects.get()
    assert response.url == change.get_absolute_url()
    page = browser.get(response.url).content.decode()
    assert "市民 花子さん: 市民部市民課 職員 → 総務部職員課 係長" in page
    for act, status in (("schedule", "waiting"), ("apply", "applied"), ("undo", "undone")):
        browser.post(reverse(f"accounts:{act}_personnel_change", args=[change.pk]))
        change.refresh_from_db()
        assert change.status == status
        assert browser.get(response.url).status_code == 200
    assert cast.clerk.appointments.get().until is None


def test_bad_rows_are_shown_by_their_line_and_the_list_cannot_be_scheduled(cast):
    browser = cast.client(cast.personnel)
    response = upload(browser, sheet(line(cast.clerk, "異動", "月面課", "係長"), line(cast.colleague, "昇任", "市民課", "係長")), today())
    page = browser.get(response.url).content.decode()
    assert "2行目" in page
    assert "月面課" in page
    assert "適用待ちにする</button></form>" not in page
    browser.post(reverse("accounts:schedule_personnel_change", args=[PersonnelChange.objects.get().pk]))
    assert PersonnelChange.objects.get().status == "draft"


def test_a_file_that_is_no_list_is_told_at_the_field(cast):
    response = upload(cast.client(cast.personnel), b"\x89PNG\r\n\x1a\n\x00\x00", today())
    assert response.status_code == 200
    assert "文字を読み取れません" in response.content.decode()
    assert not PersonnelChange.objects.exists()


def test_a_stranger_finds_no_personnel_list(cast):
    upload(cast.client(cast.personnel), sheet(line(cast.clerk, "異動", "職員課", "係長")), today())
    pk = PersonnelChange.objects.get().pk
    browser = cast.client(cast.section_officer)
    assert browser.get(reverse("accounts:personnel_change", args=[pk])).status_code == 404
    for act in ("schedule", "apply", "undo", "discard"):
        assert browser.post(reverse(f"accounts:{act}_personnel_change", args=[pk])).status_code == 404


def test_the_mover_sees_the_own_list_and_the_former_chief_confirms_it(cast):
    load("handover_items.json")
    browser = cast.client(cast.personnel)
    upload(browser, sheet(line(cast.clerk, "異動", "職員課", "係長")), today())
    for act in ("schedule", "apply"):
        browser.post(reverse(f"accounts:{act}_personnel_change", args=[PersonnelChange.objects.get().pk]))
    item = HandoverItem.objects.filter(person=cast.clerk).first()
    address = reverse("accounts:settle_handover", args=[item.pk])
    mine = cast.client(cast.clerk)
    assert item.label in mine.get(reverse("accounts:handover")).content.decode()
    assert mine.post(address, {"status": "returned"}).status_code == 403
    assert cast.client(cast.colleague).post(address, {"status": "returned"}).status_code == 404
    chief = cast.client(cast.section_officer)
    assert 'value="returned"' in chief.get(reverse("accounts:handover")).content.decode()
    assert chief.post(address, {"status": "garbage"}).status_code == 400
    assert chief.post(address, {"status": "returned"}).status_code == 302
    item.refresh_from_db()
    assert (item.status, item.confirmed_by) == ("returned", cast.section_officer)


# -- accounts ----------------------------------------------------------------------------------------------------------


def test_accounts_are_found_by_any_word_and_by_state(cast):
    browser = cast.client(cast.administrator)
    User.objects.filter(pk=cast.colleague.pk).update(is_active=False)
    User.objects.filter(pk=cast.outsider_clerk.pk).update(left_on=today() - timedelta(days=1))

    def found(**query) -> set[str]:
        return {row.username for row in browser.get(reverse("accounts:users"), query).context["page_obj"]}

    assert found(q="花子") == {"clerk"}
    assert found(q=cast.clerk.staff_number) == {"clerk"}
    assert found(state="closed") == {"colleague"}
    assert found(state="left") == {"outsider_clerk"}
    assert {"clerk", "colleague", "outsider_clerk"} <= found(state="all")
    assert not {"colleague", "outsider_clerk"} & found()


def test_a_one_time_password_is_shown_once_works_and_must_be_changed(cast):
    browser, victim = cast.client(cast.administrator), cast.client(cast.clerk)
    assert victim.get("/organisation/").status_code == 200
    response = browser.post(reverse("accounts:issue_password", args=[cast.clerk.pk]))
    password = response.context["password"]
    assert password in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert password not in browser.get(reverse("accounts:user", args=[cast.clerk.pk])).content.decode()
    cast.clerk.refresh_from_db()
    assert cast.clerk.check_password(password)
    assert cast.clerk.must_change_password
    assert victim.get("/organisation/").status_code == 302
    entry = Entry.objects.about(cast.clerk).get(verb="accounts.user.password_issued")
    assert password not in str(entry.changes)


def test_the_lock_is_released(cast):
    AccessAttempt.objects.create(username="clerk", failures_since_start=5, user_agent="", ip_address="127.0.0.1")
    browser = cast.client(cast.administrator)
    address = reverse("accounts:user", args=[cast.clerk.pk])
    assert "ロック中" in browser.get(address).content.decode()
    browser.post(reverse("accounts:release_lock", args=[cast.clerk.pk]))
    assert not AccessAttempt.objects.exists()
    assert "ロック中" not in browser.get(address).content.decode()


def test_a_closed_account_is_out_at_once_and_can_come_back(cast):
    browser, victim = cast.client(cast.administrator), cast.client(cast.clerk)
    assert victim.get("/organisation/").status_code == 200
    browser.post(reverse("accounts:close_user", args=[cast.clerk.pk]))
    assert victim.get("/organisation/").status_code == 302
    browser.post(reverse("accounts:open_user", args=[cast.clerk.pk]))
    cast.clerk.refresh_from_db()
    assert may_log_in(cast.clerk, on=today()) is None


def test_an_administrator_does_not_close_the_own_account(cast):
    cast.client(cast.administrator).post(reverse("accounts:close_user", args=[cast.administrator.pk]))
    cast.administrator.refresh_from_db()
    assert cast.administrator.is_active


# -- who may log in ----------------------------------------------------------------------------------------------------


def test_reasons_to_be_kept_out(cast, settings):
    assert may_log_in(cast.clerk, on=today()) is None
    assert "停止" in may_log_in(make_user(is_active=False), on=today())
    leaver = make_user(left_on=today())
    assert may_log_in(leaver, on=today()) is None
    assert "退職日" in may_log_in(leaver, on=today() + timedelta(days=1))
    sample = make_user(is_sample=True)
    assert may_log_in(sample, on=today()) is None
    settings.IS_TRIAL = False
    assert "見本" in may_log_in(sample, on=today())


def test_an_outside_auditor_comes_in_for_the_engagement_only(cast):
    outside = make_user(kind=User.Kind.OUTSIDE)
    assert "契約" in may_log_in(outside, on=today())
    make_appointment(outside, "kansa.auditor", since=today(), until=today() + timedelta(days=10))
    assert may_log_in(outside, on=today()) is None
    assert "契約" in may_log_in(outside, on=today() + timedelta(days=11))
