"""Step 7 in a real browser: the committee judges and tells the authorities, a member decides about publishing."""

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.authorities.half_year import Half
from incidents.models import Sending
from musashimurayama_isms.accounts import reference

from .authority_acts import report_to
from .test_incident_pages import report

LISTS = ("incidents:authority_reports", "incidents:authority_register")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_secretariat_tells_the_authorities_and_a_member_decides_about_publishing(cast, visit):
    reference.load()
    leak = report(cast, personal_information="yes", people_count=150)
    url = reverse("incidents:authorities", args=[leak.pk])
    secretary = visit(cast.secretary)
    page = secretary.page
    secretary.go(url)
    secretary.look("authorities")
    page.get_by_role("link", name="質問に答える").click()
    secretary.look("authority-questions")
    for question in page.get_by_role("group").filter(has_text="要配慮個人情報").all():
        question.get_by_label("いいえ", exact=True).check()
    secretary.press("報告先を判断する")
    page.get_by_text("報告先を判断しました").wait_for()
    secretary.look("authorities-due")
    secretary.go(report_to(leak, "soumu").get_absolute_url())
    secretary.look("authority-sheet")
    page.get_by_role("link", name="送付を記録する").first.click()
    secretary.look("authority-send")
    page.get_by_label("LGWANメール").check()
    page.get_by_label("東京都 第一報・続報").check()
    secretary.press("送付を記録する")
    page.get_by_text("送付を記録しました").wait_for()
    assert Sending.objects.count() == 2
    secretary.go(reverse("incidents:propose_publication", args=[leak.pk]))
    secretary.look()
    page.get_by_label("半期の一覧で公表する").check()
    page.get_by_label("法律が報告を求める漏えい等に当たる").check()
    page.get_by_label("理由", exact=False).first.fill("150人の情報のため")
    page.get_by_label("公表する文", exact=False).first.fill("メールを違う相手に送りました。")
    secretary.press("委員に送る")
    page.get_by_text("公表の案を委員に送りました").wait_for()
    member = visit(cast.member)
    member.go("/")
    member.page.get_by_role("link", name=f"{leak.number} 公表の案").click()
    member.look()
    member.press("この案に決める")
    member.page.get_by_text("公表の方法を決定しました").wait_for()
    member.look()
    half = Half.of(timezone.localdate())
    lists = [reverse("incidents:half_year", args=[half.year, half.part]), *map(reverse, LISTS)]
    for path in lists:
        secretary.go(path)
        secretary.look("-".join(path.strip("/").split("/")[:2]))
