"""What a plan has changed against another one: last year's, or its own last approved version."""

from dataclasses import dataclass
from typing import Any

from audits.models import AuditProgramme
from audits.programme.works import Work


@dataclass(frozen=True)
class Change:
    """One difference, in words."""

    word: str
    was: str
    now: str


def changes(was: dict[str, Any], now: dict[str, Any]) -> list[Change]:
    """The differences of two contents (`AuditProgramme.content`), in the order of the plan; days are not compared over years."""
    found = [
        Change(_word(name), _yes(was.get(name, "")), _yes(now[name]))
        for name in (*AuditProgramme.WORDS, "my_number", "needs_committee")
        if was.get(name, "") != now[name]
    ]
    for name, word in (("themes", "テーマ"), ("targets", "監査の対象")):
        before, after = ({row[0] for row in content.get(name, [])} for content in (was, now))
        found += [Change(word, "", each) for each in sorted(after - before)] + [Change(word, each, "") for each in sorted(before - after)]
    return found


def day_changes(was: dict[str, Any], now: dict[str, Any]) -> list[Change]:
    """The works whose days are others, for two versions of one year."""
    pairs = [(work, was.get("works", {}).get(work), now["works"].get(work)) for work in Work.values]
    return [Change(Work(work).label, _days(before), _days(after)) for work, before, after in pairs if before != after]


def _days(row: list[str] | None) -> str:
    return f"{row[0]}～{row[1]}" if row else ""


def _word(name: str) -> str:
    return str(AuditProgramme._meta.get_field(name).verbose_name)


def _yes(value: Any) -> str:
    return {True: "はい", False: "いいえ"}.get(value, value) if isinstance(value, bool) else str(value)
