"""The act itself, record by record: whole or not at all, and only what is as it was when it was decided."""

from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from musashimurayama_isms.trail.record import record

from .content import Content, contents, destroy
from .due import kept_back
from .ends import over
from .models import Disposal, DisposalRow

GONE = "記録が見つからない"
NOT_OVER = "保存年限が過ぎていない"
CHANGED = "決定の後に内容が変わった"


@transaction.atomic
def destroy_row(pk: int, disposal: Disposal, *, at: datetime) -> bool:
    """Destroy one record, or leave it with the reason; False where another worker was first."""
    row = DisposalRow.objects.select_for_update(no_key=True).get(pk=pk)
    if row.state != DisposalRow.State.LISTED:
        return False
    kind = row.declared
    subject = kind.model._base_manager.select_for_update(of=("self",), no_key=True).filter(pk=row.key).first()
    content = contents(kind, [row.key]).get(row.key)
    reason = _why_not(row, subject, content, at=at)
    if reason or content is None:
        _leave(row, disposal, subject, reason, at=at)
        return True
    paths = destroy(content, at=at)
    row.state, row.destroyed_at = DisposalRow.State.DESTROYED, at
    row.save(update_fields=["state", "destroyed_at"])
    told = {"number": row.number, "kind": kind.word, "disposal": str(disposal), "digest": row.digest}
    subject = kind.model._base_manager.get(pk=row.key)  # by what it is called from now on
    record(
        disposal.executed_by, "retention.record.destroyed", subject, at=at, columns=row.columns, files=row.files,
        witness=disposal.witnessed_by.name, **told,
    )  # fmt: skip
    transaction.on_commit(lambda: _delete(paths))
    return True


def _why_not(row: DisposalRow, subject: Any, content: Content | None, *, at: datetime) -> str:
    """Why the record stays after all; "" where nothing speaks against it."""
    if subject is None or content is None:
        return GONE
    if not over(row.declared, at=at).filter(pk=row.key).exists():
        return NOT_OVER
    if found := kept_back(row.declared, [subject], at=at):
        return found[row.key]
    return "" if content.digest == row.digest else CHANGED


def _leave(row: DisposalRow, disposal: Disposal, subject: Any, reason: str, *, at: datetime) -> None:
    row.state, row.left_because = DisposalRow.State.LEFT, reason
    row.save(update_fields=["state", "left_because"])
    told = {"number": row.number, "kind": row.declared.word, "disposal": str(disposal), "reason": reason}
    record(disposal.executed_by, "retention.record.left", subject, at=at, **told)


def _delete(paths: list[str]) -> None:
    """After the commit: what a killed worker leaves here is swept with the other contents that nobody speaks of (files.sweep)."""
    for path in paths:
        default_storage.delete(path)
