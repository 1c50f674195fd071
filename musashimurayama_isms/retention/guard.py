"""Nothing is done any more to what is destroyed: asked whenever an act is recorded, and at no cost for what is not."""

from typing import Any

from django.db import models

from musashimurayama_isms.transitions import InvalidTransition

from .columns import is_marked
from .content import key_of
from .models import DisposalRow
from .registry import by_model

SPARED = ("retention.", "jobs.", "notifications.")
REFUSED = "この記録は、保存年限が過ぎて廃棄されています。内容を加えたり、状態を変えたりはできません。"


class DestroyedRecord(InvalidTransition):
    """An act on what is destroyed; `url` is the page of the record, "" where it has none."""

    def __init__(self, subject: models.Model) -> None:
        super().__init__(REFUSED)
        self.url = subject.get_absolute_url() if hasattr(subject, "get_absolute_url") else ""


def destroyed(row: models.Model, *, as_loaded: bool = True) -> DisposalRow | None:
    """The 廃棄記録 of a record, or of that which a row belongs to; None for what is not destroyed.

    A row that looks alive as it was loaded is believed without a question; not so with `as_loaded=False`.
    """
    if type(row) not in by_model() or (as_loaded and not is_marked(row)):
        return None
    for kind in by_model()[type(row)]:
        keys = [key_of(row)] if kind.model is type(row) else _record_of(row, kind.parts[type(row)])
        found = DisposalRow.objects.destroyed().filter(kind=kind.code, key__in=keys).select_related("disposal").first()
        if found:
            return found
    return None


def _record_of(row: models.Model, path: str) -> list[str]:
    keys = type(row)._base_manager.filter(pk=row.pk).values_list(path, flat=True)
    return [str(key).replace("-", "") for key in keys if key is not None]


def refuse_acts(*, entry: Any, subject: models.Model | None, **kwargs: Any) -> None:
    """Receiver of `trail.signals.recorded`: an act on a destroyed record is undone with its record.

    A transition loads its row anew under the lock; an upload does not, so there the database is asked.
    """
    if subject is None or entry.verb.startswith(SPARED):
        return
    if destroyed(subject, as_loaded=not entry.verb.startswith("files.")):
        raise DestroyedRecord(subject)
