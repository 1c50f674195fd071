"""Reading a new text in from the browser: kept, read, looked at, stored as a draft, put in force; never by halves."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.trail.models import Entry
from policy import intake
from policy.models import Clause, Correction, GlossaryTerm, Revision

from .policy_text import SAMPLE

UPLOAD = "/policy/revisions/import/"
DAY = {"effective_on_year": "R5", "effective_on_month": "４", "effective_on_day": "1"}


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def administrator(cast):
    return cast.client(cast.administrator)


def send(client, content: bytes | None = None, name: str = "kadan.txt"):
    return client.post(UPLOAD, {"source": SimpleUploadedFile(name, SAMPLE.read_bytes() if content is None else content)})


def read_in(client, content: bytes | None = None) -> Job:
    """Upload and read: the job with its result."""
    assert send(client, content).status_code == 302
    job = Job.objects.latest("created_at")
    run_job(job.pk)
    job.refresh_from_db()
    return job


def preview_of(job: Job) -> str:
    return reverse("policy:import_preview", args=[job.pk])


def store_of(job: Job) -> str:
    return reverse("policy:import_store", args=[job.pk])


def test_the_way_from_the_file_to_the_policy_in_force(administrator, cast):
    job = read_in(administrator)
    page = administrator.get(preview_of(job))
    for words in ("さくら町花壇管理ポリシー", "令和5年4月（改定）", "花壇条例第2条", "水やりの方法", "確認事項", "案として取り込む"):
        assertContains(page, words)
    assert not Revision.objects.exists()

    administrator.post(store_of(job))
    draft = Revision.objects.get()
    assert draft.status == Revision.Status.DRAFT
    assertContains(administrator.get(draft.get_absolute_url()), "読み込みの報告")
    assertContains(cast.client(cast.clerk).get(reverse("policy:toc")), "施行中のポリシーがありません")

    publish = reverse("policy:publish", args=[draft.pk])
    assertContains(administrator.get(publish), 'value="2023"')
    administrator.post(publish, DAY)
    draft.refresh_from_db()
    assert (draft.status, draft.effective_on) == (Revision.Status.PUBLISHED, date(2023, 4, 1))
    assertContains(cast.client(cast.clerk).get(reverse("policy:toc")), "水やりの方法")
    verbs = set(Entry.objects.filter(actor=cast.administrator).values_list("verb", flat=True))
    assert {"policy.revision.imported", "policy.revision.published"} <= verbs


def test_every_page_of_a_text_that_was_read_in_can_be_opened(administrator, cast):
    administrator.post(store_of(read_in(administrator)))
    draft = Revision.objects.get()
    administrator.post(reverse("policy:publish", args=[draft.pk]), DAY)
    clerk = cast.client(cast.clerk)
    for clause in draft.clauses.all():
        for query in ("", "?text=printed"):
            assert clerk.get(clause.get_absolute_url() + query).status_code == 200, clause.number
    assert clerk.get(reverse("policy:print") + "?text=printed").status_code == 200
    assert clerk.get(reverse("policy:glossary")).status_code == 200


def test_while_the_file_is_being_read_the_page_says_so(administrator):
    page = administrator.get(send(administrator).url)
    assertContains(page, "順番待ち")
    assertNotContains(page, "案として取り込む")


def test_a_file_that_is_no_policy_gets_a_report_and_stores_nothing(administrator):
    job = read_in(administrator, "議事録です。\n次回は来月です。\n".encode())
    assert job.status == Job.Status.FAILED
    page = administrator.get(preview_of(job))
    assertContains(page, "章の見出し")
    assertContains(page, "ポリシーには何も取り込んでいません")
    administrator.post(store_of(job))
    assert not Revision.objects.exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "kara.txt"),
        (b"%PDF-1.7 \x00\x01", "policy.pdf.txt"),
        (b"MZ\x00\x01\x02", "policy.txt"),
        ("第1章 本文".encode(), "policy.exe"),
        ("第1章 ".encode() * 700_000, "ookii.txt"),
    ],
)
def test_what_is_no_small_text_file_is_refused_at_once(administrator, content, name):
    page = send(administrator, content, name)
    assert page.status_code == 422
    assertContains(page, "入力内容に誤りがあります", status_code=422)
    assert not Job.objects.exists()
    assert not StoredFile.objects.exists()


def test_the_same_file_twice_is_one_revision(administrator):
    for _ in range(2):
        job = read_in(administrator)
        administrator.post(store_of(job))
        administrator.post(store_of(job))
    assert Revision.objects.count() == 1
    page = administrator.get(preview_of(job))
    assertContains(page, "取り込み済み")
    assertNotContains(page, "案として取り込む")


def test_a_file_altered_after_the_preview_is_not_stored(administrator, settings):
    job = read_in(administrator)
    stored = StoredFile.objects.about(job).get()
    (settings.MEDIA_ROOT / stored.content.name).chmod(0o600)
    (settings.MEDIA_ROOT / stored.content.name).write_text("第1章 別の本文")
    page = administrator.post(store_of(job), follow=True)
    assertContains(page, "もう一度アップロードしてください")
    assert not Revision.objects.exists()


def test_nothing_is_stored_by_halves(administrator, cast, monkeypatch):
    job = read_in(administrator)

    def breaks(*args, **kwargs):
        raise RuntimeError("the lights go out")

    monkeypatch.setattr(GlossaryTerm.objects, "bulk_create", breaks)
    with pytest.raises(RuntimeError):
        administrator.post(store_of(job))
    assert not Revision.objects.exists()
    assert not Clause.objects.exists()
    assert not Correction.objects.exists()


def test_a_day_that_does_not_exist_publishes_nothing(administrator):
    administrator.post(store_of(read_in(administrator)))
    draft = Revision.objects.get()
    for day in ({}, DAY | {"effective_on_month": "13"}):
        assert administrator.post(reverse("policy:publish", args=[draft.pk]), day).status_code == 422
    draft.refresh_from_db()
    assert draft.status == Revision.Status.DRAFT


def test_a_published_revision_is_not_published_again(administrator):
    administrator.post(store_of(read_in(administrator)))
    draft = Revision.objects.get()
    url = reverse("policy:publish", args=[draft.pk])
    administrator.post(url, DAY)
    for ask in (administrator.get, lambda url: administrator.post(url, DAY | {"effective_on_day": "2"})):
        assertRedirects(ask(url), draft.get_absolute_url())
    draft.refresh_from_db()
    assert draft.effective_on == date(2023, 4, 1)


@pytest.mark.parametrize("who", ["clerk", "central_manager", "ciso", "secretary"])
def test_everybody_else_meets_404(cast, administrator, who):
    job = read_in(administrator)
    other = cast.client(getattr(cast, who))
    for url in (UPLOAD, preview_of(job), store_of(job)):
        assert other.get(url).status_code == 404
        assert other.post(url).status_code == 404
    administrator.post(store_of(job))
    url = reverse("policy:publish", args=[Revision.objects.get().pk])
    assert other.get(url).status_code == 404
    assert other.post(url, DAY).status_code == 404


def test_a_job_of_another_kind_has_no_preview(administrator, cast):
    job = Job.objects.create(kind="other", title="別の処理", created_by=cast.administrator)
    assert administrator.get(preview_of(job)).status_code == 404


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(SAMPLE.read_text(encoding="utf-8").splitlines()), max_size=40))
def test_any_shuffled_text_gives_a_preview_or_a_refusal(lines):
    reading = intake.read("\n".join(lines).encode(), "mixed.txt")
    preview = intake.preview_of(reading)
    assert bool(reading.refusal) == ("tree" not in preview)
