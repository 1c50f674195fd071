"""What a request says, in words: of its text or of a frozen version, and what changed from one version to the next."""

from dataclasses import dataclass
from typing import Any

from musashimurayama_isms.fiscal import wareki

from .models import Request, Version


def facts_of(request: Request, source: Request | Version) -> list[tuple[str, Any]]:
    """(word, value) of the content of `source`: the request itself while it is written, a version once it is submitted."""
    return request.matter.facts(request, source.content)


def settled_facts(request: Request) -> list[tuple[str, Any]]:
    """What the permit itself has settled, such as a class; empty where it is a plain yes."""
    form = request.matter.ruling(request)
    ruling = request.ruling if form else {}
    return form.facts_of(ruling) if form and ruling else []


@dataclass(frozen=True)
class Change:
    """One field that reads differently now."""

    word: str
    before: Any
    now: Any


def changes_between(request: Request, before: Version, now: Version) -> list[Change]:
    """Field by field what a new version says differently, the period and the number of files included."""
    old, new = _whole(request, before), _whole(request, now)
    words = [*new, *(word for word in old if word not in new)]
    return [Change(word, old.get(word, ""), new.get(word, "")) for word in words if old.get(word, "") != new.get(word, "")]


def _whole(request: Request, version: Version) -> dict[str, Any]:
    return dict(facts_of(request, version)) | _period(request, version) | {"添付ファイル": _files(version)}


def _period(request: Request, version: Version) -> dict[str, str]:
    """The days of the permit, where the form does not ask for them by itself."""
    asked = request.matter.form.base_fields
    rows = (("starts_on", "期間の始まり", version.starts_on), ("ends_on", "期間の終わり", version.ends_on))
    return {word: wareki(day) for name, word, day in rows if day and name not in asked}


def _files(version: Version) -> str:
    """The files by number and digest: the same number of other files is a change too."""
    return f"{len(version.attachments)}件（{'、'.join(digest[:8] for digest in version.attachments)}）" if version.attachments else ""
