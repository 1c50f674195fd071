"""What tells of persons leaves the portal under a password of its own, which nobody keeps (3.9.1.4)."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from msoffcrypto import OfficeFile
from openpyxl import load_workbook

from musashimurayama_isms import spreadsheet
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.jobs.registry import job
from musashimurayama_isms.jobs.run import Run, run_job

GOOD = "kawaii-momiji-2026"


@job("tests.personal", title="試験の名簿")
def personal(run: Run) -> dict:
    run.keep("名簿.xlsx", spreadsheet.as_xlsx("名簿", ["氏名"], [["見本 花子"]]), is_personal=True)
    return {}


def test_it_leaves_as_a_workbook_that_opens_with_that_password_alone(cast):
    made = enqueue("tests.personal", by=cast.clerk)
    run_job(made.pk)
    result = made.results.get()
    client, page = cast.client(cast.clerk), reverse("jobs:protected", args=[result.pk])
    assert client.get(reverse("jobs:download", args=[result.pk])).url == page
    for password, again in (("short", "short"), (GOOD, "another-long-word"), ("123456789012", "123456789012")):
        assert client.post(page, {"password": password, "again": again}).status_code == 422
    content = b"".join(client.post(page, {"password": GOOD, "again": GOOD}).streaming_content)
    office, opened = OfficeFile(BytesIO(content)), BytesIO()
    assert office.is_encrypted()
    office.load_key(password=GOOD)
    office.decrypt(opened)
    assert load_workbook(opened).active["A2"].value == "見本 花子"
    assert cast.client(cast.colleague).get(page).status_code == 404


def test_the_log_in_password_is_no_password_of_a_file(cast):
    made = enqueue("tests.personal", by=cast.clerk)
    run_job(made.pk)
    cast.clerk.set_password(GOOD)
    cast.clerk.save(update_fields=["password"])
    page = reverse("jobs:protected", args=[made.results.get().pk])
    assert "ログインのパスワードと同じ" in cast.client(cast.clerk).post(page, {"password": GOOD, "again": GOOD}).content.decode()


def test_a_table_of_persons_that_cannot_have_a_password_is_not_kept(cast):
    with pytest.raises(ValueError, match="password"):
        Run(enqueue("tests.personal", by=cast.clerk)).keep("名簿.csv", b"", is_personal=True)


def test_one_that_vanished_from_the_disk_is_said_before_a_password_is_wasted_on_nothing(cast):
    made = enqueue("tests.personal", by=cast.clerk)
    run_job(made.pk)
    result = made.results.get()
    default_storage.delete(result.content.name)
    answer = cast.client(cast.clerk).post(reverse("jobs:protected", args=[result.pk]), {"password": GOOD, "again": GOOD})
    assert (answer.status_code, "もう一度実行する" in answer.content.decode()) == (410, True)
