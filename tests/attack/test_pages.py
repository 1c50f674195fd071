"""Every page of the portal, as it is sent: no script of anybody else runs in it, nothing secret stands in it, nobody frames it."""

import re
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.conf import settings as portal
from django.db import DataError, IntegrityError, models, transaction
from django.http import HttpResponse

from tests.test_urls import ALL
from tests.url_table import TABLE

from . import bad, probe

pytestmark = [pytest.mark.walk, pytest.mark.django_db]
PAGES = [name for name in ALL if name in TABLE and TABLE[name].method == "get"]
SHORT = f"<{bad.MARK}>"
STORED = (f"<script>{bad.MARK}()</script>", f'" onfocus={bad.MARK} "', f"＜script＞{bad.MARK}＜/script＞{SHORT}", SHORT)
OURS = re.compile(r"^(http://testserver/|/|#|\?|mailto:|tel:|data:image/|$)")


class Reader(HTMLParser):
    """Notes what a strict browser would refuse, and what would lead out of the portal."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("style", "iframe", "object", "embed", "base", bad.MARK) or (tag == "script" and not given.get("src")):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.found.append(f"{tag} {name}")
            if name in ("href", "src", "action", "formaction", "hx-get", "hx-post") and not OURS.match((value or "").strip()):
                self.found.append(f"{tag} {name}={value}")


def read(page: str) -> list[str]:
    reader = Reader()
    reader.feed(page)
    return reader.found


def answers(world, name: str) -> list[tuple[str, HttpResponse]]:
    """The page as the first and the last who may open it see it; none where no person may."""
    roles = probe.admitted(name)
    return [
        (role, probe.undone(world.cast.client(getattr(world.cast, role)), "get", probe.address(world, name)))
        for role in dict.fromkeys((*roles[:1], *roles[-1:]))
    ]


def is_page(answer: HttpResponse) -> bool:
    return answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html")


def secrets() -> list[str]:
    """What must never stand in a page."""
    keys = [secret.removeprefix("test:") for secret in ["5a" * 32]]
    return [portal.SECRET_KEY, *keys, "md5$", "pbkdf2_", str(portal.BASE_DIR), "Traceback", "psycopg2"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_runs_our_scripts_alone_and_holds_no_secret(world, name):
    for role, answer in answers(world, name):
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY" or "sandbox" in policy
        if is_page(answer):
            page = answer.content.decode()
            assert read(page) == [], role
            assert [secret for secret in secrets() if secret in page] == []


# -- script in every text of the database --------------------------------------------------------------------------------

OF_PEOPLE = 20  # a column shorter than this holds a code
LEFT_ALONE = {"trail", "sessions", "contenttypes", "axes", "usersessions", "guardian", "auth", "account"}
CODES = {
    *("code", "codes", "key", "sha256", "digest", "content", "username", "password", "email", "kind", "bearer", "number", "clause", "url"),
    *("period", "event", "field", "obligation", "obligation_key", "request_code", "new_number", "old_number"),
    *("verb", "mechanism", "object_id", "media_type", "file_digest", "registered_code", "section", "scope", "ledger", "route", "source"),
}


def columns():
    """Columns that hold words of people: long enough, no list of choices, not unique, not a code."""
    for model in apps.get_models():
        if model._meta.app_label in LEFT_ALONE or model._meta.proxy or not model._meta.managed:
            continue
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.CharField | models.TextField) or isinstance(field, models.FileField | models.SlugField):
                continue
            if field.choices or field.unique or field.primary_key or field.name in CODES or (field.max_length or OF_PEOPLE) < OF_PEOPLE:
                continue
            yield model, field


def fits(field: models.Field, value: str, word: str) -> bool:
    return not field.max_length or len(value) + len(word) <= field.max_length


def write_scripts() -> int:
    """Put a script behind every word of people in the database, past all doors; gives in how many columns."""
    touched = 0
    for model, field in columns():
        rows = model._base_manager.exclude(**{field.name: ""}).exclude(**{f"{field.name}__isnull": True})
        for number, (pk, value) in enumerate(rows.values_list("pk", field.name)[:200]):
            word = next((word for word in (STORED[number % len(STORED)], SHORT) if fits(field, value, word)), "")
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=pk).update(**{field.name: value + word})
            except (IntegrityError, DataError):
                continue
        touched += 1
    return touched


def test_script_stored_in_every_text_of_the_database_is_shown_as_text_on_every_page(world):
    assert write_scripts() > 150
    alive, broken, shown = {}, {}, 0
    for name in PAGES:
        try:
            found = answers(world, name)
        except Exception as error:  # a column that holds a code: it belongs to CODES
            broken[name] = repr(error)
            continue
        for _, answer in found:
            if is_page(answer):
                page = answer.content.decode()
                shown += f"&lt;{bad.MARK}&gt;" in page or f"&lt;script&gt;{bad.MARK}" in page
                if seen := [*bad.echoed(page), *read(page)]:
                    alive[name] = seen
    assert (alive, broken) == ({}, {})
    assert shown > 100, "the scripts hardly came out anywhere: the test looks in the wrong places"
