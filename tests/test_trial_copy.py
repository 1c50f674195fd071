"""The copy for a test environment: every column decided, nothing of the city in it, all relations kept, the trail proved."""

import gzip
import io
import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, Left

from incidents.models import Incident
from musashimurayama_isms.accounts.models import Appointment, User
from musashimurayama_isms.approvals.models import Decision, Request
from musashimurayama_isms.disclosure.trial_copy import register
from musashimurayama_isms.disclosure.trial_copy.register import CHOICE, KEEP, Unregistered
from musashimurayama_isms.disclosure.trial_copy.samples import Samples
from musashimurayama_isms.disclosure.trial_copy.uploads import sample
from musashimurayama_isms.files.inspection import inspect
from musashimurayama_isms.files.kinds import KINDS
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.trail.models import Entry, Reading
from musashimurayama_isms.trail.reading import note_reading, seal_readings
from musashimurayama_isms.trail.triggers import lifted
from musashimurayama_isms.trail.verification import verify

from .factory import make_user
from .world import World

MARK = "漏洩印"
LONGEST = 100_000
LATER = datetime(2027, 6, 1, 9, 0, tzinfo=TOKYO)


def export(path: Path) -> list[dict]:
    """The lines of a copy, the head first."""
    call_command("export_masked", to=str(path), stdout=io.StringIO())
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in content.decode().splitlines()]


def plant() -> int:
    """Put a mark before every text that is to be masked, in every row; gives in how many columns it stands."""
    count = 0
    for model, name, kind in register.columns():
        field = apps.get_model(model)._meta.get_field(name)
        if kind in (KEEP, CHOICE, "chain", "file", "label") or model.startswith("trail."):
            continue  # the trail refuses to be rewritten: its names are looked for instead
        rows = field.model._base_manager
        if isinstance(field, models.JSONField):
            for row in rows.exclude(**{name: None}):
                value = getattr(row, name)
                new = {**value, "mark": MARK} if isinstance(value, dict) else [*value, MARK] if isinstance(value, list) else MARK
                count += rows.filter(pk=row.pk).update(**{name: new})
        else:
            filled = rows.exclude(**{name: ""}).exclude(**{f"{name}__isnull": True})
            count += filled.update(**{name: Left(Concat(Value(MARK), models.F(name)), field.max_length or LONGEST)})
    return count


# -- the register ----------------------------------------------------------------------------------------------------------


def test_every_column_of_text_is_kept_or_masked_and_no_other_is_spoken_of():
    found = list(register.columns())
    assert len(found) > 900
    assert register.unknown() == []
    kinds = {kind for _, _, kind in found}
    assert {KEEP, CHOICE, "text", "person", "role", "json", "file", "chain"} <= kinds


def test_a_column_that_nobody_has_decided_about_stops_the_export(db, tmp_path, monkeypatch):
    rules = dict(register._rules())
    del rules["incidents.incident", "summary"]
    monkeypatch.setattr(register, "_rules", lambda: rules)
    with pytest.raises(Unregistered):
        list(register.columns())
    with pytest.raises(CommandError, match="incidents.incident.summary"):
        call_command("export_masked", to=str(tmp_path / "copy.jsonl"))
    assert not (tmp_path / "copy.jsonl").exists()


@pytest.mark.parametrize(
    ("model", "column"),
    [("accounts.user", "name"), ("accounts.user", "email"), ("incidents.contact", "after_hours"), ("incidents.incident", "summary")],
)
def test_persons_contacts_and_free_words_are_never_kept(model, column):
    assert register.rule_of(apps.get_model(model)._meta.get_field(column)) not in (KEEP, CHOICE)


def test_no_long_text_of_the_rooms_is_kept():
    reference = {"policy", "accounts", "trail"}
    kept = [
        f"{model}.{name}"
        for model, name, kind in register.columns()
        if kind == KEEP
        and isinstance(apps.get_model(model)._meta.get_field(name), models.TextField)
        and model.split(".")[0] not in reference
    ]
    assert kept == []


# -- samples -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def samples(db) -> Samples:
    make_user("yamada", name="山田 太郎")
    return Samples()


def test_the_same_words_become_the_same_sample_and_others_another(samples):
    assert samples.line("窓口") == samples.line("窓口") != samples.line("倉庫")
    assert samples.person("山田太郎") == samples.person("山田 太郎") == Samples.name(User.objects.get(username="yamada").pk)
    assert samples.person("知らない人") == samples.person("知らない人") != samples.person("別の人")


def test_a_text_is_about_as_long_as_it_was(samples):
    assert abs(len(samples.text("あ" * 200)) - 200) < 20
    assert len(samples.text("あ" * 9000)) < 500


def test_of_a_role_the_name_in_brackets_goes(cast):
    samples = Samples()
    person = samples.person("市民 花子")
    assert samples.role("情報セキュリティ担当者（市民 花子代理）") == f"情報セキュリティ担当者（{person}代理）"
    assert samples.role("情報セキュリティ担当者（職務代理）") == "情報セキュリティ担当者（職務代理）"
    assert "勝手な肩書" not in samples.role("勝手な肩書（市民 花子代理）")


def test_in_json_words_of_the_portal_stay_and_others_go(samples):
    value = {"status": "in_review", "on": "2026-11-26", "what": "書庫の鍵", "n": 3, "who": "山田 太郎", "many": ["tanaka01", None, True]}
    found = samples.json(value)
    assert {name: found[name] for name in ("status", "on", "n")} == {"status": "in_review", "on": "2026-11-26", "n": 3}
    assert "書庫" not in str(found)
    assert "tanaka01" not in str(found)
    assert found["who"] == samples.person("山田 太郎")
    assert found["many"][1:] == [None, True]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.extensions[0])
def test_the_sample_of_each_kind_could_be_attached(kind):
    upload = SimpleUploadedFile(f"sample.{kind.extensions[0]}", sample(kind.media_type))
    assert inspect(upload).kind.media_type == kind.media_type


# -- out ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nothing_of_the_city_is_in_the_copy(cast, tmp_path):
    World(cast)
    names = set(User.objects.values_list("name", flat=True))
    passwords = set(User.objects.values_list("password", flat=True))
    assert plant() > 300
    lines = export(tmp_path / "copy.jsonl")
    dump = (tmp_path / "copy.jsonl").read_text(encoding="utf-8")
    leaks = Counter(f"{line['model']}.{name}" for line in lines[1:] for name, value in line["fields"].items() if MARK in str(value))
    assert leaks == {}
    assert MARK not in dump
    found = Counter(
        f"{line['model']}.{name}"
        for line in lines[1:]
        for name, value in line["fields"].items()
        if any(word in str(value) for word in names)
    )
    assert found == {}
    assert not any(word in dump for word in names | passwords)
    assert Entry.objects.first().verb == "disclosure.copy.made"


@pytest.mark.django_db
def test_the_rows_stay_as_they_are_and_a_file_is_never_written_over(cast, tmp_path):
    before = list(User.objects.order_by("pk").values())
    export(tmp_path / "copy.jsonl.gz")
    assert list(User.objects.order_by("pk").values()) == before
    with pytest.raises(CommandError, match="すでにあります"):
        export(tmp_path / "copy.jsonl.gz")
    assert (tmp_path / "copy.jsonl.gz").stat().st_mode & 0o077 == 0


# -- in -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_copy_can_be_read_into_an_empty_trial_installation(cast, tmp_path):
    world = World(cast)
    note_reading(cast.ciso, world.incident, at=world.at)
    seal_readings(at=LATER)
    path = tmp_path / "copy.jsonl.gz"
    counts = {model: model._base_manager.count() for model in register.models_to_copy()}
    entries = list(Entry.objects.order_by("number").values_list("number", "at", "verb", "object_id", "actor"))
    reporter, decided = world.incident.reporter_id, set(Decision.objects.values_list("request", "person", "at"))
    saved = Incident.objects.get(pk=world.incident.pk).saved_at
    export(path)
    with lifted():
        call_command("flush", interactive=False, verbosity=0)
    said = io.StringIO()
    call_command("import_masked", str(path), stdout=said)
    assert "読み込みました" in said.getvalue()

    counts[Entry] += 1  # that it was read
    assert {model: model._base_manager.count() for model in register.models_to_copy()} == counts
    read = Entry.objects.filter(number__lte=len(entries)).order_by("number")
    assert list(read.values_list("number", "at", "verb", "object_id", "actor")) == entries
    proof = verify()
    assert proof.readings == Reading.objects.exclude(sealed_by=None).count() == 1
    incident = Incident.objects.get(pk=world.incident.pk)
    assert (incident.reporter_id, incident.saved_at) == (reporter, saved)
    assert incident.reporter.name == Samples.name(reporter)
    assert Entry.objects.filter(actor=reporter).values_list("actor_name", flat=True).distinct().get() == Samples.name(reporter)
    assert set(Decision.objects.values_list("request", "person", "at")) == decided
    stored = StoredFile.objects.about(incident).get()
    assert stored.open_verified(at=LATER).read() == sample(stored.media_type)
    call_command("check")
    for person in (cast.administrator, cast.ciso):
        client = cast.client(User.objects.get(pk=person.pk))
        for address in ("/", "/requests/", incident.get_absolute_url(), Request.objects.get(pk=world.request.pk).get_absolute_url()):
            assert client.get(address, follow=True).status_code in (200, 404), address
    made = make_user()  # numbers go on behind those that were read
    Appointment.objects.create(person=made, post=Appointment.objects.first().post, since=date(2027, 4, 1))

    with pytest.raises(CommandError, match="すでに利用者"):
        call_command("import_masked", str(path))


@pytest.mark.django_db
def test_production_another_release_and_a_broken_file_are_refused(cast, tmp_path, settings):
    path = tmp_path / "copy.jsonl"
    lines = export(path)
    for words, head in (("版が違います", {**lines[0], "migrations": {"other": "release"}}), ("写しではありません", {"form": "other"})):
        path.write_text(json.dumps(head) + "\n", encoding="utf-8")
        with pytest.raises(CommandError, match=words):
            call_command("import_masked", str(path))
    path.write_bytes(b"\xff\xfe broken")
    with pytest.raises(CommandError, match="読めませんでした"):
        call_command("import_masked", str(path))
    settings.IS_TRIAL = False
    with pytest.raises(CommandError, match="本番"):
        call_command("import_masked", str(path))
