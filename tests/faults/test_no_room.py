"""No room on the disk, no database, a session that ended: the person is told in Japanese, nothing is half done, what was typed is kept."""

import errno
import html
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as portal
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from incidents.models import Incident, IncidentKind
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.trail.models import Entry

from ..cast import Cast

OURS = {"origin": "http://testserver"}
TYPED = {"topic": "unclear", "title": "迷うこと", "text": "長く書いた<b>相談</b>\n二行目"}
ASK = "/incidents/consultations/new/"


@pytest.fixture
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def client(cast) -> Client:
    browser = cast.client(cast.clerk)
    browser.raise_request_exception = False
    return browser


@pytest.fixture
def draft(cast: Cast) -> Incident:
    reference.load()
    kind = IncidentKind.objects.get(code="other")
    facts = {"kind": kind, "noticed_at": timezone.now(), "personal_information": "no", "department": cast.section}
    return Incident.objects.create(reporter=cast.clerk, **facts, summary="試験", place="窓口")


@pytest.fixture
def fields(draft) -> dict[str, str]:
    return {"summary": "書いた", "place": "窓口", "department": str(draft.department_id), "informant": "self"}


def full(*args, **kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


def state() -> tuple:
    return Entry.objects.count(), StoredFile.objects.count(), Incident.objects.submitted().count()


def test_a_full_disk_while_a_file_is_kept_undoes_the_whole_act_and_says_so(client, draft, fields, media, monkeypatch):
    before = state()
    monkeypatch.setattr(FileSystemStorage, "_save", full)
    answer = client.post(f"/incidents/{draft.pk}/draft/", fields | {"uploads": SimpleUploadedFile("記録.txt", b"a")})
    assert answer.status_code == 507
    assert "保存する場所がいっぱいです" in answer.content.decode()
    assert "入力した文は残っています" in answer.content.decode()
    assert state() == before
    monkeypatch.undo()
    assert client.post(f"/incidents/{draft.pk}/draft/", fields | {"uploads": SimpleUploadedFile("記録.txt", b"a")}).status_code == 302
    assert state()[1:] == (before[1] + 1, before[2] + 1)


def test_a_disk_that_fills_while_the_upload_comes_in_says_so_too(client, draft, media, monkeypatch, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    monkeypatch.setattr(TemporaryUploadedFile, "__init__", full)
    before = state()
    answer = client.post(f"/incidents/{draft.pk}/draft/", {"uploads": SimpleUploadedFile("記録.txt", b"a" * 100)})
    assert answer.status_code == 507
    assert state() == before


@pytest.mark.parametrize("words", ["could not extend file: No space left on device", "database or disk is full"])
def test_a_full_disk_of_the_database_undoes_the_act_and_says_so(client, draft, fields, media, words):
    before = state()

    def no_room(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "trail_entry" in sql:
            raise OperationalError(words)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(no_room):
        answer = client.post(f"/incidents/{draft.pk}/draft/", fields)
    assert answer.status_code == 507
    assert state() == before


def test_a_database_out_of_reach_is_told_apart_from_a_fault_of_the_portal(client, draft):
    def away(execute, sql, params, many, context):
        raise OperationalError("connection to server failed")

    with connection.execute_wrapper(away):
        answer = client.get("/incidents/")
    assert answer.status_code == 503
    assert "データベースにつながりません" in answer.content.decode()


def test_a_job_that_finds_no_room_is_tried_again_and_leaves_no_half_file(cast, draft, media, monkeypatch):
    draft.report(by=cast.clerk, at=timezone.now())
    job = enqueue("incidents.report_sheet", by=cast.clerk, subject=draft, incident=str(draft.pk))
    monkeypatch.setattr(FileSystemStorage, "_save", full)
    run_job(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.QUEUED
    assert not job.results.exists()
    monkeypatch.undo()
    run_job(job.pk, clock=lambda: timezone.now() + timedelta(hours=1))
    job.refresh_from_db()
    assert job.status == Job.Status.DONE
    assert job.results.count() == 1


# -- the session ends while somebody types ------------------------------------------------------------------------------------


def resent(page: str) -> dict[str, str]:
    """The fields that the page would send again."""
    pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in pairs if name != "csrfmiddlewaretoken"}


def test_what_was_typed_when_the_session_ended_is_in_the_answer_and_is_sent_again_after_log_in(cast, client):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.get(ASK)
        clock.shift(portal.SESSION_IDLE)
        answer = client.post(ASK, TYPED, headers=OURS)
        page = answer.content.decode()
        assert answer.status_code == 401
        assert "入力した内容は、この画面に残っています" in page
        assert "<b>相談" not in page
        assert resent(page) == TYPED
        client.force_login(cast.clerk, backend="allauth.account.auth_backends.AuthenticationBackend")
        answer = client.post(ASK, resent(page), headers=OURS)
        assert answer.status_code == 302
        assert TYPED["text"].splitlines()[0] in client.get(answer["Location"]).content.decode().replace("&lt;", "<").replace("&gt;", ">")


def test_a_session_that_is_gone_altogether_keeps_what_was_typed_too(cast):
    answer = Client().post(ASK, TYPED, headers=OURS)
    assert answer.status_code == 401
    assert resent(answer.content.decode()) == TYPED


def test_after_a_log_in_in_another_tab_the_old_form_is_kept_and_sent_with_one_press(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.clerk, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post(ASK, TYPED | {"csrfmiddlewaretoken": "a" * 64}, headers=OURS)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert resent(page) == TYPED
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    assert client.post(ASK, TYPED | {"csrfmiddlewaretoken": token}, headers=OURS).status_code == 302


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_the_form_of_another_site_is_never_offered_for_sending_again(cast, origin):
    for browser in (Client(), Client(enforce_csrf_checks=True)):
        if browser.handler.enforce_csrf_checks:
            browser.force_login(cast.clerk, backend="allauth.account.auth_backends.AuthenticationBackend")
        answer = browser.post(ASK, TYPED, headers={"origin": origin} if origin else {})
        assert answer.status_code in (302, 403)
        assert TYPED["title"] not in answer.content.decode()


def test_a_password_is_never_written_into_a_page(cast):
    answer = Client().post("/password/", {"oldpassword": "himitsu-1", "password1": "himitsu-2", "password2": "himitsu-2"}, headers=OURS)
    assert answer.status_code == 302
