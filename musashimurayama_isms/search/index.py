"""Writing the folded words: with the row in its own transaction, and all of them again where a bulk door passed them by."""

from collections.abc import Callable, Iterable, Iterator

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from musashimurayama_isms.japanese import fold

from .models import SearchText

AT_ONCE = 500


def folded_words(words: Iterable[str]) -> str:
    """The words as they are kept: each part on a line, so that no hit runs over from one into the next."""
    return fold("\n".join(part for part in words if part))


def key_of(row: models.Model) -> str:
    """The key of a row as text; a UUID without dashes, which both databases cast back."""
    return str(row.pk).replace("-", "")


def put(row: models.Model, words: Iterable[str]) -> None:
    """Keep the words of a row, by one statement whether they are new or not."""
    entry = SearchText(content_type=ContentType.objects.get_for_model(row), key=key_of(row), text=folded_words(words))
    SearchText.objects.bulk_create([entry], update_conflicts=True, unique_fields=["content_type", "key"], update_fields=["text"])


def forget(row: models.Model) -> None:
    """A row that is gone leaves no words behind."""
    SearchText.objects.of(type(row)).filter(key=key_of(row)).delete()


def rebuild(model: type[models.Model], words: Callable[[models.Model], Iterable[str]]) -> int:
    """Bring the words of one kind in line with its rows; gives how many were written or taken away, 0 when run again.

    For rows made in bulk or changed without `save()`. A row that is saved at the same time wins: what is written here is
    written only over what was read before.
    """
    changed = 0
    content_type = ContentType.objects.get_for_model(model)
    for rows in _batches(model):
        known = dict(SearchText.objects.of(model).filter(key__in=[key_of(row) for row in rows]).values_list("key", "text"))
        wanted = {key_of(row): folded_words(words(row)) for row in rows}
        with transaction.atomic():
            new = [SearchText(content_type=content_type, key=key, text=text) for key, text in wanted.items() if key not in known]
            SearchText.objects.bulk_create(new, ignore_conflicts=True)
            changed += len(new)
            for key, text in wanted.items():
                if known.get(key, text) != text:
                    changed += SearchText.objects.of(model).filter(key=key, text=known[key]).update(text=text)
    return changed + _sweep(model)


def _batches(model: type[models.Model]) -> Iterator[list[models.Model]]:
    """All rows in the order of their keys, some at a time; a long cursor would not outlive the transactions between."""
    last = None
    while True:
        rows = model._base_manager.order_by("pk")
        batch = list((rows if last is None else rows.filter(pk__gt=last))[:AT_ONCE])
        if not batch:
            return
        yield batch
        last = batch[-1].pk


def _sweep(model: type[models.Model]) -> int:
    """Take away the words of rows that are gone."""
    entries = SearchText.objects.of(model)
    gone = 0
    for key in list(entries.values_list("key", flat=True).order_by("key").iterator()) if _has_orphans(model) else ():
        if not model._base_manager.filter(pk=key).exists():
            gone += entries.filter(key=key).delete()[0]
    return gone


def _has_orphans(model: type[models.Model]) -> bool:
    return SearchText.objects.of(model).count() > model._base_manager.count()
