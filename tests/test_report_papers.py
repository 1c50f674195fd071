"""The papers of the room: contents with pages, rare kanji, the same bytes, progress page by page, and nothing half made."""

import logging
import re
import subprocess

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from musashimurayama_isms import pdf
from musashimurayama_isms.dashboard.reports.asset_register import A_PAGE
from musashimurayama_isms.jobs import papers
from musashimurayama_isms.jobs.models import Job, LeaseLost
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.jobs.run import Run, run_job

from .factory import make_asset

pytestmark = pytest.mark.django_db
ROWS = A_PAGE * 4


def assets(cast, *, count=ROWS):
    for number in range(count):
        make_asset(cast.section, by=cast.clerk, name=f"𠮷田・髙﨑の住民異動届 {number}")


def register(cast, *, by=None, **params):
    return enqueue("dashboard.asset_register", by=by or cast.clerk, **({"department": None, "state": "kept"} | params))


def text_of(content: bytes, *options: str) -> str:
    return subprocess.run(["pdftotext", *options, "-", "-"], input=content, check=True, capture_output=True).stdout.decode()


def content_of(job) -> bytes:
    with job.results.get().content.open("rb") as file:
        return file.read()


def test_the_contents_name_the_page_on_which_a_section_begins(cast):
    assets(cast)
    make_asset(cast.other_section, by=cast.outsider_clerk, name="例規集")
    job = register(cast, by=cast.ciso)
    run_job(job.pk)
    pages = text_of(content_of(job), "-layout").split("\f")
    for name in ("市民部市民課", "総務部文書法制課"):
        shown = int(re.search(rf"{name}\s+\d+件[ .．…]*(\d+)", pages[0])[1])
        heads = [number for number, page in enumerate(pages, start=1) if re.search(rf"^\s*{name}\s*$", page, re.MULTILINE)]
        assert shown == heads[0], name


def test_it_bears_its_form_its_day_its_class_and_the_number_of_each_page(cast):
    assets(cast)
    job = register(cast)
    run_job(job.pk)
    pages = text_of(content_of(job), "-layout").split("\f")[:-1]
    assert "【分類Ⅱ】" in pages[0]
    assert "第3章5(1)関係" in pages[0]
    assert "令和" in pages[0]
    for number, page in enumerate(pages, start=1):
        assert re.search(rf"{number}\s*/\s*{len(pages)}", page)
        assert "分類Ⅱ" in page


def test_rare_kanji_of_names_are_kept(cast):
    assets(cast, count=1)
    job = register(cast)
    run_job(job.pk)
    assert "𠮷田・髙﨑の住民異動届" in text_of(content_of(job))


def test_the_same_conditions_give_the_same_bytes_however_often_the_run_begins_anew(cast):
    assets(cast, count=3)
    job = register(cast)
    run_job(job.pk)
    first, digest = content_of(job), job.results.get().sha256
    Job.objects.filter(pk=job.pk).update(status=Job.Status.QUEUED, attempts=0)  # as if its worker had died before the end
    run_job(job.pk)
    assert content_of(job) == first
    assert job.results.get().sha256 == digest


def test_it_tells_how_many_pages_are_laid_out(cast, monkeypatch):
    assets(cast)
    seen = []
    renew = Job.renew

    def watched(job, *, at, **changes):
        seen.append(changes)
        return renew(job, at=at, **changes)

    monkeypatch.setattr(Job, "renew", watched)
    monkeypatch.setattr(papers, "TELLS_EACH", 2)
    run_job(register(cast).pk)
    told = [changes["message"] for changes in seen if "ページ目" in changes.get("message", "")]
    assert told[:2] == ["紙面を組んでいます（1ページ目）", "紙面を組んでいます（3ページ目）"]
    assert all(changes["done"] <= changes["total"] for changes in seen if "total" in changes)


def test_taken_back_in_the_middle_of_a_page_it_stops_there_and_keeps_nothing(cast, monkeypatch):
    assets(cast)
    job = register(cast)
    renew = Job.renew

    def cancelling(row, *, at, **changes):
        if "1ページ目" in changes.get("message", ""):
            Job.objects.get(pk=row.pk).cancel(by=cast.clerk, at=timezone.now())
        return renew(row, at=at, **changes)

    monkeypatch.setattr(Job, "renew", cancelling)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, job.results.count()) == (Job.Status.CANCELLED, 0)
    assert not default_storage.exists(job.folder) or default_storage.listdir(job.folder)[1] == []


def test_a_worker_that_lost_its_lease_stops_laying_out(cast):
    assets(cast, count=1)
    run = Run(Job.objects.claim(register(cast).pk, at=timezone.now()))
    Job.objects.filter(pk=run.job.pk).update(claim=None)
    with pytest.raises(LeaseLost):
        papers.keep_paper(run, "紙面.pdf", "pdf/continuity_plan.html", {"version": None, "at": timezone.now()})


def test_the_log_of_the_renderer_is_left_as_it_was(cast):
    log = logging.getLogger(pdf.RENDERER_LOG)
    before = (log.level, log.propagate, list(log.handlers))
    pages = []
    pdf.render_pdf("pdf/year_plan.html", {"view": None, "at": timezone.now()}, on_page=pages.append)
    assert pages[0] == 1
    assert (log.level, log.propagate, list(log.handlers)) == before
