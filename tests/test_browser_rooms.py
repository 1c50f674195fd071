"""Journeys of the administrator, the 職員課 and a reader with a keyboard, in a real browser."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.standing import main_department
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.run import run_job
from policy.models import Revision

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLAIN = ["/", "/organisation/", "/organisation/absences/", "/inbox/notices/", "/jobs/", "/help/report/", "/incidents/paper-form/"]
SAMPLE = Path(__file__).parent / "samples" / "flower_beds.txt"


@pytest.fixture
def city(cast):
    reference.load()
    return cast


def test_an_administrator_reads_a_text_in_looks_at_it_and_puts_it_in_force(city, visit):
    administrator = visit(city.administrator)
    page = administrator.page
    administrator.go("/policy/revisions/import/")
    administrator.look()
    page.get_by_label("ポリシー本文のテキストファイル", exact=False).set_input_files(SAMPLE)
    administrator.press("読み取る")
    page.get_by_text("まもなく始まります").wait_for()
    run_job(Job.objects.get(kind="policy.read").pk)
    page.get_by_role("link", name="結果を見る").click()
    page.get_by_role("heading", name="見つかったもの").wait_for()
    administrator.look()
    administrator.press("案として取り込む")
    page.get_by_text("案として取り込みました").wait_for()
    administrator.look()
    page.get_by_role("link", name="施行する", exact=False).first.click()
    for box, value in {"年": "2026", "月": "4", "日": "1"}.items():
        page.get_by_label(box, exact=True).first.fill(value)
    administrator.confirm("施行する")
    page.get_by_text("施行しました", exact=False).first.wait_for()
    revision = Revision.objects.in_force(timezone.localdate()).get()
    assert revision.source_name == SAMPLE.name
    reader = visit(city.clerk)
    reader.go("/policy/")
    reader.look()


def test_the_personnel_section_reads_the_wrong_rows_by_line_and_applies_a_right_list(city, visit):
    personnel = visit(city.personnel)
    page = personnel.page
    wrong = f"職員番号,氏名,区分,新所属,新職\n{city.clerk.staff_number},{city.clerk.name},異動,存在しない課,職員\n"
    right = f"職員番号,氏名,区分,新所属,新職\n{city.clerk.staff_number},{city.clerk.name},異動,文書法制課,職員\n"
    for text in (wrong, right):
        personnel.go("/organisation/personnel/upload/")
        page.get_by_role("button", name="今日の日付を入れる").click()
        page.locator("input[type=file]").set_input_files({"name": "異動.csv", "mimeType": "text/csv", "buffer": text.encode("cp932")})
        page.locator("main form button").last.click()
        page.wait_for_url("**/personnel/*/")
        personnel.look()
        assert ("2行目" in page.content()) == (text == wrong)
    personnel.confirm("適用待ちにする")
    page.get_by_text("適用待ちにしました").wait_for()
    personnel.confirm("今すぐ適用する")
    page.get_by_text("適用しました").wait_for()
    assert main_department(city.clerk, on=timezone.localdate()) == city.other_section


def test_a_reader_finds_a_clause_with_the_keyboard_alone(city, visit):
    reader = visit(city.clerk)
    page = reader.page
    page.keyboard.press("/")
    page.keyboard.type("3-9(3)ア(ア)")
    page.keyboard.press("Enter")
    page.wait_for_url("**/clauses/3.9.3.1.1/")
    assert "インシデントの報告の流れ" in page.content()
    reader.look()


def test_the_session_of_a_person_who_has_gone_home_ends_and_says_so(city, visit, settings):
    reader = visit(city.clerk)
    settings.SESSION_IDLE = timedelta(seconds=0)
    reader.go("/policy/")
    reader.page.get_by_label("利用者ID").wait_for()
    assert "操作がなかった" in reader.page.content()


@pytest.mark.parametrize("path", PLAIN)
def test_a_page_has_no_barrier_at_125_percent(city, visit, path):
    reader = visit(city.clerk)
    reader.page.set_viewport_size({"width": 1093, "height": 614})
    reader.go(path)
    reader.look()
    assert reader.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
