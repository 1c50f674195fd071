"""Reorganisation: a post that changes its roles from a day, and a council that changes its mind in March."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from musashimurayama_isms.accounts.models import Appointment, Department, Deputyship, Naming, PersonnelChange, Post, Role, RoleCode, Seat
from musashimurayama_isms.accounts.reorganisation.gaps import gaps
from musashimurayama_isms.accounts.reorganisation.people import carry_over_left
from musashimurayama_isms.accounts.standing import acting, has_role, main_department
from musashimurayama_isms.accounts.tasks import apply_due_changes_task
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .factory import make_appointment, make_asset, make_department, make_deputyship, make_post
from .test_personnel_change import line
from .test_reorganisation import (
    APRIL,
    MARCH,
    MORNING,
    NOW,
    abolish,
    count_of,
    establish,
    establish_post,
    on_the_day,
    refused,
    rename,
    send,
    waiting,
)

pytestmark = pytest.mark.django_db
DAY_OF_NOW = NOW.date()


@pytest.fixture
def city(cast, clock):
    """The cast on a day in March, and the browser of the 職員課."""
    clock.now = NOW
    cast.clock, cast.browser = clock, cast.client(cast.personnel)
    return cast


def post_of(code: str) -> Post:
    return Post.objects.get(code=code)


def roles_of(post: Post) -> set[str]:
    return set(post.roles.values_list("code", flat=True))


def change(city, post: Post, *roles: str, by=None, **data):
    """The form of a post sent as the screen sends it; title and committees as they are unless given."""
    seats = Seat.objects.filter(post=post, until=None).values_list("committee", flat=True)
    given = {"title": post.title, "since": APRIL, "committees": list(seats), **data}
    given["roles"] = [Role.objects.get(code=code).pk for code in roles]
    boxes = {}
    for key, value in given.items():
        part = {"year": value.year, "month": value.month, "day": value.day} if isinstance(value, date) else {}
        boxes |= {f"{key}_{name}": number for name, number in part.items()} or {key: value}
    return (city.client(by) if by else city.browser).post(reverse("accounts:change_post", args=[post.pk]), boxes)


def withdraw(city, thing):
    name = "withdraw_post" if isinstance(thing, Post) else "withdraw_department"
    return city.browser.post(reverse(f"accounts:{name}", args=[thing.pk]), follow=True).content.decode()


def page_of_withdrawal(city, thing) -> str:
    name = "withdraw_post" if isinstance(thing, Post) else "withdraw_department"
    return city.browser.get(reverse(f"accounts:{name}", args=[thing.pk])).content.decode().split("<main")[1]


def tables() -> dict:
    """All that a reorganisation may write, to compare."""
    return {model: list(model.objects.order_by("pk").values()) for model in (Department, Post, Seat, Appointment, Deputyship)}


# A post changes


def test_a_post_gets_other_roles_from_a_day_and_its_holders_go_over(city):
    old = post_of("shimin-ka.staff")
    assert change(city, old, "TERMINAL_USER", "PERMIT_AUTHORITY", title="担当").status_code == 302
    assert not has_role(city.clerk, RoleCode.PERMIT_AUTHORITY, at=NOW)
    on_the_day(city)
    old.refresh_from_db()
    assert (old.until, old.title, roles_of(old)) == (MARCH, "職員", {"TERMINAL_USER"})
    new = old.successor
    assert (new.since, new.title, new.department, new.position) == (APRIL, "担当", old.department, old.position)
    assert has_role(city.clerk, RoleCode.PERMIT_AUTHORITY, at=MORNING)
    assert {row.person for row in Appointment.objects.in_force(APRIL).filter(post=new)} == {city.clerk, city.colleague, city.promoter}
    assert {row.person for row in Appointment.objects.in_force(MARCH).filter(post=old)} == {city.clerk, city.colleague, city.promoter}
    assert {entry.subject_label for entry in Entry.objects.filter(verb="accounts.appointment.carried_over")} == {
        "市民 花子",
        "市民 次郎",
        "推進 一郎",
    }
    assert Entry.objects.about(new).get().verb == "accounts.post.changed"
    told = Notification.objects.get(recipient=city.clerk)
    assert "市民部市民課 担当 になりました" in told.body
    before = tables()
    assert carry_over_left(at=MORNING) == 0
    assert tables() == before


def test_a_change_entered_afterwards_moves_the_people_at_once(city):
    old = post_of("shimin-ka.staff")
    assert change(city, old, "TERMINAL_USER", "PERMIT_AUTHORITY", since=date(2027, 3, 1)).status_code == 302
    assert has_role(city.clerk, RoleCode.PERMIT_AUTHORITY, at=NOW)


def test_the_deputy_of_a_vacant_post_goes_over_too(city):
    post = post_of("shimin-ka.head")
    Appointment.objects.filter(post=post).update(until=date(2027, 2, 28))
    make_deputyship(post, city.clerk)
    change(city, post, "TERMINAL_USER", "SECTION_OFFICER", "PERMIT_AUTHORITY")
    on_the_day(city)
    assert city.clerk in {hat.person for hat in acting(RoleCode.PERMIT_AUTHORITY, at=MORNING)}


def test_a_seat_goes_with_the_post_or_ends_where_it_is_not_chosen(city):
    post = post_of("shimin.head")
    seat = Seat.objects.in_force(APRIL).get(post=post)
    change(city, post, *roles_of(post), title="室長", committees=[])
    seat.refresh_from_db()
    assert seat.until == MARCH
    assert not Seat.objects.in_force(APRIL).filter(post__title="室長").exists()
    other = post_of("somu.head")
    chosen = Seat.objects.in_force(APRIL).get(post=other)
    change(city, other, *roles_of(other), title="総務部長")
    assert Seat.objects.in_force(APRIL).get(post__title="総務部長").is_chair == chosen.is_chair


def test_nobody_gives_a_role_to_himself(city):
    own = post_of("shokuin.head")
    refused(change(city, own, *roles_of(own), "ADMINISTRATOR"), "自分に役割「ポータル管理者」")
    make_deputyship("bunsho-hosei.head", city.personnel)
    deputised = post_of("bunsho-hosei.head")
    refused(change(city, deputised, *roles_of(deputised), "ADMINISTRATOR"), "代理に指名されている")
    assert change(city, own, *roles_of(own), "ADMINISTRATOR", by=city.administrator).status_code == 302


def test_nobody_gives_a_role_to_himself_by_a_post_that_takes_the_own_one_over(city):
    old = Department.objects.get(code="shokuin")
    establish(city, name="人事課", code="jinji", parent=old.parent, has_posts="")
    new = Department.objects.get(code="jinji")
    roles = [Role.objects.get(code=code).pk for code in ("SECTION_OFFICER", "ADMINISTRATOR")]
    assert establish_post(city, department=new, title="課長", roles=roles).status_code == 302
    refused(abolish(city, department=old, successor=new), "自分に役割「ポータル管理者」")
    with pytest.raises(PermissionDenied):
        old.abolish(on=MARCH, successor=new, by=city.ciso, at=NOW)
    old.abolish(on=MARCH, successor=new, by=city.administrator, at=NOW)
    refused(establish_post(city, department=old, title="主査"), "ありません")


def test_the_last_one_with_a_needed_role_is_warned_of_and_may_be_meant(city):
    post = post_of("gyosei-keiei.head")
    left = roles_of(post) - {"CENTRAL_MANAGER"}
    answer = change(city, post, *left)
    refused(answer, "中央電子計算組織管理者」を持つ人が", "承知で登録する")
    post.refresh_from_db()
    assert post.until is None
    assert change(city, post, *left, leaves_vacant="on").status_code == 302
    page = city.browser.get(reverse("accounts:reorganisation")).content.decode()
    assert "このままでは、足りない職があります" in page
    assert [gap.role for gap in gaps(DAY_OF_NOW)] == ["中央電子計算組織管理者"]
    other = post_of("somu.head")
    assert change(city, other, *roles_of(other), "CENTRAL_MANAGER").status_code == 302
    assert gaps(DAY_OF_NOW) == []


def test_a_role_that_another_has_too_goes_without_a_warning(city):
    city.clerk_post = make_post(city.section, "審査担当", "PERMIT_AUTHORITY")
    make_appointment(city.clerk, city.clerk_post)
    post = post_of("kikaku-zaisei.head")
    assert change(city, post, *(roles_of(post) - {"PERMIT_AUTHORITY"})).status_code == 302


def test_a_new_section_without_a_chief_is_told_on_the_list(city):
    establish(city, has_posts="")
    found = gaps(DAY_OF_NOW)
    assert [(gap.department.name, gap.role, gap.on) for gap in found] == [("市民相談課", "情報セキュリティ担当者", APRIL)]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({}, "変わるところがありません"),
        ({"title": "課長"}, "すでにあります"),
        ({"title": "担当", "since": date(2027, 2, 4)}, "31日前"),
        ({"title": "担当", "since": date(2040, 4, 1)}, "年を確かめて"),
        ({"title": ""}, "職名"),
        ({"more": ("SECTION_OFFICER",)}, "課長が持っています"),
        ({"more": ("CISO",)}, "副市長が持っています"),
    ],
)
def test_a_change_that_does_not_fit_is_told_why_and_nothing_is_written(city, data, word):
    post, before = post_of("shimin-ka.staff"), tables()
    refused(change(city, post, "TERMINAL_USER", *data.pop("more", ()), **data), word)
    assert tables() == before


def test_a_post_changes_only_after_it_has_begun_and_before_it_ends(city):
    begun = make_post(city.section, "主査", "TERMINAL_USER", since=date(2027, 3, 1))
    refused(change(city, begun, "TERMINAL_USER", title="主幹", since=date(2027, 3, 1)), "始まっています")
    refused(change(city, begun, "TERMINAL_USER", title="主幹", since=date(2027, 2, 20)), "その日以後")
    send(city, "abolish_post", post=begun, on=MARCH)
    refused(change(city, begun, "TERMINAL_USER", title="主幹"), "終わることになっています")


def test_an_appointment_that_begins_after_the_day_stands_in_the_way(city):
    make_appointment(city.outsider_clerk, "shimin-ka.staff", since=date(2027, 4, 10))
    refused(change(city, post_of("shimin-ka.staff"), "TERMINAL_USER", title="担当"), "文書 法子さん")


def test_a_post_that_has_not_begun_is_changed_itself(city):
    establish(city)
    post = Department.objects.get(code="shimin-sodan").posts.get(title="係長")
    assert change(city, post, "TERMINAL_USER", "PERMIT_AUTHORITY", title="主査").status_code == 302
    post.refresh_from_db()
    assert (post.title, post.until, post.successor) == ("主査", None, None)
    assert "PERMIT_AUTHORITY" in roles_of(post)


def test_a_renamed_section_keeps_its_people_where_a_post_of_it_gets_another_title(city):
    rename(city)
    new = Department.objects.get(code="madoguchi")
    change(city, new.posts.get(title="職員"), "TERMINAL_USER", title="担当")
    on_the_day(city)
    assert Appointment.objects.in_force(APRIL).get(person=city.clerk).post.title == "担当"
    assert main_department(city.clerk, on=APRIL) == new


def test_a_change_is_withdrawn_and_the_post_goes_on(city):
    post = post_of("gyosei-keiei.head")
    before = tables()
    change(city, post, *roles_of(post), title="室長")
    refused(city.browser.post(reverse("accounts:take_back_post", args=[post.pk]), follow=True), "「職の変更」のほう")
    new = Post.objects.get(title="室長")
    assert "行政経営課 課長" in page_of_withdrawal(city, new)
    assert "取りやめました" in withdraw(city, new)
    after = tables()
    assert {key: len(rows) for key, rows in after.items()} == {key: len(rows) for key, rows in before.items()}
    assert after == before
    on_the_day(city)
    assert [hat.person for hat in acting(RoleCode.CENTRAL_MANAGER, at=MORNING)] == [city.central_manager]


def test_a_changed_post_that_changes_again_is_withdrawn_from_the_end(city):
    post = post_of("shimin-ka.staff")
    change(city, post, "TERMINAL_USER", title="担当")
    first = Post.objects.get(title="担当")
    change(city, first, "TERMINAL_USER", title="主任", since=date(2027, 7, 1))
    last = Post.objects.get(title="主任")
    page = page_of_withdrawal(city, first)
    assert "もう一度変わる" in page
    assert reverse("accounts:withdraw_post", args=[last.pk]) in page
    assert "まだ取りやめられません" in withdraw(city, first)
    withdraw(city, last)
    withdraw(city, first)
    post.refresh_from_db()
    assert (post.until, post.successor) == (None, None)


def test_whoever_is_named_on_the_day_of_a_change_takes_the_place_of_the_earlier_one(city):
    change(city, post_of("shimin-ka.promoter"), "PROMOTER", title="推進員")
    Naming.name_promoter(city.section, city.colleague, since=APRIL, by=city.section_officer, at=NOW)
    on_the_day(city)
    assert [hat.person for hat in acting(RoleCode.PROMOTER, at=MORNING, department=city.section)] == [city.colleague]


def test_a_list_knows_who_comes_with_a_changed_post_and_what_is_left_of_it(city):
    """The holder goes over on the day: the post is not free for another, and a second post may be given up under its new title."""
    make_appointment(city.outsider_officer, "shimin-ka.chief", kind=Appointment.Kind.CONCURRENT)
    change(city, post_of("shimin-ka.chief"), "TERMINAL_USER", "PERMIT_AUTHORITY")
    change(city, post_of("shimin-ka.head"), "TERMINAL_USER", "SECTION_OFFICER", "PERMIT_AUTHORITY")
    with pytest.raises(InvalidTransition, match="1行"):
        waiting(city, line(city.outsider_clerk, "異動", "市民課", "課長"))
    waiting(city, line(city.outsider_officer, "兼務解除", "市民課", "係長"))
    on_the_day(city)
    assert not Appointment.objects.in_force(APRIL).filter(person=city.outsider_officer, post__department=city.section).exists()


# What was planned is withdrawn


def test_a_new_division_goes_with_all_that_was_planned_for_it(city):
    body = city.division.parent
    establish(city, kind="division", name="こども部", code="kodomo", parent=body)
    division = Department.objects.get(code="kodomo")
    establish(city, name="こども相談課", code="kodomo-sodan", parent=division)
    rename(city, name="市民課", code="shimin-ka-2", parent=division)
    head = division.posts.get(title="部長")
    make_appointment(city.clerk, head, since=APRIL)
    make_deputyship(head, city.colleague, since=APRIL, until=date(2027, 4, 30))
    page = page_of_withdrawal(city, division)
    for word in ("こども部こども相談課", "こども部市民課", "こども部 部長", "市民 花子（こども部 部長", "市民 次郎", "市民部市民課"):
        assert word in page
    assert "取りやめました" in withdraw(city, division)
    assert not Department.objects.filter(since=APRIL).exists()
    assert not Post.objects.filter(since=APRIL).exists()
    city.section.refresh_from_db()
    assert (city.section.until, city.section.successor) == (None, None)
    assert set(Post.objects.filter(department=city.section).values_list("until", flat=True)) == {None}
    verbs = set(Entry.objects.filter(actor=city.personnel).values_list("verb", flat=True))
    assert {"accounts.department.withdrawn", "accounts.appointment.withdrawn", "accounts.deputyship.ended"} <= verbs
    on_the_day(city)
    assert main_department(city.clerk, on=APRIL) == city.section


def test_a_list_that_waits_stands_in_the_way_and_its_page_is_linked(city):
    establish(city)
    new, before = Department.objects.get(code="shimin-sodan"), Department.objects.count()
    change_ = waiting(city, line(city.colleague, "異動", "市民相談課", "課長"))
    page = page_of_withdrawal(city, new)
    assert "1人を異動させます（市民 次郎さん）" in page
    assert change_.get_absolute_url() in page
    assert "すべて取りやめる" not in page
    assert "まだ取りやめられません" in withdraw(city, new)
    assert Department.objects.count() == before
    change_.discard(by=city.personnel, at=NOW)
    assert "取りやめました" in withdraw(city, new)
    assert not Department.objects.filter(code="shimin-sodan").exists()


def test_a_record_of_another_room_stands_in_the_way_and_is_linked_where_the_person_sees_it(city):
    establish(city)
    new = Department.objects.get(code="shimin-sodan")
    asset = make_asset(city.section, by=city.clerk, at=NOW)
    type(asset).objects.filter(pk=asset.pk).update(department=new)
    hidden = page_of_withdrawal(city, new)
    assert "「情報資産」の1件が、この組織を指しています" in hidden
    assert asset.get_absolute_url() not in hidden
    city.browser = city.client(city.administrator)
    seen = page_of_withdrawal(city, new)
    is_seen = type(asset).objects.visible_to(city.administrator, at=NOW).filter(pk=asset.pk).exists()
    assert (asset.get_absolute_url() in seen) == is_seen
    before = tables()
    assert "「情報資産」の1件" in withdraw(city, new)
    assert tables() == before


def test_a_section_to_be_changed_again_is_withdrawn_from_the_end(city):
    rename(city)
    new = Department.objects.get(code="madoguchi")
    rename(city, old=new, name="窓口課", code="madoguchi-2", since=date(2028, 4, 1))
    assert "先に、その後の変更か廃止" in page_of_withdrawal(city, new)
    withdraw(city, Department.objects.get(code="madoguchi-2"))
    assert "取りやめました" in withdraw(city, new)
    city.section.refresh_from_db()
    assert city.section.until is None


def test_a_merger_is_withdrawn_with_the_new_section_and_both_old_ones_go_on(city):
    establish(city)
    new = Department.objects.get(code="shimin-sodan")
    empty = make_department("空の課", parent=city.division)
    abolish(city, successor=new)
    abolish(city, department=empty, successor=new)
    withdraw(city, new)
    assert set(Department.objects.filter(pk__in=[city.section.pk, empty.pk]).values_list("until", "successor")) == {(None, None)}


def test_the_planned_end_of_a_post_is_kept_by_a_new_name_and_by_its_withdrawal(city):
    june = date(2027, 6, 30)
    post = post_of("shimin-ka.chief")
    send(city, "abolish_post", post=post, on=june)
    rename(city)
    new = Department.objects.get(code="madoguchi")
    assert new.posts.get(title="係長").until == june
    withdraw(city, new)
    post.refresh_from_db()
    assert (post.until, post.successor) == (june, None)


def test_a_planned_post_is_withdrawn_but_not_one_that_a_new_name_needs(city):
    establish_post(city)
    post = Post.objects.get(title="主幹")
    assert "取りやめました" in withdraw(city, post)
    assert not Post.objects.filter(title="主幹").exists()
    rename(city)
    copy = Department.objects.get(code="madoguchi").posts.get(title="職員")
    assert "名称や部の変わる前" in page_of_withdrawal(city, copy)
    assert "まだ取りやめられません" in withdraw(city, copy)


def test_an_end_is_not_taken_back_once_another_has_the_name(city):
    empty = make_department("空の課", parent=city.division)
    abolish(city, department=empty, successor=city.section)
    establish(city, name="空の課", code="kara-2")
    page = city.browser.post(reverse("accounts:take_back_department", args=[empty.pk]), follow=True).content.decode()
    assert "別の「空の課」があります" in page
    empty.refresh_from_db()
    assert empty.until == MARCH


def test_a_section_does_not_end_before_a_post_of_it_has_begun(city):
    establish_post(city, since=date(2027, 5, 1))
    refused(rename(city), "主幹 令和9年5月1日から", "先にその職を取りやめる")
    withdraw(city, Post.objects.get(title="主幹"))
    assert rename(city).status_code == 302


def test_what_would_break_a_list_that_waits_is_refused_with_the_row(city):
    change_ = waiting(city, line(city.outsider_clerk, "異動", "市民部市民課", "職員"))
    before = tables()
    refused(rename(city), "1行が、この登録に合わなくなります", "2行目", "先に「人事異動」")
    assert tables() == before
    change_.discard(by=city.personnel, at=NOW)
    assert rename(city).status_code == 302


def test_a_new_name_that_is_the_old_one_is_refused(city):
    refused(rename(city, name="市民課"), "同じです")


def test_the_pages_cost_the_same_with_more(city):
    establish(city)
    new = Department.objects.get(code="shimin-sodan")
    make_appointment(city.clerk, new.posts.get(title="係長"), since=APRIL)
    change(city, post_of("shimin-ka.chief"), "TERMINAL_USER", "PERMIT_AUTHORITY")
    addresses = [
        reverse("accounts:withdraw_department", args=[new.pk]),
        reverse("accounts:choose_post"),
        reverse("accounts:change_post", args=[post_of("shimin-ka.staff").pk]),
        reverse("accounts:reorganisation"),
        reverse("accounts:abolish_department"),
    ]
    before = [count_of(city, address) for address in addresses]
    for number in range(6):
        establish_post(city, department=new, title=f"主幹{number}")
        change(city, new.posts.get(title=f"主幹{number}"), "TERMINAL_USER", title=f"参事{number}")
        post = make_post(city.section, f"主任{number}", "TERMINAL_USER")
        change(city, post, "TERMINAL_USER", "PERMIT_AUTHORITY")
        make_appointment(city.clerk, new.posts.get(title=f"参事{number}"), since=APRIL)
    assert [count_of(city, address) for address in addresses] == before


def test_a_code_typed_full_width_or_in_capitals_is_taken_for_what_it_means(city):
    assert establish(city, code="Ｓｈｉｍｉｎ-9").status_code == 302
    assert Department.objects.filter(code="shimin-9").exists()
    refused(establish(city, name="別の課", code="SHIMIN-KA"), "すでに使われています")


def test_a_form_begins_with_what_its_address_names(city):
    page = city.browser.get(reverse("accounts:rename_department"), {"old": city.section.pk}).content.decode()
    assert f'<option value="{city.section.pk}" selected>' in page
    address = reverse("accounts:choose_post")
    post = post_of("shimin-ka.staff")
    assert city.browser.get(address, {"post": post.pk}).url == reverse("accounts:change_post", args=[post.pk])
    assert "選択" in city.browser.get(address, {"post": "x"}).content.decode()


def test_the_task_of_the_night_moves_whoever_is_left_after_a_missed_night(city):
    change(city, post_of("shimin-ka.staff"), "TERMINAL_USER", "PERMIT_AUTHORITY")
    city.clock.now = MORNING.replace(day=3)
    apply_due_changes_task.run()
    assert Appointment.objects.in_force(APRIL).get(person=city.clerk).post.since == APRIL
    assert PersonnelChange.objects.count() == 0
