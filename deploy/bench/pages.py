"""The pages that are measured, each with the person who opens it; run in a process of its own, for it is about one database.

Prints JSON: for each page its name, address, cookie and goal.
"""
# ruff: noqa: E402  models can be imported only once Django is set up

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.bench.settings")

import django

django.setup()

from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from assets.models import Asset
from audits.engagements.generation import make_items
from audits.models import Assignment, Engagement, Sheet
from deploy.bench.figures import DASHBOARD, PAGE
from incidents.models import Incident
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.fiscal import fiscal_year

CLAUSE = "3.5.2.7.2"
ASSETS_A_PAGE = 50


@dataclass(frozen=True)
class Page:
    """One page; without a user nobody is logged in."""

    name: str
    path: str
    user: str = ""
    goal: float = PAGE


def person(username: str) -> User:
    return User.objects.get(username=username)


def engagement() -> Engagement:
    """An audit of the model section with its items; begun now where there is none."""
    if found := Engagement.objects.first():
        return found
    head, auditor, at = person("sokatsu"), person("kansa"), timezone.now()
    section = Department.objects.get(code="shimin-ka")
    facts = {"department": section, "special_reason": "測定のため", "purpose": "画面の速さを測る", "clauses": []}
    row = Engagement.begin(**facts, ends_on=(at + timedelta(days=120)).date(), by=head, at=at)
    Assignment.ask(row, auditor, is_lead=True, by=head, at=at).accept(by=auditor, at=at)
    make_items(row, by=auditor, at=at)
    return row


def pages() -> Iterator[Page]:
    """In the order of the table."""
    sheet = Sheet.objects.missing().filter(campaign__status="open", person__isnull=False).select_related("person").first()
    incident = Incident.objects.filter(status=Incident.Status.CLOSED).first()
    assets, last = reverse("assets:asset_list"), -(-Asset.objects.count() // ASSETS_A_PAGE)
    year = fiscal_year(timezone.localdate())
    yield Page("ログイン", reverse("account_login"))
    yield Page("受信箱（課長）", reverse("desk"), "kacho", DASHBOARD)
    yield Page("受信箱（CISO）", reverse("desk"), "ciso", DASHBOARD)
    yield Page("申請 終わったものの一覧", reverse("approvals:desk", args=["ended"]), "chuo")
    yield Page("申請 全庁の一覧", reverse("approvals:desk", args=["all"]), "chuo")
    yield Page("情報資産の一覧", assets, "chuo")
    yield Page("情報資産の一覧 最後のページ", f"{assets}?page={last}", "chuo")
    yield Page("情報資産の一覧 分類と種別で絞る", f"{assets}?asset_class=2&kind=paper", "chuo")
    yield Page("情報資産の一覧 言葉で絞る", f"{assets}?q=%E5%8F%B0%E5%B8%B3", "chuo")
    yield Page("情報資産", Asset.objects.order_by("registered_at").first().get_absolute_url(), "chuo")
    yield Page("インシデントの一覧", reverse("incidents:desk", args=["central"]), "chuo")
    yield Page("インシデント", incident.get_absolute_url(), "chuo")
    yield Page("条項", reverse("policy:clause", args=[CLAUSE]), "shokuin")
    yield Page("自己点検票", sheet.get_absolute_url(), sheet.person.username)
    yield Page("監査の確認表", reverse("audits:checklist", args=[engagement().pk]), "kansa")
    yield Page("証跡の一覧", reverse("trail:list"), "kanri")
    yield Page("証跡の一覧 氏名で絞る", f"{reverse('trail:list')}?person=%E8%8A%B1%E5%AD%90", "kanri")
    yield Page("状況（CISO）", reverse("overview"), "ciso", DASHBOARD)
    yield Page("状況（課長）", reverse("overview"), "kacho", DASHBOARD)
    yield Page("予定表 年", reverse("calendar_year", args=[year]), "ciso")
    try:
        yield Page("検索", f"{reverse('search')}?q=%E5%8F%B0%E5%B8%B3", "chuo")
        yield Page("検索 一文字", f"{reverse('search')}?q=%E3%81%AE", "chuo")
    except NoReverseMatch:
        return  # the room is not installed


def cookie(username: str) -> str:
    """A session of the person, as the header of a request."""
    if not username:
        return ""
    client = Client()
    client.force_login(person(username), backend="allauth.account.auth_backends.AuthenticationBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


if __name__ == "__main__":
    json.dump([{**asdict(page), "cookie": cookie(page.user)} for page in pages()], sys.stdout)
