"""The head of the trail in a file outside the database: written each hour, and left alone where the trail does not fit it."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from musashimurayama_isms.trail import keeping
from musashimurayama_isms.trail.models import Entry, Head
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.trail.tasks import keep_head
from musashimurayama_isms.trail.triggers import lifted
from musashimurayama_isms.trail.verbs import register_verbs
from musashimurayama_isms.trail.verification import Broken

pytestmark = pytest.mark.django_db
register_verbs({"tests.trail.head": "試験"})


@pytest.fixture
def path(settings, tmp_path, cast):
    """Three entries, and the setting."""
    settings.TRAIL_HEAD_FILE = str(tmp_path / "trail-head")
    for _ in range(3):
        record(None, "tests.trail.head", cast.clerk)
    return tmp_path / "trail-head"


def test_each_hour_the_head_is_written_and_nothing_else_lies_there(path, cast):
    assert keep_head() == Head.objects.get().number
    assert path.read_text() == f"{Head.objects.get()}\n"
    old = (timezone.now() - timedelta(hours=1)).timestamp()
    os.utime(path, (old, old))
    assert keep_head() == Head.objects.get().number  # nothing new, and still fresh
    assert path.stat().st_mtime > old + 3000
    record(None, "tests.trail.head", cast.clerk)
    keep_head()
    assert path.read_text() == f"{Head.objects.get()}\n"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_without_the_setting_nothing_is_written(path, settings):
    settings.TRAIL_HEAD_FILE = ""
    assert keep_head() == 0
    assert not path.exists()


def test_what_does_not_fit_the_trail_is_never_written_over(path):
    for line in (f"{Head.objects.get().number}:{'0' * 64}", f"{Head.objects.get().number + 1}:{'a' * 64}"):
        path.write_text(line)
        with pytest.raises(Broken, match="いまの証跡にありません"):
            keep_head()
        assert path.read_text() == line
    path.write_text("何かの覚え書き\n")
    with pytest.raises(ValueError, match="覚え書き"):
        keep_head()
    assert path.read_text() == "何かの覚え書き\n"


def test_a_trail_that_was_rewritten_since_is_found_and_the_old_head_stays(path, cast):
    keep_head()
    before = path.read_text()
    for _ in range(3):
        record(None, "tests.trail.head", cast.clerk)
    with lifted("default"):
        Entry.objects.filter(number=Head.objects.get().number - 1).update(actor_name="だれか")
    with pytest.raises(Broken, match="書き換えられています"):
        keep_head()
    assert path.read_text() == before


def test_the_first_time_all_of_the_trail_is_proved(path):
    with lifted("default"):
        Entry.objects.filter(number=1).update(actor_name="だれか")
    with pytest.raises(Broken):
        keep_head()
    assert not path.exists()


def test_a_place_that_cannot_be_written_fails_aloud(path, settings):
    settings.TRAIL_HEAD_FILE = "/proc/trail-head"  # there, and nobody may write in it
    with pytest.raises(OSError, match="/proc"):
        keep_head()


def test_a_kept_head_is_what_verify_trail_takes(path):
    keep_head()
    kept = keeping.read(path)
    assert keeping.is_in_trail(kept)
    assert f"{kept.number}:{kept.digest}" == str(Head.objects.get())
