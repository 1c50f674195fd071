"""`make bench`: how many times the work of a bare Django page the main pages cost, in one process, without the network.

A ratio travels from machine to machine, seconds do not. The pages are asked with the test client in turn, so that a busy moment of
the machine falls on all of them; the figure is the median of ROUNDS requests. The database is a throw-away SQLite in memory with the
reference data, the policy (POLICY_FILE, or the outline) and REPORTS incidents.
"""
# ruff: noqa: E402  models can be imported only once Django is set up

import io
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.utils import setup_databases, setup_test_environment, teardown_databases
from django.urls import path, reverse
from django.utils import timezone

from deploy.prepare import policy_file
from incidents.models import Incident, IncidentKind
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import main_department

ROUNDS = 60
REPORTS = 200
urlpatterns = [path("", lambda request: HttpResponse("<!doctype html><title>bare</title>"))]


def fill() -> User:
    """The data of the bench; gives the clerk who made the reports."""
    quiet = io.StringIO()
    call_command("load_reference", stdout=quiet)
    if source := policy_file():
        call_command("import_policy", str(source), stdout=quiet)
    os.environ.setdefault("SAMPLE_PASSWORD", "bench-only-4711")
    call_command("sample_staff", password_env="SAMPLE_PASSWORD", stdout=quiet)  # noqa: S106  the name of a variable
    clerk, now = User.objects.get(username="shokuin"), timezone.now()
    kind, department = IncidentKind.objects.first(), main_department(clerk, on=timezone.localdate())
    for number in range(REPORTS):
        draft = Incident.objects.create(
            kind=kind,
            reporter=clerk,
            department=department,
            noticed_at=now - timedelta(minutes=30),
            personal_information=Incident.Answer.NO,
            summary=f"{number + 1} 件目",
        )
        draft.report(by=clerk, at=now)
    return clerk


def pages(clerk: User) -> dict[str, Callable[[], HttpResponse]]:
    """The pages that are measured, by name, each as a function that asks for it once."""
    client = Client()
    client.force_login(clerk, backend="allauth.account.auth_backends.AuthenticationBackend")
    addresses = {
        "受信箱": reverse("desk"),
        "条項 3.5.2.7.2": reverse("policy:clause", args=["3.5.2.7.2"]),
        "ポリシーの目次": reverse("policy:toc"),
        f"インシデントの一覧（{REPORTS}件）": reverse("incidents:desk", args=["mine"]),
    }
    return {name: lambda address=address: client.get(address) for name, address in addresses.items()}


def bare() -> HttpResponse:
    """The bare page: a view that answers a constant, no middleware, no database."""
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
        return Client().get("/")


def seconds(ask: Callable[[], HttpResponse]) -> float:
    began = time.perf_counter()
    response = ask()
    spent = time.perf_counter() - began
    if response.status_code != 200:
        sys.exit(f"測れません: {response.request['PATH_INFO']} が {response.status_code} を返しました。")
    return spent


def main() -> None:
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        asked = {"空の画面": bare, **pages(fill())}
        spent: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(ROUNDS + 5):
            for name, ask in asked.items():
                spent[name].append(seconds(ask))
        medians = {name: statistics.median(times[5:]) for name, times in spent.items()}
        for name, median in medians.items():
            print(f"{median / medians['空の画面']:8.1f} 倍  {median * 1000:7.1f} ms  {name}")
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
