"""Duties that come round: made ahead, done, moved, left out; whoever holds the post holds the duty."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from musashimurayama_isms.duties.models import Duty, Occurrence
from musashimurayama_isms.transitions import InvalidTransition

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 26, 10, 0, tzinfo=TOKYO)  # a Thursday
TODAY = NOW.date()


def days(count: int) -> datetime:
    return NOW + timedelta(days=count)


def backup(**fields) -> Duty:
    """A monthly duty of every section."""
    fields = {"title": "バックアップの確認", "owner": Duty.Owner.SECTION_OFFICER, "per": Duty.Per.SECTIONS, **fields}
    return Duty.ensure("backup", at=NOW, **{"interval": Duty.Interval.MONTHLY, "day": 31, "clauses": ["3.10.1.2"], **fields})


def first(duty, department) -> Occurrence:
    return duty.occurrences.filter(department=department).first()


def test_each_section_gets_its_own_occurrences_for_the_coming_months(cast):
    duty = backup()
    mine = duty.occurrences.filter(department=cast.section)
    assert [row.due_on for row in mine][:3] == [date(2026, 11, 30), date(2027, 1, 4), date(2027, 2, 1)]
    assert first(duty, cast.other_section) is not None
    assert mine.count() == 13
    assert duty.plan(at=NOW) == 0


def test_done_with_note_and_evidence(cast):
    duty = backup(needs_evidence=True)
    row = first(duty, cast.section)
    with pytest.raises(PermissionDenied):
        row.complete(by=cast.clerk, at=NOW)
    with pytest.raises(ValidationError):
        row.complete(by=cast.section_officer, at=NOW)
    row.complete(by=cast.section_officer, at=NOW, note="確認した", uploads=[SimpleUploadedFile("記録.txt", "記録".encode())])
    assert row.status == Occurrence.Status.DONE
    assert row.note == "確認した"
    with pytest.raises(InvalidTransition):
        row.skip(reason="不要", by=cast.section_officer, at=NOW)
    row.reopen(reason="別の記録だった", by=cast.section_officer, at=NOW)
    row.move(to=date(2026, 12, 10), reason="年末", by=cast.section_officer, at=NOW)
    row.hand_to(cast.clerk, by=cast.section_officer, at=NOW)
    assert list(Occurrence.objects.waiting_for(cast.clerk, at=NOW)) == [row]
    assert not Occurrence.objects.waiting_for(cast.section_officer, at=NOW).filter(pk=row.pk)
    row.complete(by=cast.clerk, at=NOW)
