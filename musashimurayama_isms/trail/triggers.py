"""The database itself refuses to rewrite the trail: triggers on SQLite and PostgreSQL, installed after every migration.

Django rebuilds a table on SQLite by dropping it, and its triggers go silently with it: so they are installed anew in
post_migrate, and a system check compares what is installed with what belongs here.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.db import connections, transaction

TABLES = ("trail_entry", "trail_head", "trail_reading")
ALWAYS = "1 = 1"
MESSAGE = "証跡は書き換えも削除もできません"
OTHER_HEAD = "NEW.id <> OLD.id OR NEW.number <> OLD.number + 1"
OTHER_READING = (
    "OLD.sealed_by_id IS NOT NULL OR NEW.sealed_by_id IS NULL OR NEW.id <> OLD.id OR NEW.person_id <> OLD.person_id"
    " OR NEW.content_type_id <> OLD.content_type_id OR NEW.object_id <> OLD.object_id"
    " OR NEW.subject_label <> OLD.subject_label OR NEW.hour <> OLD.hour"
)
SAME_READING = (
    "EXISTS (SELECT 1 FROM trail_reading WHERE id = NEW.id OR (person_id = NEW.person_id"
    " AND content_type_id = NEW.content_type_id AND object_id = NEW.object_id AND hour = NEW.hour))"
)


@dataclass(frozen=True)
class Trigger:
    """One refusal: the table, the event, and the condition under which the statement is refused."""

    table: str
    event: str
    refused: str = ALWAYS

    @property
    def name(self) -> str:
        return f"{self.table}_refuses_{self.event.lower()}"


COMMON = (
    Trigger("trail_entry", "UPDATE"),
    Trigger("trail_entry", "DELETE"),
    Trigger("trail_head", "UPDATE", OTHER_HEAD),
    Trigger("trail_head", "DELETE"),
    Trigger("trail_reading", "UPDATE", OTHER_READING),
    Trigger("trail_reading", "DELETE"),
)


class SQLite:
    """SQLite has no TRUNCATE, but INSERT OR REPLACE deletes without asking the DELETE trigger: refused before the insert."""

    triggers = (
        *COMMON,
        Trigger("trail_entry", "INSERT", "EXISTS (SELECT 1 FROM trail_entry WHERE number = NEW.number OR digest = NEW.digest)"),
        Trigger("trail_head", "INSERT", "EXISTS (SELECT 1 FROM trail_head WHERE id = NEW.id)"),
        Trigger("trail_reading", "INSERT", SAME_READING),
    )

    @staticmethod
    def create(trigger: Trigger) -> list[str]:
        when = f"BEFORE {trigger.event} ON {trigger.table} FOR EACH ROW WHEN {trigger.refused}"
        return [f"CREATE TRIGGER {trigger.name} {when} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"]

    @staticmethod
    def drop(trigger: Trigger) -> str:
        return f"DROP TRIGGER IF EXISTS {trigger.name}"

    @classmethod
    def missing(cls, cursor) -> list[str]:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        installed = dict(cursor.fetchall())
        return [trigger.name for trigger in cls.triggers if installed.get(trigger.name) != cls.create(trigger)[0]]


class PostgreSQL:
    """Each trigger has its own function holding the whole condition, so that what is installed can be compared to the letter."""

    triggers = (*COMMON, *(Trigger(table, "TRUNCATE") for table in TABLES))
    bits = {"UPDATE": 1 + 2 + 16, "DELETE": 1 + 2 + 8, "TRUNCATE": 2 + 32}  # pg_trigger.tgtype: row, before, event
    installed = """
        SELECT t.tgname, t.tgrelid::regclass::text, t.tgtype, p.prosrc
        FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL
    """

    @staticmethod
    def body(trigger: Trigger) -> str:
        answer = {"UPDATE": "NEW", "DELETE": "OLD", "TRUNCATE": "NULL"}[trigger.event]
        refuse = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';"
        return f"BEGIN IF {trigger.refused} THEN {refuse} END IF; RETURN {answer}; END"

    @classmethod
    def create(cls, trigger: Trigger) -> list[str]:
        each = "STATEMENT" if trigger.event == "TRUNCATE" else "ROW"
        return [
            f"CREATE OR REPLACE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS $trail${cls.body(trigger)}$trail$",
            f"CREATE TRIGGER {trigger.name} BEFORE {trigger.event} ON {trigger.table} FOR EACH {each} EXECUTE FUNCTION {trigger.name}()",
        ]

    @staticmethod
    def drop(trigger: Trigger) -> str:
        return f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}"

    @classmethod
    def missing(cls, cursor) -> list[str]:
        cursor.execute(cls.installed)
        found = {tuple(row) for row in cursor.fetchall()}
        wanted = {t.name: (t.name, t.table, cls.bits[t.event], cls.body(t)) for t in cls.triggers}
        return [name for name, row in wanted.items() if row not in found]


DIALECTS = {"sqlite": SQLite, "postgresql": PostgreSQL}


def dialect(connection):
    """The way to write triggers on this database; ImproperlyConfigured on one that the portal does not know."""
    try:
        return DIALECTS[connection.vendor]
    except KeyError:
        raise ImproperlyConfigured("データベースは PostgreSQL か SQLite にしてください。") from None


def tables_exist(using: str = "default") -> bool:
    return set(TABLES) <= set(connections[using].introspection.table_names())


def missing_triggers(using: str = "default") -> list[str]:
    """The names of triggers that are absent, disabled or altered; all is well when it is empty."""
    with connections[using].cursor() as cursor:
        return dialect(connections[using]).missing(cursor)


def install(using: str = "default") -> None:
    """Put every trigger in place, in one transaction; safe to repeat."""
    kind = dialect(connections[using])
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for trigger in kind.triggers:
            for statement in (kind.drop(trigger), *kind.create(trigger)):
                cursor.execute(statement)


def prepare(sender=None, *, using: str = "default", apps=None, **kwargs) -> None:
    """post_migrate: install the triggers, and the head of an empty chain. A head that was lost later is not made up."""
    if not tables_exist(using):
        return
    if missing_triggers(using):
        install(using)
    _begin_chain(using)


def _begin_chain(using: str) -> None:
    from . import chain
    from .models import Entry, Head

    if not Head.objects.using(using).exists() and not Entry.objects.using(using).exists():
        head = Head(key_id=chain.writing_key())
        head.seal = chain.seal("head", head.key_id, head.content())
        head.save(using=using, force_insert=True)


@contextmanager
def lifted(using: str = "default") -> Iterator[None]:
    """Without triggers, for the test runner's flush alone; RuntimeError anywhere but on a test database."""
    connection = connections[using]
    if not _is_test_database(connection):
        raise RuntimeError("証跡の保護を外せるのは試験用のデータベースだけです。")
    kind = dialect(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")  # pending checks forbid DROP TRIGGER
        for trigger in kind.triggers:
            cursor.execute(kind.drop(trigger))
    try:
        yield
    finally:
        install(using)


def _is_test_database(connection) -> bool:
    """Django's test environment is set up in this process, and the connection is to the database that it made."""
    name, wanted = str(connection.settings_dict["NAME"]), connection.settings_dict["TEST"].get("NAME")
    made_by_runner = "mode=memory" in name or name.startswith("test_") or name == str(wanted)
    state = getattr(sys.modules.get("django.test.utils"), "_TestState", None)
    return hasattr(state, "saved_data") and made_by_runner
