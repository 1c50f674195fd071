"""保存年限と廃棄: every kind is destroyed really – what was written is nowhere in the database –, and every page still opens."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assets.models import SocialAccount
from incidents.continuity.net import Net
from incidents.models import ListIssue, NetRecord
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.retention.columns import content_columns, is_marked
from musashimurayama_isms.retention.content import contents, destroy, key_of
from musashimurayama_isms.retention.kinds import Kind
from musashimurayama_isms.retention.models import Disposal, DisposalRow
from musashimurayama_isms.retention.registry import KINDS, STANDING, by_model
from musashimurayama_isms.search import index
from musashimurayama_isms.search.texts import registered

from .cast import PERSONS, Cast
from .table_rows import PLACES
from .url_table import TABLE
from .world import World

pytestmark = pytest.mark.django_db
SECRET = "山田秘密太郎"  # nothing in the world is called so
NEVER_DESTROYED = {"disclosure:lift"}  # of a copy that is being prepared
WITHOUT_PAGE = {"connection"}  # shown in a list of others
LIVE = ("trail_",)  # the trail is never touched; it holds no content by its own rules


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Built once for the module; nothing of it stays in the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World(Cast())
        transaction.set_rollback(True)


@pytest.fixture
def undone(world) -> Iterator[None]:
    """What a test does to the world is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def everything() -> Iterator[tuple[str, str]]:
    """(table, all its rows as one text) of the whole database but the trail."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(LIVE):
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  (names of the database's own tables)
                yield table, repr(cursor.fetchall())


def where(word: str) -> list[str]:
    escaped = word.encode("unicode_escape").decode()
    return [table for table, rows in everything() if word in rows or escaped in rows or escaped.replace("\\", "\\\\") in rows]


def fill(kind: Kind, record: models.Model, cast: Cast) -> int:
    """Put the secret into every column of content of the record and its parts; gives into how many."""
    filled, words = 0, dict(registered())
    for model, path in kind.parts.items():
        rows = model._base_manager.filter(**{path: record.pk})
        for field in content_columns(model):
            if isinstance(field, models.JSONField):
                for row in rows.exclude(**{f"{field.name}__isnull": True}):
                    value = [SECRET] if isinstance(getattr(row, field.name), list) else {"x": [SECRET]}
                    filled += rows.filter(pk=row.pk).update(**{field.name: value})
            else:
                filled += rows.update(**{field.name: SECRET})
        for row in rows if model in words else ():
            index.put(row, [SECRET])
    attach(record, SimpleUploadedFile(f"{SECRET}.txt", SECRET.encode()), by=cast.clerk)
    type_ = ContentType.objects.get_for_model(record)
    Notification.objects.create(
        recipient=cast.clerk, title=SECRET, body=SECRET, content_type=type_, object_id=str(record.pk), subject_label=SECRET
    )
    job = enqueue("exports.table", by=cast.clerk, subject=record, word=SECRET)
    job.result = {"message": SECRET}
    job.save(update_fields=["result"])
    return filled


def pages(world: World, record: models.Model) -> dict[str, HttpResponse]:
    """What each person meets at the page of a record."""
    if not hasattr(record, "get_absolute_url"):
        return {}
    return {role: world.cast.client(getattr(world.cast, role)).get(record.get_absolute_url(), follow=True) for role in PERSONS}


def statuses(answers: dict[str, HttpResponse]) -> dict[str, int]:
    return {role: answer.status_code for role, answer in answers.items()}


def latest(kind: Kind, world: World) -> models.Model:
    """A record of the kind; two that the world lacks are made."""
    if kind.code == "net":
        NetRecord.keep_paper("card", Net(world.at.date(), with_numbers=False), by=world.cast.secretary, at=world.at)
    if kind.code == "half-year":
        facts = {"fiscal_year": 2026, "part": 1, "version": 1, "text": "x", "digest": "0" * 64, "count": 1, "where": "x"}
        ListIssue.objects.create(published_on=world.at.date(), by=world.cast.secretary, acted_as="x", at=world.at, **facts)
    rows = list(kind.model._base_manager.order_by("-pk"))
    assert rows, "the world has none"
    return next((row for row in rows if has_content(kind, row)), rows[0])


def has_content(kind: Kind, record: models.Model) -> bool:
    parts = [model for model in kind.parts if content_columns(model)]
    return any(model._base_manager.filter(**{kind.parts[model]: record.pk}).exists() for model in parts)


def destroy_record(kind: Kind, record: models.Model, cast: Cast) -> None:
    """As the worker does it, without the way to it: that is tests/test_retention.py."""
    at = timezone.now()
    content = contents(kind, [key_of(record)])[key_of(record)]
    facts = {"kind": kind.code, "ended_year": 2015, "holder": kind.holder, "years": 5, "count": 1, "digest": "0" * 64}
    facts |= {"proposed_by": cast.clerk, "proposed_as": "x", "proposed_at": at, "fiscal_year": 2026, "status": "done"}
    facts |= {
        "decided_by": cast.ciso,
        "decided_as": "最高情報セキュリティ責任者",
        "executed_by": cast.clerk,
        "witnessed_by": cast.colleague,
    }
    disposal = Disposal.objects.create(sequence=Disposal.objects.count() + 1, **facts)
    row = {"kind": kind.code, "key": key_of(record), "number": kind.number(record), "ended_on": at.date(), "digest": content.digest}
    DisposalRow.objects.create(disposal=disposal, columns=content.columns, files=1, state="destroyed", destroyed_at=at, **row)
    destroy(content, at=at)


def test_every_model_with_content_has_a_kind_or_a_reason_why_not():
    of_text = {model._meta.label_lower for model in apps.get_models() if content_columns(model) and not model._meta.proxy}
    of_kinds = {model._meta.label_lower for model in by_model()}
    own = {"retention.disposal", "retention.hold"}  # the record of the disposals themselves
    assert of_text - of_kinds - set(STANDING) - own == set()
    assert not of_kinds & set(STANDING)
    assert not [name for name in STANDING if not apps.get_model(name)]


@pytest.mark.parametrize("code", KINDS)
def test_a_kind_asks_its_rows_and_its_blocks_in_words_that_the_database_knows(code):
    kind = KINDS[code]
    keys = [kind.model._meta.pk.to_python(1) if kind.model._meta.pk.get_internal_type() != "UUIDField" else "0" * 32]
    assert list(kind.rows().order_by("record_end")[:1]) is not None
    assert [block.keys(keys) for block in kind.blocks] == [set()] * len(kind.blocks)
    for model, path in kind.parts.items():
        assert model._base_manager.filter(**{f"{path}__in": keys}).count() == 0
        assert any(kind is one for one in by_model()[model])


@pytest.mark.walk
@pytest.mark.parametrize("code", KINDS)
def test_what_was_written_is_nowhere_in_the_database_and_the_page_still_opens(world, undone, code):
    kind = KINDS[code]
    record = latest(kind, world)
    before = statuses(pages(world, record))
    assert fill(kind, record, world.cast)
    kind.model._base_manager.get(pk=record.pk)
    assert where(SECRET), "the search itself is blind"

    destroy_record(kind, record, world.cast)

    assert where(SECRET) == []
    record = kind.model._base_manager.get(pk=record.pk)
    after = pages(world, record)
    assert statuses(after) == before
    shown = {role for role, answer in after.items() if answer.status_code == 200}
    said = {role for role in shown if "data-destroyed" in after[role].text}
    assert said == (shown if code not in WITHOUT_PAGE else set())
    file = StoredFile.objects.about(record).filter(state="destroyed").last()
    assert file.sha256
    assert is_marked(record)


@pytest.mark.walk
def test_every_page_and_every_table_opens_when_everything_is_destroyed(world, undone):
    DisposalRow.objects.update(state="released")  # those that the world has listed
    SocialAccount.objects.update(status="ended")  # the same account may be there twice once one of them is out of use
    for kind in KINDS.values():
        for record in kind.model._base_manager.all():
            destroy_record(kind, record, world.cast)
    broken = {}
    for name, row in TABLE.items():
        role = next((role for role in PERSONS if row.admits(role)), None)
        if row.method != "get" or role is None or name in NEVER_DESTROYED:
            continue
        client: Client = world.cast.client(getattr(world.cast, role))
        with transaction.atomic():
            try:
                answer = client.get(reverse(name, args=world.args(row.key)), row.data)
                if answer.status_code >= 500:
                    broken[name] = answer.status_code
            except Exception as error:  # noqa: BLE001  (all of them are told together)
                broken[name] = repr(error)
            transaction.set_rollback(True)
    for code, place in PLACES.items():
        for role in ("central_manager", "general_manager", "section_officer", "auditor"):
            client = world.cast.client(getattr(world.cast, role))
            with transaction.atomic():
                try:
                    b"".join(client.post(f"{reverse('exports:take', args=[code, 'csv'])}?{place.query(world)}"))
                except Exception as error:  # noqa: BLE001
                    broken[code] = repr(error)
                transaction.set_rollback(True)
    assert broken == {}
