"""The way of a text from the browser into the portal: upload → reading → preview → draft → in force.

The bytes lie as a file of the job until a person has looked at the preview; the draft is read from the same bytes again,
whole or not at all.
"""

from dataclasses import asdict
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.queue import enqueue
from policy.importer.dates import first_day_of
from policy.importer.outline import the_policy
from policy.importer.parsed import Clause
from policy.importer.reading import Reading, read
from policy.importer.store import store
from policy.models import Revision
from policy.numbers import label, printed

FIRST_LINES = 3
LOST = "アップロードしたファイルを開けないか、内容が変わっています。お手数ですが、もう一度アップロードしてください。"


@transaction.atomic
def take_in(upload: UploadedFile, *, by: User) -> Job:
    """Keep an upload and have it read; gives the job. ValidationError as in files.store.attach."""
    job = enqueue("policy.read", by=by, name=upload.name)
    attach(job, upload, by=by)
    return job


def reading_of(job: Job, *, at: datetime) -> Reading:
    """Read the file of a job; a file that is lost or altered gives a refusal."""
    stored = StoredFile.objects.about(job).first()
    content = stored.open_verified(at=at) if stored else None
    if content is None:
        return Reading(job.params.get("name", ""), "", refusal=LOST)
    with content:
        return read(content.read(), stored.name)


@transaction.atomic
def store_draft(job: Job, *, by: User, at: datetime) -> Revision | None:
    """The draft made of a job's file; None when the file is lost or altered. The same file again gives the revision there is."""
    reading = reading_of(job, at=at)
    if reading.policy is None:
        return None
    return store(reading, the_policy(), by=by, at=at)


def stored_revision(digest: str) -> Revision | None:
    """The revision that was made of the file with this digest."""
    rows = Revision.objects.of_the_policy().exclude(status=Revision.Status.DISCARDED).filter(source_digest=digest, is_outline=False)
    return rows.order_by("pk").first() if digest else None


def effect_of(revision: Revision) -> str:
    """What putting a draft in force does, for the question before it."""
    return (
        f"施行すると、入力した施行日から、全職員に表示されるポリシーが「{revision.name}」に替わります。"
        "施行した版は、あとから直したり取り消したりできません。"
    )


def proposed_day(revision: Revision) -> date | None:
    """The 施行日 that the text itself suggests: the first day of the month in its name, else of 発行年月."""
    return first_day_of(revision.name) or first_day_of(revision.report.get("colophon", {}).get("発行年月", ""))


def preview_of(reading: Reading) -> dict:
    """What a person looks at before anything is stored, as plain data: report, tree, corrections, how each chapter begins."""
    policy = reading.policy
    if policy is None:
        return {"report": reading.report()}
    return {
        "report": reading.report(),
        "tree": [_entry(clause) for clause in policy.clauses if clause.heading],
        "beginnings": [_beginning(chapter, policy.clauses) for chapter in policy.clauses if chapter.depth == 1],
        "corrections": [
            {"citation": printed(clause.number), **asdict(correction)} for clause in policy.clauses for correction in clause.corrections
        ],
    }


def _entry(clause: Clause) -> dict:
    return {"label": label(clause.number), "heading": clause.heading.replace("*", ""), "depth": clause.depth}


def _beginning(chapter: Clause, clauses: list[Clause]) -> dict:
    """The first lines of a chapter, its own or those of its first clauses that have any."""
    texts = [clause.text for clause in clauses if clause.text and clause.number.split(".")[0] == chapter.number]
    lines = [line for text in texts[:FIRST_LINES] for line in text.split("\n")][:FIRST_LINES]
    return {"label": label(chapter.number), "heading": chapter.heading, "lines": lines}
