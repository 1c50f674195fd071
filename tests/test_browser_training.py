"""Training in the browser: announced by the general manager, read and tested by a clerk, followed by the chief."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audits.models import Attendance, TrainingSession
from musashimurayama_isms.files.store import attach

from .trainings import make_course

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_announcement_to_the_certificate(cast, visit):
    course = make_course(cast)
    attach(course, SimpleUploadedFile("教材.txt", "守ること".encode()), by=cast.general_manager)
    organiser = visit(cast.general_manager)
    organiser.go(f"/audits/training/courses/{course.pk}/")
    organiser.look("training-course")
    organiser.page.get_by_role("link", name="回を作る").click()
    organiser.look("training-form")
    organiser.page.get_by_label("回の名前").fill("第1回")
    organiser.page.get_by_label("資料閲覧").check()
    organiser.page.locator("[name='due_on_year']").fill("2099")
    organiser.page.locator("[name='due_on_month']").fill("3")
    organiser.page.locator("[name='due_on_day']").fill("31")
    organiser.page.get_by_label("全職員を対象にする").check()
    organiser.press("準備する")
    organiser.look("training-draft")
    organiser.confirm("案内する")
    organiser.page.get_by_text("対象の方に案内しました").wait_for()
    session = TrainingSession.objects.get()

    clerk = visit(cast.clerk)
    clerk.page.get_by_role("link", name="情報セキュリティの基本（第1回）").first.click()
    clerk.look("training-mine")
    clerk.press("資料を読みました")
    clerk.page.get_by_role("link", name="テストを受ける").click()
    clerk.look("training-test")
    clerk.page.get_by_label("ロックする").check()
    clerk.page.get_by_label("すぐに").check()
    clerk.press("答える")
    clerk.page.get_by_text("100点").first.wait_for()
    clerk.look("training-done")
    assert session.attendances.get(person=cast.clerk).status == Attendance.Status.COMPLETED
    clerk.go("/audits/training/")
    clerk.look("training-room")

    organiser.go(f"/audits/training/sessions/{session.pk}/")
    organiser.look("training-session")
    organiser.go(f"/audits/training/sessions/{session.pk}/people/")
    organiser.look("training-people")
    organiser.go("/audits/training/year/")
    organiser.look("training-year")
    organiser.go("/audits/training/sessions/")
    organiser.look("training-sessions")
    chief = visit(cast.section_officer)
    chief.go("/audits/training/section/")
    chief.look("training-section")
    chief.go("/duties/")
    chief.look("duties")
