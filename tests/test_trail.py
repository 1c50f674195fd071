"""The trail: nothing is recorded outside its act, nothing recorded can be rewritten, and whoever tries is found out."""

import io
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.models.signals import post_migrate
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail import access, verbs
from musashimurayama_isms.trail.models import Entry, Head, Reading, TrailBroken
from musashimurayama_isms.trail.reading import note_reading, seal_readings
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.trail.signals import recorded, recording
from musashimurayama_isms.trail.triggers import install, lifted, missing_triggers
from musashimurayama_isms.trail.verbs import UnknownVerb, register_verbs, word_of
from musashimurayama_isms.trail.verification import Broken, Kept, verify

NOON = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
register_verbs({"tests.thing.done": "試験の行為", "tests.thing.undone": "試験の取消"})

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(db) -> User:
    return User.objects.create_user("trail-clerk", name="証跡 花子")


@pytest.fixture
def other(db) -> User:
    return User.objects.create_user("trail-other", name="証跡 太郎")


def act(by=None, subject=None, **changes) -> Entry:
    with transaction.atomic():
        return record(by, "tests.thing.done", subject, **changes)


@pytest.fixture
def chain(clerk, other) -> list[Entry]:
    """Seven acts of two persons."""
    return [act([clerk, other, None][n % 3], subject=clerk, role="職員", count=n, day=date(2026, 11, 22)) for n in range(7)]


def sentence(run) -> str:
    with pytest.raises(Broken) as caught:
        run()
    return str(caught.value)


def first_bad(kept: Kept | None = None) -> int | None:
    with pytest.raises(Broken) as caught:
        verify(kept)
    return caught.value.number


def verify_trail(**options) -> str:
    out = io.StringIO()
    call_command("verify_trail", stdout=out, **options)
    return out.getvalue()


# -- writing ---------------------------------------------------------------------------------------------------------


def test_an_entry_keeps_who_as_what_did_what_to_what_as_text(clerk, other):
    entry = act(clerk, subject=other, role="情報セキュリティ担当者", in_place_of=other, at=NOON, status="承認")
    entry = Entry.objects.get(pk=entry.pk)
    assert (entry.actor, entry.actor_name, entry.role) == (clerk, "証跡 花子", "情報セキュリティ担当者")
    assert (entry.in_place_of, entry.subject, entry.subject_label) == ("証跡 太郎", other, "証跡 太郎")
    assert (entry.word, entry.at, entry.changes) == ("試験の行為", NOON, {"status": "承認"})
    assert entry.as_what == "情報セキュリティ担当者（証跡 太郎代理）"


def test_the_portal_itself_may_act_on_nothing_in_particular():
    entry = act(None, subject=None, count=212, digest="ab" * 32)
    assert (entry.actor, entry.actor_name, entry.subject_label) == (None, "ポータル", "")
    verify()


def test_the_history_of_a_subject_is_its_own_and_oldest_first(clerk, other, chain):
    act(clerk, subject=other)
    assert list(Entry.objects.about(clerk)) == chain


def test_a_change_comes_back_as_it_was_sealed(clerk):
    act(clerk, day=date(2026, 4, 1), at_last=NOON, names=["甲", "乙"], both={"前": "下書き", "後": None}, yes=True, number=-(2**70))
    assert Entry.objects.get().changes["day"] == "2026-04-01"
    verify()


@pytest.mark.parametrize("value", ["長" * 501, "a\x00b"])
def test_free_text_stays_out_of_the_record(value, clerk):
    with pytest.raises(ValueError, match="free text"):
        act(clerk, note=value)


@pytest.mark.parametrize("value", [1.5, object(), b"bytes"])
def test_what_would_not_come_back_the_same_stays_out(value, clerk):
    with pytest.raises(TypeError):
        act(clerk, note=value)


def test_a_moment_without_time_zone_is_refused(clerk):
    with pytest.raises(ValueError, match="time zone"):
        act(clerk, at=datetime(2026, 11, 22))


def test_an_unregistered_word_is_refused(clerk):
    with pytest.raises(UnknownVerb), transaction.atomic():
        record(clerk, "tests.thing.unheard_of", clerk)


def test_a_verb_has_one_meaning_and_a_shape():
    register_verbs({"tests.thing.done": "試験の行為"})
    with pytest.raises(ValueError, match="already means"):
        register_verbs({"tests.thing.done": "別の行為"})
    with pytest.raises(ValueError, match="Not a verb"):
        register_verbs({"Done": "した"})
    assert word_of("gone.app.acted") == "gone.app.acted"
    assert ("tests.thing.done", "試験の行為") in verbs.registered_words()


@pytest.mark.django_db(transaction=True)
def test_a_record_outside_a_transaction_is_refused(clerk):
    with pytest.raises(TransactionManagementError):
        record(clerk, "tests.thing.done", clerk)
    assert not Entry.objects.exists()


def test_an_act_rolled_back_leaves_no_entry(clerk):
    act(clerk)
    with transaction.atomic():
        record(clerk, "tests.thing.done", clerk)
        transaction.set_rollback(True)
    act(clerk)
    assert list(Entry.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    verify()


def test_listeners_hear_of_the_act_inside_its_transaction(clerk):
    heard = []

    def listen(entry, subject, by, **kwargs):
        heard.append((entry.verb, subject, by, connection.in_atomic_block))

    recorded.connect(listen)
    try:
        act(clerk, subject=clerk)
    finally:
        recorded.disconnect(listen)
    assert heard == [("tests.thing.done", clerk, clerk, True)]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_do_not_fork_the_chain():
    start, failures = threading.Barrier(8), []

    def write() -> None:
        try:
            start.wait()
            for _ in range(15):
                act(None)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert verify().entries == 120


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_who_works_out_whom_to_tell_keeps_no_other_writer_waiting(clerk, other):
    slow, done = threading.Event(), threading.Event()

    def tell(entry, **kwargs):
        if entry.actor == clerk:
            slow.set()
            assert done.wait(20), "the other writer waits for the notices of this act"

    def write() -> None:
        slow.wait(20)
        act(other, count=1)
        done.set()
        connection.close()

    thread = threading.Thread(target=write)
    recording.connect(tell)
    thread.start()
    try:
        act(clerk, count=2)
    finally:
        recording.disconnect(tell)
        thread.join()
    assert [entry.changes["count"] for entry in Entry.objects.order_by("number")] == [1, 2]
    verify()


def test_the_notices_come_before_the_entry_has_its_place_and_what_records_comes_after(clerk):
    heard = []

    def before(entry, **kwargs):
        heard.append(("before", entry.number, entry.verb, entry.actor))

    def after(entry, **kwargs):
        heard.append(("after", entry.number, entry.verb, entry.actor))

    recording.connect(before)
    recorded.connect(after)
    try:
        act(clerk, subject=clerk)
    finally:
        recording.disconnect(before)
        recorded.disconnect(after)
    assert heard == [("before", None, "tests.thing.done", clerk), ("after", 1, "tests.thing.done", clerk)]


# -- the database refuses --------------------------------------------------------------------------------------------


def refused(run) -> None:
    with pytest.raises(IntegrityError, match="証跡は書き換えも削除もできません"), transaction.atomic():
        run()


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


REWRITES = [
    lambda: Entry.objects.update(actor_name="別人"),
    lambda: Entry.objects.filter(number=3).delete(),
    lambda: Entry.objects.get(number=3).save(),
    lambda: Entry.objects.get(number=7).delete(),
    lambda: sql("UPDATE trail_entry SET role = 'x' WHERE number = 2"),
    lambda: sql("DELETE FROM trail_entry"),
    lambda: Head.objects.update(number=3),
    lambda: Head.objects.update(digest="0" * 64),
    lambda: Head.objects.all().delete(),
    lambda: sql("DELETE FROM trail_head"),
    lambda: Reading.objects.all().delete(),
    lambda: Reading.objects.update(subject_label="別の物"),
    lambda: Reading.objects.update(subject_label="別の物", sealed_by=3),
    lambda: sql("DELETE FROM trail_reading"),
]


@pytest.mark.parametrize("rewrite", REWRITES)
def test_the_database_itself_refuses_to_rewrite_the_trail(rewrite, chain, clerk):
    note_reading(clerk, clerk, at=NOON)
    refused(rewrite)
    verify()


def test_a_sealed_reading_is_never_unsealed_nor_sealed_again(chain, clerk):
    note_reading(clerk, clerk, at=NOON)
    seal_readings(at=NOON + timedelta(hours=1))
    refused(lambda: Reading.objects.update(sealed_by=None))
    refused(lambda: Reading.objects.update(sealed_by=1))


def test_replacing_a_row_by_inserting_it_again_is_refused(chain, clerk):
    note_reading(clerk, clerk, at=NOON)
    word = "INSERT OR REPLACE INTO" if connection.vendor == "sqlite" else "INSERT INTO"
    for table in ("trail_entry", "trail_head", "trail_reading"):
        with pytest.raises(IntegrityError), transaction.atomic():
            sql(f"{word} {table} SELECT * FROM {table}")  # noqa: S608
    verify()


@pytest.mark.postgresql
@pytest.mark.parametrize("table", ["trail_reading, trail_entry", "trail_head"])
def test_truncating_is_refused(table, chain):
    refused(lambda: sql(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table}"))


def test_triggers_come_back_with_every_migration(chain):
    assert missing_without_one() == ["trail_entry_refuses_update"]
    migrated()
    assert missing_triggers() == []
    refused(lambda: Entry.objects.update(actor_name="別人"))


@pytest.mark.django_db(transaction=True)
def test_triggers_come_back_after_a_table_was_rebuilt(chain):
    widened = models.CharField(max_length=250, blank=True)
    widened.set_attributes_from_name("role")
    alter(Entry._meta.get_field("role"), widened)
    try:
        assert (missing_triggers() != []) == (connection.vendor == "sqlite")
        migrated()
        assert missing_triggers() == []
        refused(lambda: Entry.objects.update(actor_name="別人"))
        verify()
    finally:
        alter(widened, Entry._meta.get_field("role"))
        migrated()


def test_the_check_warns_of_a_dropped_trigger_and_the_proof_fails(chain):
    assert not [found for found in run_checks(tags=[Tags.database], databases=["default"]) if found.id == "trail.W001"]
    missing_without_one()
    (warning,) = [found for found in run_checks(tags=[Tags.database], databases=["default"]) if found.id == "trail.W001"]
    assert "trail_entry_refuses_update" in warning.msg
    assert "仕掛けが外れているか" in sentence(verify)
    install()
    verify()


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "weaken",
    [
        "ALTER TABLE trail_entry DISABLE TRIGGER trail_entry_refuses_update",
        "CREATE OR REPLACE FUNCTION trail_entry_refuses_update() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ],
)
def test_a_disabled_or_hollow_trigger_counts_as_missing(weaken):
    sql(weaken)
    assert missing_triggers() == ["trail_entry_refuses_update"]


def test_no_database_but_the_test_database_can_lift_the_triggers(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "NAME", "portal")
    monkeypatch.setitem(connection.settings_dict, "TEST", {"NAME": None})
    with pytest.raises(RuntimeError, match="試験用"), lifted():
        pass


def test_no_process_but_the_test_runner_can_lift_the_triggers(monkeypatch):
    monkeypatch.delattr("django.test.utils._TestState.saved_data")
    with pytest.raises(RuntimeError, match="試験用"), lifted():
        pass


def missing_without_one() -> list[str]:
    """Drop one trigger as a careless administrator would."""
    settle()
    sql("DROP TRIGGER trail_entry_refuses_update" + (" ON trail_entry" if connection.vendor == "postgresql" else ""))
    return missing_triggers()


def settle() -> None:
    """PostgreSQL alters no table while foreign keys wait to be checked."""
    if connection.vendor == "postgresql":
        sql("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def alter(before: models.Field, after: models.Field) -> None:
    """A migration of one column: on SQLite Django copies the whole table, and the triggers are gone."""
    with connection.schema_editor() as editor:
        editor.alter_field(Entry, before, after, strict=True)


def migrated() -> None:
    """What `migrate` says when it is done."""
    trail = apps.get_app_config("trail")
    post_migrate.send(sender=trail, app_config=trail, verbosity=0, interactive=False, using="default")


# -- the proof -------------------------------------------------------------------------------------------------------


def test_an_untouched_chain_is_proved_and_its_head_printed(chain):
    out = verify_trail()
    assert "証跡 7 件を検証しました" in out
    assert f"7:{chain[-1].digest}" in out


def test_an_empty_chain_is_proved_too():
    assert "証跡 0 件を検証しました" in verify_trail(head="0:")


def tamper(number: int, **values) -> None:
    with lifted():
        Entry.objects.filter(number=number).update(**values)


FIELDS = {
    "at": st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),
    "actor_name": st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50),
    "role": st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50),
    "in_place_of": st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50),
    "verb": st.sampled_from(["tests.thing.undone", "tests.thing.don", ""]),
    "object_id": st.text("0123456789abcdef-", max_size=36),
    "subject_label": st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50),
    "changes": st.dictionaries(st.sampled_from(["count", "day", "x"]), st.integers() | st.none() | st.text("あいう", max_size=5)),
    "key_id": st.sampled_from(["other", "", "Test"]),
    "segment": st.integers(0, 9),
    "previous": st.text("0123456789abcdef", min_size=64, max_size=64) | st.just(""),
    "digest": st.text("0123456789abcdef", min_size=64, max_size=64),
    "actor_id": st.none() | st.sampled_from(["clerk", "other"]),
    "content_type_id": st.none() | st.sampled_from(["entry", "user"]),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_to_any_field_of_any_entry_is_found_and_named(data, chain, clerk, other):
    names = {
        "clerk": clerk.pk,
        "other": other.pk,
        "entry": ContentType.objects.get_for_model(Entry).pk,
        "user": ContentType.objects.get_for_model(User).pk,
    }
    number = data.draw(st.integers(1, 7))
    field = data.draw(st.sampled_from(sorted(FIELDS)))
    value = data.draw(FIELDS[field])
    value = names.get(value, value) if field.endswith("_id") and isinstance(value, str) and field != "object_id" else value
    if getattr(chain[number - 1], field) == value:
        return
    with transaction.atomic():
        tamper(number, **{field: value})
        assert first_bad() == number
        transaction.set_rollback(True)


def test_every_field_is_under_seal():
    tested = {Entry._meta.get_field(name).attname for name in FIELDS} | {"number"}
    assert tested == {field.attname for field in Entry._meta.concrete_fields}


@pytest.mark.parametrize("number", [1, 4, 7])
def test_a_removed_entry_is_found_and_named(number, chain):
    with lifted():
        Entry.objects.filter(number=number).delete()
    assert first_bad() == number


def test_two_swapped_entries_are_found(chain):
    with lifted():
        Entry.objects.filter(number=3).update(number=99)
        Entry.objects.filter(number=5).update(number=3)
        Entry.objects.filter(number=99).update(number=5)
    assert first_bad() == 3


def test_an_entry_forged_without_the_key_is_found(chain):
    with lifted():
        Entry.objects.create(**{**values_of(chain[-1]), "number": 8, "previous": chain[-1].digest, "digest": "ab" * 32})
    assert first_bad() == 8


def values_of(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_cut_tail_with_its_old_head_is_found_by_the_head_kept_elsewhere(clerk, chain):
    old = values_of(Head.objects.get())
    act(clerk)
    kept = str(Head.objects.get())
    with lifted():
        Entry.objects.filter(number=8).delete()
        Head.objects.update(**old)
    verify_trail()
    with pytest.raises(CommandError, match="末尾が切り取られています"):
        verify_trail(head=kept)


def test_a_head_kept_elsewhere_agrees_while_the_chain_grows(clerk, chain):
    kept = str(Head.objects.get())
    act(clerk)
    assert "証跡 8 件" in verify_trail(head=kept)


def test_a_chain_written_anew_with_the_right_key_differs_from_the_head_kept_elsewhere(clerk, chain):
    kept = Kept.read(str(Head.objects.get()))
    with lifted():
        Entry.objects.all().delete()
        Head.objects.all().delete()
    migrated()
    for _ in range(9):
        act(clerk)
    verify()
    assert first_bad(kept) == 7


@pytest.mark.parametrize("text", ["7", "7:", "x:" + "a" * 64, "7:" + "a" * 63, ":"])
def test_a_head_that_nobody_printed_is_answered_in_words(text):
    with pytest.raises(CommandError, match="番号:連鎖値"):
        verify_trail(head=text)


@pytest.mark.parametrize("values", [{"number": 6}, {"digest": "0" * 64}, {"segment": 2}, {"seal": "0" * 64}, {"key_id": "gone"}])
def test_a_rewritten_head_is_found_and_stops_the_writer(values, chain, clerk):
    with lifted():
        Head.objects.update(**values)
    assert "先頭" in sentence(verify)
    with pytest.raises(TrailBroken):
        act(clerk)


def test_a_lost_head_is_found_and_never_made_up(chain, clerk):
    with lifted():
        Head.objects.all().delete()
    migrated()
    assert "先頭の記録がありません" in sentence(verify)
    with pytest.raises(TrailBroken):
        act(clerk)


def test_the_command_ends_with_code_1_and_names_the_entry(chain):
    tamper(4, role="市長")
    with pytest.raises(CommandError, match="4 番の証跡が書き換えられています") as caught:
        verify_trail()
    assert caught.value.returncode == 1


def test_verification_takes_the_same_queries_for_a_longer_chain(clerk, chain, django_assert_num_queries):
    with CaptureQueriesContext(connection) as short:
        verify()
    for _ in range(20):
        act(clerk)
    with django_assert_num_queries(len(short)):
        verify()


# -- keys ------------------------------------------------------------------------------------------------------------

OLD, NEW = {"test": bytes.fromhex("5a" * 32)}, {"test": bytes.fromhex("5a" * 32), "k2": b"2" * 32}


def test_a_new_key_opens_a_new_segment_and_the_old_one_still_proves(chain, clerk, settings):
    settings.TRAIL_KEYS = NEW
    act(clerk)
    act(clerk)
    assert list(Entry.objects.order_by("number").values_list("segment", "key_id"))[6:] == [(1, "test"), (2, "k2"), (2, "k2")]
    assert (verify().segments, verify().keys) == (2, ["test", "k2"])


def test_a_retired_key_cannot_write_again(chain, clerk, settings):
    settings.TRAIL_KEYS = NEW
    act(clerk)
    settings.TRAIL_KEYS = dict(reversed(NEW.items()))
    act(clerk)
    settings.TRAIL_KEYS = NEW
    assert first_bad() == 9


def test_a_lost_key_is_named(chain, clerk, settings):
    settings.TRAIL_KEYS = NEW
    act(clerk)
    settings.TRAIL_KEYS = {"k2": NEW["k2"]}
    assert "鍵「test」が設定 TRAIL_KEYS にありません" in sentence(verify)


def test_another_secret_under_the_same_name_proves_nothing(chain, settings):
    settings.TRAIL_KEYS = {"test": b"x" * 32}
    assert "先頭の記録が書き換えられているか" in sentence(verify)


# -- the access log --------------------------------------------------------------------------------------------------


def test_a_reading_is_noted_once_per_person_object_and_hour(clerk, other):
    for minute in (0, 10, 59):
        note_reading(clerk, other, at=NOON + timedelta(minutes=minute))
    note_reading(clerk, other, at=NOON + timedelta(minutes=60))
    note_reading(other, other, at=NOON)
    assert Reading.objects.about(other).count() == 3


def test_a_second_reading_in_the_hour_costs_one_query(clerk, other, django_assert_num_queries):
    note_reading(clerk, other, at=NOON)
    with django_assert_num_queries(1):
        note_reading(clerk, other, at=NOON)


def test_readings_of_past_hours_are_sealed_as_one_entry(clerk, other):
    note_reading(clerk, other, at=NOON)
    note_reading(other, clerk, at=NOON)
    note_reading(other, clerk, at=NOON + timedelta(hours=1))
    assert seal_readings(at=NOON + timedelta(hours=1, minutes=5)) == 2
    assert seal_readings(at=NOON + timedelta(hours=1, minutes=6)) == 0
    (entry,) = Entry.objects.all()
    assert (entry.verb, entry.changes["count"], entry.actor_name) == ("trail.readings.sealed", 2, "ポータル")
    proof = verify()
    assert (proof.readings, proof.unsealed) == (2, 1)


def test_more_readings_than_a_batch_take_several_entries(clerk, other, monkeypatch):
    monkeypatch.setattr("musashimurayama_isms.trail.reading.BATCH", 2)
    for hour in range(5):
        note_reading(clerk, other, at=NOON + timedelta(hours=hour))
    assert seal_readings(at=NOON + timedelta(days=1)) == 5
    assert (Entry.objects.count(), verify().readings) == (3, 5)


def test_the_command_seals_and_says_how_many(clerk, other):
    note_reading(clerk, other, at=timezone.now() - timedelta(hours=2))
    out = io.StringIO()
    call_command("seal_readings", stdout=out)
    assert "1 件を封印しました" in out.getvalue()


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda reading: Reading.objects.filter(pk=reading.pk).update(subject_label="別の物"),
        lambda reading: Reading.objects.filter(pk=reading.pk).update(hour=NOON - timedelta(hours=5)),
        lambda reading: Reading.objects.filter(pk=reading.pk).update(person=User.objects.get(username="trail-other")),
        lambda reading: Reading.objects.filter(pk=reading.pk).delete(),
        lambda reading: Reading.objects.filter(pk=reading.pk).update(sealed_by=None),
        lambda reading: Reading.objects.filter(pk=reading.pk).update(sealed_by=2),
        lambda reading: Reading.objects.create(**{**values_of(reading), "id": reading.pk + 1, "object_id": "999"}),
        lambda reading: Reading.objects.create(**{**values_of(reading), "id": reading.pk + 1, "object_id": "999", "sealed_by_id": 2}),
    ],
)
def test_a_rewritten_sealed_reading_is_found(rewrite, clerk, other):
    reading = note_reading(clerk, clerk, at=NOON)
    seal_readings(at=NOON + timedelta(hours=1))
    act(clerk)
    reading.refresh_from_db()
    with lifted():
        rewrite(reading)
    assert "閲覧記録" in sentence(verify)


# -- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def reader(db, monkeypatch) -> User:
    user = User.objects.create_user("trail-reader", name="証跡 管理子")
    monkeypatch.setattr(access, "_rules", [lambda someone, at: someone.pk == user.pk])
    return user


def page(client, user, **query):
    client.force_login(user)
    return client.get("/trail/", query)


def test_a_stranger_meets_404(client, reader, clerk):
    assert page(client, clerk).status_code == 404


def test_without_login_the_trail_leads_to_the_login(client):
    assert client.get("/trail/").status_code == 302


def test_nobody_reads_the_trail_until_a_floor_above_says_who(monkeypatch, clerk):
    monkeypatch.setattr(access, "_rules", [])
    assert not access.may_read(clerk, at=NOON)
    act(clerk)
    assert not Entry.objects.visible_to(clerk, at=NOON).exists()


def test_a_reader_sees_the_newest_first_fifty_a_page(client, reader, clerk):
    for n in range(60):
        act(clerk, subject=clerk, count=n)
    response = page(client, reader)
    shown = list(response.context["page_obj"])
    assert (len(shown), shown[0].number) == (50, 60)
    assert "試験の行為" in response.content.decode()


def test_a_person_is_sought_among_the_names_by_which_they_acted(client, reader, clerk, other):
    for person in (clerk, other, clerk, None):
        act(person)
    User.objects.filter(pk=clerk.pk).update(name="改姓 花子")
    act(User.objects.get(pk=clerk.pk))

    def numbers(part: str) -> list[int]:
        return [entry.number for entry in page(client, reader, person=part).context["page_obj"]]

    assert (numbers("花子"), numbers("証跡花子"), numbers("改姓"), numbers("ポータル")) == ([5, 3, 1], [3, 1], [5], [4])
    assert numbers("どこにもない") == []


def test_the_filter_stands_in_the_address(client, reader, clerk, other):
    act(clerk, at=NOON)
    act(other, at=NOON)
    with transaction.atomic():
        record(clerk, "tests.thing.undone", clerk, at=NOON - timedelta(days=3))
    one = page(client, reader, verb="tests.thing.undone").context["page_obj"]
    assert [entry.number for entry in one] == [3]
    assert [entry.number for entry in page(client, reader, person="太郎").context["page_obj"]] == [2]
    since = {"since_year": "2026", "since_month": "11", "since_day": "22"}
    assert [entry.number for entry in page(client, reader, **since).context["page_obj"]] == [2, 1]
    until = {"until_year": "令和8", "until_month": "11", "until_day": "19"}
    assert [entry.number for entry in page(client, reader, **until).context["page_obj"]] == [3]


def test_the_days_of_the_filter_are_days_of_the_city(client, reader, clerk):
    act(clerk, at=datetime(2026, 11, 21, 15, 0, tzinfo=UTC))
    act(clerk, at=datetime(2026, 11, 21, 14, 59, tzinfo=UTC))
    day = {f"{name}_{part}": n for name in ("since", "until") for part, n in (("year", 2026), ("month", 11), ("day", 22))}
    assert [entry.number for entry in page(client, reader, **day).context["page_obj"]] == [1]


def test_nonsense_in_the_filter_is_answered_with_a_page(client, reader, chain):
    response = page(client, reader, verb="x", since_year="abc", page="2")
    assert response.status_code in (200, 404)
    assert page(client, reader, verb="x", since_year="abc").status_code == 200


def test_a_longer_list_takes_no_more_queries(client, reader, clerk, django_assert_num_queries):
    act(clerk, subject=clerk)
    page(client, reader)
    with CaptureQueriesContext(connection) as few:
        client.get("/trail/")
    for _ in range(30):
        act(clerk, subject=clerk)
    with django_assert_num_queries(len(few)):
        client.get("/trail/")
